package io.luotsi.http.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.luotsi.core.catalog.StructuralSchema;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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

  private static final String DUPLICATE = "duplicate";
  private static final String UNKNOWN = "unknown";
  private static final Predicate<String> ANY = name -> true;

  /** The fields of an operation of a JSON patch. */
  static final Set<String> OPERATION = Set.of("op", "path", "from", "value");

  private final JsonParser parser;
  private final Set<String> complaints = new LinkedHashSet<>();
  private int spelled;

  private StrictFields(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * @param bytes known to be JSON
   * @param schema of the whole
   */
  static List<String> complaints(byte[] bytes, StructuralSchema schema) {
    return of(bytes, fields -> fields.value(schema)).toList();
  }

  /**
   * What is said of the operations of a JSON patch, which have a type of their own.
   *
   * @param bytes known to be a JSON list
   */
  static List<String> ofOperations(byte[] bytes) {
    return of(bytes, StrictFields::operations).map("json patch "::concat).toList();
  }

  /** What is said of fields that are there twice in a text without types. */
  static List<String> duplicates(List<String> paths) {
    return paths.stream().distinct().map(path -> quoted(DUPLICATE, path)).toList();
  }

  /** Reads a value whose first token is the current one. */
  private interface Reading {
    void read(StrictFields fields) throws IOException;
  }

  private static Stream<String> of(byte[] bytes, Reading whole) {
    try (JsonParser parser = JsonBody.parser(bytes)) {
      StrictFields fields = new StrictFields(parser);
      parser.nextToken();
      whole.read(fields);
      return fields.complaints.stream();
    } catch (IOException e) {
      throw new IllegalArgumentException("no JSON", e);
    }
  }

  private void value(StructuralSchema schema) throws IOException {
    switch (schema.type().structure()) {
      case OBJECT ->
          object(
              name -> schema.preservesUnknown() || schema.properties().containsKey(name),
              name -> property(schema.properties().get(name)));
      case MAP -> object(ANY, name -> value(schema.element()));
      case ARRAY -> array(() -> value(schema.element()));
      case SCALAR, OPEN -> parser.skipChildren();
    }
  }

  private void property(@Nullable StructuralSchema schema) throws IOException {
    if (schema == null) {
      parser.skipChildren();
    } else {
      value(schema);
    }
  }

  private void operations() throws IOException {
    array(() -> object(OPERATION::contains, name -> untyped()));
  }

  private void untyped() throws IOException {
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      array(this::untyped);
    } else {
      object(ANY, name -> untyped());
    }
  }

  /** Reads the value of a field or the item of a list, whose first token is the current one. */
  private interface Field {
    void read(String name) throws IOException;
  }

  private interface Item {
    void read() throws IOException;
  }

  /** What is no object is passed over: of its type is spoken elsewhere. */
  private void object(Predicate<String> known, Field field) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    Set<String> seen = new HashSet<>();
    String name;
    while ((name = parser.nextFieldName()) != null) {
      if (!known.test(name)) {
        complain(UNKNOWN);
        parser.nextToken();
        parser.skipChildren();
        continue;
      }
      if (!seen.add(name)) {
        complain(DUPLICATE);
      }
      parser.nextToken();
      field.read(name);
    }
  }

  private void array(Item item) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      parser.skipChildren();
      return;
    }
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      item.read();
    }
  }

  /** Of the field whose name was read last; its path is spelled out for those that are said. */
  private void complain(String what) {
    if (complaints.size() < MOST_COMPLAINTS && spelled < JsonBody.MOST_CHARACTERS) {
      String path = JsonBody.path(parser.getParsingContext());
      spelled += path.length();
      complaints.add(quoted(what, path));
    }
  }

  private static String quoted(String what, String path) {
    return what + " field \"" + path + "\"";
  }
}
