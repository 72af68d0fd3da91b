package io.luotsi.core.catalog.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How fast an autoscaler scales, as the older version carries it: upstream writes its own structs
 * there, whose fields begin with capital letters and are all there.
 */
final class AutoscalerBehavior {
  private static final List<String> DIRECTIONS = List.of("scaleUp", "scaleDown");
  private static final List<String> RULES =
      List.of("stabilizationWindowSeconds", "selectPolicy", "policies", "tolerance");
  private static final List<String> POLICY = List.of("type", "value", "periodSeconds");

  private AutoscalerBehavior() {}

  static ObjectNode toServed(JsonNode behavior) {
    ObjectNode served = JsonNodeFactory.instance.objectNode();
    for (String direction : DIRECTIONS) {
      JsonNode rules = behavior.path(direction);
      served.set(capital(direction), rules.isObject() ? rules(rules) : served.nullNode());
    }
    return served;
  }

  private static ObjectNode rules(JsonNode rules) {
    ObjectNode served = capitals(rules, RULES);
    if (rules.path("policies").isArray()) {
      ArrayNode policies = served.putArray("Policies");
      rules.get("policies").forEach(policy -> policies.add(capitals(policy, POLICY)));
    }
    return served;
  }

  private static ObjectNode capitals(JsonNode object, List<String> fields) {
    ObjectNode served = JsonNodeFactory.instance.objectNode();
    for (String field : fields) {
      served.set(capital(field), object.has(field) ? object.get(field) : served.nullNode());
    }
    return served;
  }

  private static String capital(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  /** Whatever the case of the letters, as Go reads it. */
  static ObjectNode toStored(JsonNode carried) {
    ObjectNode behavior = small(carried, DIRECTIONS);
    for (String direction : DIRECTIONS) {
      if (behavior.get(direction) instanceof ObjectNode rules) {
        ObjectNode stored = small(rules, RULES);
        if (stored.path("policies") instanceof ArrayNode policies) {
          ArrayNode all = behavior.arrayNode();
          policies.forEach(policy -> all.add(small(policy, POLICY)));
          stored.set("policies", all);
        }
        behavior.set(direction, stored);
      }
    }
    return behavior;
  }

  private static ObjectNode small(JsonNode object, List<String> fields) {
    ObjectNode stored = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> entry : object.properties()) {
      fields.stream()
          .filter(field -> field.equalsIgnoreCase(entry.getKey()) && !entry.getValue().isNull())
          .forEach(field -> stored.set(field, entry.getValue()));
    }
    return stored;
  }
}
