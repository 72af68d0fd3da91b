package io.luotsi.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;

/** Cleans what a strategic merge patch adds where nothing was. */
final class Directives {
  private Directives() {}

  /**
   * Removes nulls, directives, and objects that carry {@code $patch}, at all depths; changes {@code
   * value} in place.
   *
   * @return empty if the value itself is not to be kept
   */
  static Optional<JsonNode> strip(JsonNode value) {
    return switch (value) {
      case ObjectNode object when object.has(StrategicMergePatch.DIRECTIVE) -> Optional.empty();
      case ObjectNode object -> {
        Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
        while (fields.hasNext()) {
          Map.Entry<String, JsonNode> field = fields.next();
          Optional<JsonNode> kept =
              field.getValue().isNull() || field.getKey().startsWith("$")
                  ? Optional.empty()
                  : strip(field.getValue());
          kept.ifPresentOrElse(field::setValue, fields::remove);
        }
        yield Optional.of(object);
      }
      case ArrayNode array -> {
        ArrayNode kept = array.arrayNode(array.size());
        array.forEach(item -> strip(item).ifPresent(kept::add));
        yield Optional.of(kept);
      }
      case JsonNode scalar -> Optional.of(scalar);
    };
  }
}
