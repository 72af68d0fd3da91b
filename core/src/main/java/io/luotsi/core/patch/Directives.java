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
   * What a field becomes that was not there: without nulls, directives, and, as upstream has it,
   * objects that carry {@code $patch}, at all depths. Changes {@code value} in place.
   *
   * @return empty if the value itself is not to be kept
   */
  static Optional<JsonNode> stripField(JsonNode value) {
    return strip(value, false);
  }

  /** The same for an item that a list did not have, which keeps objects that replace others. */
  static Optional<JsonNode> stripItem(JsonNode item) {
    return strip(item, true);
  }

  private static Optional<JsonNode> strip(JsonNode value, boolean keepsReplacements) {
    return switch (value) {
      case ObjectNode object when isDropped(object, keepsReplacements) -> Optional.empty();
      case ObjectNode object -> {
        Iterator<Map.Entry<String, JsonNode>> fields = object.properties().iterator();
        while (fields.hasNext()) {
          Map.Entry<String, JsonNode> field = fields.next();
          Optional<JsonNode> kept =
              field.getValue().isNull() || field.getKey().startsWith("$")
                  ? Optional.empty()
                  : strip(field.getValue(), keepsReplacements);
          kept.ifPresentOrElse(field::setValue, fields::remove);
        }
        yield Optional.of(object);
      }
      case ArrayNode array -> {
        ArrayNode kept = array.arrayNode(array.size());
        array.forEach(item -> strip(item, keepsReplacements).ifPresent(kept::add));
        yield Optional.of(kept);
      }
      case JsonNode scalar -> Optional.of(scalar);
    };
  }

  private static boolean isDropped(ObjectNode object, boolean keepsReplacements) {
    JsonNode directive = object.path(StrategicMergePatch.DIRECTIVE);
    boolean replaces = keepsReplacements && directive.asText("").equals("replace");
    return !directive.isMissingNode() && !(replaces && object.size() > 1);
  }
}
