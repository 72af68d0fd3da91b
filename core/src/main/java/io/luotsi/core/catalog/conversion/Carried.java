package io.luotsi.core.catalog.conversion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import java.util.Optional;

/** JSON in an annotation, which anybody may have written. */
final class Carried {
  private Carried() {}

  /** Empty if it is neither an object nor a list. */
  static Optional<JsonNode> read(String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.mapper().readTree(text)).filter(JsonNode::isContainerNode);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
