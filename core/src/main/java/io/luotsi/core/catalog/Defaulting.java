package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fills in what a client left out: first the constants that the schema says, then those of the kind
 * that depend on other fields. Idempotent, as upstream's: every read of a stored object would fill
 * in the same.
 */
public final class Defaulting {
  private Defaulting() {}

  /**
   * @param object decoded; changed in place
   */
  public static void apply(ResourceType type, ObjectNode object) {
    fillObject(object, type.schema());
    type.defaults().fill(object);
  }

  /**
   * The schema's constants alone.
   *
   * @param object decoded; changed in place
   */
  public static void fillConstants(ObjectNode object, StructuralSchema schema) {
    fillObject(object, schema);
  }

  private static void fillObject(ObjectNode object, StructuralSchema schema) {
    for (Map.Entry<String, StructuralSchema> entry : schema.shape().defaulted().entrySet()) {
      StructuralSchema property = entry.getValue();
      JsonNode fallback = property.defaultValue().orElseThrow();
      if (isAbsent(object.get(entry.getKey()), fallback, property)) {
        object.set(entry.getKey(), fallback.deepCopy());
      }
    }
    Map<String, StructuralSchema> properties = schema.properties();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      if (field.getValue().isContainerNode()) {
        StructuralSchema property = properties.get(field.getKey());
        if (property != null) {
          fill(field.getValue(), property);
        }
      }
    }
  }

  private static void fill(JsonNode value, StructuralSchema schema) {
    switch (schema.type().structure()) {
      case OBJECT -> {
        if (value instanceof ObjectNode object) {
          fillObject(object, schema);
        }
      }
      case MAP -> fillElements(value, schema.element());
      case ARRAY -> fillElements(value, schema.element());
      case SCALAR, OPEN -> {}
    }
  }

  private static void fillElements(JsonNode container, StructuralSchema element) {
    for (JsonNode value : container) {
      if (!value.isContainerNode()) {
        return; // elements are alike
      }
      fill(value, element);
    }
  }

  private static boolean isAbsent(
      @Nullable JsonNode value, JsonNode fallback, StructuralSchema property) {
    if (value == null || value.isNull()) {
      return true;
    }
    if (value.isTextual()) {
      return value.textValue().isEmpty() && fallback.isTextual();
    }
    return property.defaultsZero() && value.isNumber() && value.intValue() == 0;
  }
}
