package io.luotsi.http.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.luotsi.core.catalog.StructuralSchema;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What upstream's strict reader says of the fields of a JSON text: which are there twice and which
 * its types do not know, in the order of the text and each once. Into unknown fields it does not
 * look, so that an unknown field that is there twice is only unknown.
 *
 * <p>Only for texts that have something twice: of all others the tree knows the same.
 *
 * @see "Source: sigs.k8s.io/json, internal/golang/encoding/json/{decode,kubernetes_patch}.go"
 */
final class StrictFields {
  /** Upstream reports no more than this of one text. */
  private static final int MOST_COMPLAINTS = 100;

  /** The fields of an operation of a JSON patch. */
  static final Set<String> OPERATION = Set.of("op", "path", "from", "value");

  private final JsonParser parser;
  private final Set<String> complaints = new LinkedHashSet<>();

  private StrictFields(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * @param bytes known to be JSON
   * @param schema of the whole
   */
  static List<String> complaints(byte[] bytes, StructuralSchema schema) {
    try (JsonParser parser = JsonBody.parser(bytes)) {
      StrictFields fields = new StrictFields(parser);
      parser.nextToken();
      fields.value(schema, "");
      return List.copyOf(fields.complaints);
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
  }

  /**
   * What is said of the operations of a JSON patch, which have a type of their own.
   *
   * @param bytes known to be a JSON list
   */
  static List<String> ofOperations(byte[] bytes) {
    try (JsonParser parser = JsonBody.parser(bytes)) {
      StrictFields fields = new StrictFields(parser);
      parser.nextToken();
      for (int i = 0; parser.nextToken() == JsonToken.START_OBJECT; i++) {
        fields.operation("[" + i + "]");
      }
      return fields.complaints.stream().map("json patch "::concat).toList();
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
  }

  /** What is said of fields that are there twice in a text without types. */
  static List<String> duplicates(List<String> paths) {
    return paths.stream().distinct().map(StrictFields::duplicate).toList();
  }

  private static String duplicate(String path) {
    return "duplicate field \"" + path + "\"";
  }

  private void operation(String path) throws IOException {
    Set<String> seen = new HashSet<>();
    String name;
    while ((name = parser.nextFieldName()) != null) {
      parser.nextToken();
      String here = below(path, name);
      if (!OPERATION.contains(name)) {
        complain("unknown field \"" + here + "\"");
        parser.skipChildren();
      } else {
        if (!seen.add(name)) {
          complain(duplicate(here));
        }
        untyped(here);
      }
    }
  }

  private void untyped(String path) throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
        untyped(path + "[" + i + "]");
      }
    } else if (parser.currentToken() == JsonToken.START_OBJECT) {
      Set<String> seen = new HashSet<>();
      String name;
      while ((name = parser.nextFieldName()) != null) {
        parser.nextToken();
        if (!seen.add(name)) {
          complain(duplicate(below(path, name)));
        }
        untyped(below(path, name));
      }
    }
  }

  private void value(StructuralSchema schema, String path) throws IOException {
    switch (schema.type().structure()) {
      case OBJECT -> object(schema, path);
      case MAP -> map(schema.element(), path);
      case ARRAY -> array(schema.element(), path);
      case SCALAR, OPEN -> parser.skipChildren();
    }
  }

  private void object(StructuralSchema schema, String path) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    Set<String> seen = new HashSet<>();
    String name;
    while ((name = parser.nextFieldName()) != null) {
      parser.nextToken();
      StructuralSchema known = schema.properties().get(name);
      String here = below(path, name);
      if (known == null) {
        if (!schema.preservesUnknown()) {
          complain("unknown field \"" + here + "\"");
        }
        parser.skipChildren();
      } else {
        if (!seen.add(name)) {
          complain(duplicate(here));
        }
        value(known, here);
      }
    }
  }

  private void map(StructuralSchema element, String path) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    Set<String> seen = new HashSet<>();
    String name;
    while ((name = parser.nextFieldName()) != null) {
      parser.nextToken();
      if (!seen.add(name)) {
        complain(duplicate(below(path, name)));
      }
      value(element, below(path, name));
    }
  }

  private void array(StructuralSchema element, String path) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
      value(element, path + "[" + i + "]");
    }
  }

  private static String below(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private void complain(String complaint) {
    if (complaints.size() < MOST_COMPLAINTS) {
      complaints.add(complaint);
    }
  }
}
