package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;

/** Values and types as Go's decoder names them in its errors. */
final class GoTypes {
  private GoTypes() {}

  /** {@code string}, {@code number}, {@code number 1.5}, {@code bool}, {@code object}, … */
  static String valueName(JsonNode value, StructuralSchema expected) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER ->
          switch (expected.type()) {
            case INT32, INT64, INT_OR_STRING, NUMBER -> "number " + value.asText();
            case OBJECT,
                MAP,
                ARRAY,
                STRING,
                BYTES,
                TIME,
                MICRO_TIME,
                QUANTITY,
                BOOLEAN,
                FREE_FORM,
                ANY ->
                "number";
          };
      case BOOLEAN -> "bool";
      case ARRAY -> "array";
      case OBJECT, POJO -> "object";
      case NULL, MISSING, BINARY -> "null";
    };
  }

  /** {@code int32}, {@code []v1.Container}, {@code map[string]string} … */
  static String name(StructuralSchema schema) {
    return switch (schema.type()) {
      case OBJECT -> packageName(schema) + schema.goName();
      case MAP -> "map[string]" + name(schema.element());
      case ARRAY -> "[]" + name(schema.element());
      case STRING, TIME, MICRO_TIME -> "string";
      case BYTES -> "[]uint8";
      case QUANTITY -> "resource.Quantity";
      case INT_OR_STRING, INT32 -> "int32";
      case INT64 -> "int64";
      case NUMBER -> "float64";
      case BOOLEAN -> "bool";
      case FREE_FORM, ANY -> "interface {}";
    };
  }

  /** The part of the definition's name before the last: {@code v1.}. */
  private static String packageName(StructuralSchema schema) {
    String[] parts = schema.definition().split("\\.");
    return parts.length < 2 ? "" : parts[parts.length - 2] + ".";
  }
}
