package io.luotsi.core.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Status fields that are absent when there is nothing to say: zero, and empty lists. */
public final class StatusFields {
  private StatusFields() {}

  /** For a merge patch, which takes a zero away. */
  public static void putUnlessZero(ObjectNode status, String field, int count) {
    if (count == 0) {
      status.putNull(field);
    } else {
      status.put(field, count);
    }
  }

  /** Whether a merge of {@code wanted} would leave {@code present} as it is. */
  public static boolean says(JsonNode present, ObjectNode wanted) {
    return wanted.properties().stream()
        .allMatch(field -> isSame(present.path(field.getKey()), field.getValue()));
  }

  private static boolean isSame(JsonNode now, JsonNode wanted) {
    return switch (wanted.getNodeType()) {
      case NUMBER -> now.isNumber() && now.asLong() == wanted.asLong();
      case NULL -> now.isMissingNode() || now.isNull() || now.isNumber() && now.asLong() == 0;
      case ARRAY -> now.equals(wanted) || now.isMissingNode() && wanted.isEmpty();
      case OBJECT, STRING, BOOLEAN, BINARY, POJO, MISSING -> now.equals(wanted);
    };
  }
}
