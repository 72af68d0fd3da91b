package io.luotsi.core.patch;

import com.fasterxml.jackson.databind.JsonNode;

/** JSON values as Go's decoder names them. */
final class JsonWords {
  private JsonWords() {}

  static String kindOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "array";
      case OBJECT, POJO -> "object";
      case STRING, BINARY -> "string";
      case NUMBER -> "number";
      case BOOLEAN -> "bool";
      case NULL, MISSING -> "null";
    };
  }
}
