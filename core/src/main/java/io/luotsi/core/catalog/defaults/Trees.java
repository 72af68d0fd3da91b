package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Steps through JSON trees that may lack what they are asked for. */
final class Trees {
  private Trees() {}

  static Optional<ObjectNode> object(JsonNode parent, String... path) {
    JsonNode at = parent;
    for (String name : path) {
      at = at.path(name);
    }
    return at instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
  }

  /** The objects of a list, in order; empty if it is absent. */
  static List<ObjectNode> objects(ObjectNode parent, String list) {
    return parent.get(list) instanceof ArrayNode array
        ? StreamSupport.stream(array.spliterator(), false)
            .filter(ObjectNode.class::isInstance)
            .map(ObjectNode.class::cast)
            .toList()
        : List.of();
  }

  /** Text of a field, {@code ""} if it is absent. */
  static String text(ObjectNode parent, String field) {
    return parent.path(field).asText("");
  }

  /** Whether a field is absent or {@code ""}, which Go cannot tell apart. */
  static boolean isUnset(ObjectNode parent, String field) {
    JsonNode value = parent.path(field);
    return value.isMissingNode()
        || value.isNull()
        || value.isTextual() && value.textValue().isEmpty();
  }

  /** Whether a number is absent or 0. */
  static boolean isZero(ObjectNode parent, String field) {
    return parent.path(field).asInt(0) == 0;
  }

  static ObjectNode objectOrNew(ObjectNode parent, String field) {
    return parent.get(field) instanceof ObjectNode object ? object : parent.putObject(field);
  }
}
