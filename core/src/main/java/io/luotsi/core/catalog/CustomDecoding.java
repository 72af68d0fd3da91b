package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.StructuralSchema.Type;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@link Decoding} and {@link Defaulting} of custom kinds, which no Go type stands behind: fields
 * that the schema does not know are removed, wherever it does not say to keep them, and absent ones
 * get their defaults; but a value of a wrong type stays as it is, for the validation to speak of.
 * Metadata alone is decoded as upstream's own type.
 *
 * @see "Source: apiextensions-apiserver pkg/apiserver/schema/{pruning,defaulting,objectmeta}"
 */
public final class CustomDecoding {
  private static final int MOST_UNKNOWN_FIELDS = 100;

  private final List<String> unknownMetadata = new ArrayList<>(0);
  private final List<String> unknownFields = new ArrayList<>(0);
  private final List<String> unknownEmbedded = new ArrayList<>(0);
  private final StringBuilder path = new StringBuilder();
  private final boolean readsMetadata;
  private Optional<String> error = Optional.empty();

  private CustomDecoding(boolean readsMetadata) {
    this.readsMetadata = readsMetadata;
  }

  /**
   * Prunes an object that a client sent, in place.
   *
   * @param schema of the whole object
   */
  public static Decoding.Result decode(ObjectNode object, StructuralSchema schema) {
    CustomDecoding decoding = new CustomDecoding(true);
    decoding.prune(object, schema);
    return decoding
        .error
        .<Decoding.Result>map(Decoding.Result.Malformed::new)
        .orElseGet(() -> new Decoding.Result.Decoded(decoding.unknownInOrder()));
  }

  /** As upstream looks for them: in the metadata, in the object, in metadata within the object. */
  private List<String> unknownInOrder() {
    return Stream.of(unknownMetadata, unknownFields, unknownEmbedded)
        .flatMap(found -> found.stream().sorted())
        .toList();
  }

  /** Prunes what was stored, perhaps under another schema; its metadata is known to be right. */
  public static void pruneStored(ObjectNode object, StructuralSchema schema) {
    new CustomDecoding(false).prune(object, schema);
  }

  /** Whether a value has no field that the schema does not know. */
  public static boolean isPruned(JsonNode value, StructuralSchema schema) {
    JsonNode copy = value.deepCopy();
    new CustomDecoding(false).prune(copy, schema);
    return copy.equals(value);
  }

  private void prune(JsonNode value, @Nullable StructuralSchema schema) {
    if (value instanceof ObjectNode object) {
      pruneObject(object, schema);
    } else if (value instanceof ArrayNode array && !isKept(schema)) {
      StructuralSchema element =
          schema != null && schema.type() == Type.ARRAY ? schema.element() : null;
      int end = path.length();
      for (int i = 0; i < array.size(); i++) {
        path.append('[').append(i).append(']');
        prune(array.get(i), element);
        path.setLength(end);
      }
    }
  }

  private static boolean isKept(@Nullable StructuralSchema schema) {
    return schema != null && schema.type() == Type.ANY && schema.preservesUnknown();
  }

  private void pruneObject(ObjectNode object, @Nullable StructuralSchema schema) {
    if (isKept(schema)) {
      return;
    }
    if (schema != null && !schema.definition().isEmpty()) {
      readMetadata(object, schema);
      return;
    }
    Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
    int end = path.length();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      path.append(end == 0 ? "" : ".").append(field.getKey());
      StructuralSchema known = schema == null ? null : known(schema, field.getKey());
      if (known != null) {
        pruneField(field, known);
      } else if (schema == null || !schema.preservesUnknown() || schema.type() != Type.OBJECT) {
        unknown();
        fields.remove();
      }
      path.setLength(end);
    }
  }

  private void pruneField(Map.Entry<String, JsonNode> field, StructuralSchema schema) {
    if (!schema.definition().isEmpty() && !field.getValue().isObject() && readsMetadata) {
      malformed(
          "json: cannot unmarshal "
              + GoTypes.valueName(field.getValue(), schema)
              + " into Go value of type v1.ObjectMeta");
      return;
    }
    prune(field.getValue(), schema);
  }

  private static @Nullable StructuralSchema known(StructuralSchema schema, String field) {
    if (schema.type() == Type.OBJECT) {
      return schema.properties().get(field);
    }
    return schema.type() == Type.MAP ? schema.element() : null; // a scalar knows no field
  }

  private void readMetadata(ObjectNode metadata, StructuralSchema schema) {
    if (!readsMetadata) {
      return;
    }
    switch (Decoding.decode(metadata, schema)) {
      case Decoding.Result.Malformed(String why) -> malformed(why);
      case Decoding.Result.Decoded(List<String> unknown) -> {
        String here = path.toString();
        List<String> found = here.equals("metadata") ? unknownMetadata : unknownEmbedded;
        unknown.forEach(said -> found.add(said.replaceFirst("\"", "\"" + quoted(here) + ".")));
      }
    }
  }

  private static String quoted(String replacement) {
    return java.util.regex.Matcher.quoteReplacement(replacement);
  }

  private void malformed(String why) {
    if (error.isEmpty()) {
      error = Optional.of(why);
    }
  }

  private void unknown() {
    if (unknownFields.size() < MOST_UNKNOWN_FIELDS) {
      unknownFields.add("unknown field \"" + path + "\"");
    }
  }

  /** Takes away nulls that mean nothing, and fills in defaults; in place and idempotent. */
  public static void fill(ObjectNode object, StructuralSchema schema) {
    fill((JsonNode) object, schema);
  }

  private static void fill(JsonNode value, StructuralSchema schema) {
    if (!schema.definition().isEmpty()) {
      return;
    }
    if (value instanceof ArrayNode array && schema.type() == Type.ARRAY) {
      fillItems(array, schema.element());
    } else if (value instanceof ObjectNode object) {
      if (schema.type() == Type.OBJECT) {
        fillAbsent(object, schema);
      }
      fillFields(object, schema);
    }
  }

  private static void fillAbsent(ObjectNode object, StructuralSchema schema) {
    schema
        .shape()
        .defaulted()
        .forEach(
            (name, property) -> {
              JsonNode present = object.get(name);
              if (present == null || present.isNull() && !property.nullable()) {
                object.set(name, property.defaultValue().orElseThrow().deepCopy());
              }
            });
  }

  private static void fillFields(ObjectNode object, StructuralSchema schema) {
    Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
    while (fields.hasNext()) {
      Map.Entry<String, JsonNode> field = fields.next();
      StructuralSchema known = known(schema, field.getKey());
      if (known == null) {
        continue;
      }
      if (!field.getValue().isNull()) {
        fill(field.getValue(), known);
      } else if (!known.nullable()) {
        if (known.defaultValue().isEmpty()) {
          fields.remove();
        } else {
          field.setValue(known.defaultValue().get().deepCopy());
        }
      }
    }
  }

  private static void fillItems(ArrayNode array, StructuralSchema element) {
    for (int i = 0; i < array.size(); i++) {
      if (array.get(i).isNull() && !element.nullable() && element.defaultValue().isPresent()) {
        array.set(i, element.defaultValue().get().deepCopy());
      }
      fill(array.get(i), element);
    }
  }
}
