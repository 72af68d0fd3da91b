package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;

/**
 * Values compared and printed as upstream does, to whom 1 and 1.0 are the same.
 *
 * @see "Source: structured-merge-diff value/value.go"
 */
final class JsonValues {
  private JsonValues() {}

  static boolean equal(JsonNode one, JsonNode other) {
    if (one == other) {
      return true;
    }
    if (one.isNumber() || other.isNumber()) {
      return one.isNumber() && other.isNumber() && compareNumbers(one, other) == 0;
    }
    if (one instanceof ObjectNode mine && other instanceof ObjectNode theirs) {
      return equalFields(mine, theirs);
    }
    return one instanceof ArrayNode mine && other instanceof ArrayNode theirs
        ? equalItems(mine, theirs)
        : one.equals(other);
  }

  private static boolean equalFields(ObjectNode mine, ObjectNode theirs) {
    if (mine.size() != theirs.size()) {
      return false;
    }
    for (Map.Entry<String, JsonNode> field : mine.properties()) {
      JsonNode other = theirs.get(field.getKey());
      if (other == null || !equal(field.getValue(), other)) {
        return false;
      }
    }
    return true;
  }

  private static boolean equalItems(ArrayNode mine, ArrayNode theirs) {
    if (mine.size() != theirs.size()) {
      return false;
    }
    for (int i = 0; i < mine.size(); i++) {
      if (!equal(mine.get(i), theirs.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Numbers, texts, booleans, lists, objects, null; each among its like by value. */
  static int compare(JsonNode one, JsonNode other) {
    int kind = Integer.compare(rank(one), rank(other));
    if (kind != 0) {
      return kind;
    }
    return switch (rank(one)) {
      case 0 -> compareNumbers(one, other);
      case 1 -> one.textValue().compareTo(other.textValue());
      case 2 -> Boolean.compare(one.booleanValue(), other.booleanValue());
      case 3 -> compareItems(one, other);
      // No schema has such keys; any order does that is one.
      default -> one.toString().compareTo(other.toString());
    };
  }

  private static int rank(JsonNode value) {
    return switch (value.getNodeType()) {
      case NUMBER -> 0;
      case STRING -> 1;
      case BOOLEAN -> 2;
      case ARRAY -> 3;
      case OBJECT -> 4;
      case NULL, MISSING, BINARY, POJO -> 5;
    };
  }

  private static int compareNumbers(JsonNode one, JsonNode other) {
    return one.canConvertToLong()
            && other.canConvertToLong()
            && one.isIntegralNumber()
            && other.isIntegralNumber()
        ? Long.compare(one.longValue(), other.longValue())
        : Double.compare(one.doubleValue(), other.doubleValue());
  }

  private static int compareItems(JsonNode mine, JsonNode theirs) {
    Iterator<JsonNode> others = theirs.iterator();
    for (JsonNode item : mine) {
      if (!others.hasNext()) {
        return 1;
      }
      int order = compare(item, others.next());
      if (order != 0) {
        return order;
      }
    }
    return others.hasNext() ? -1 : 0;
  }

  /** As upstream's messages have a value: texts in quotation marks, the rest bare. */
  static String printed(JsonNode value) {
    return value.isTextual() ? quoted(value.textValue()) : value.toString();
  }

  /** A text as Go quotes it. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> quoted.append("\\\"");
                case '\\' -> quoted.append("\\\\");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                default -> {
                  if (c < 0x20 || c == 0x7f) {
                    quoted.append("\\x%02x".formatted(c));
                  } else {
                    quoted.appendCodePoint(c);
                  }
                }
              }
            });
    return quoted.append('"').toString();
  }
}
