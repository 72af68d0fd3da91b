package io.luotsi.core.controller;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.LabelSelector.Operator;
import io.luotsi.core.api.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Label selectors as objects carry them. */
public final class Selectors {
  private Selectors() {}

  /**
   * A {@code metav1.LabelSelector}. Empty selects everything, as upstream's does.
   *
   * @throws IllegalArgumentException if an operator is unknown: validation refuses those
   */
  public static LabelSelector read(JsonNode selector) {
    List<Requirement> requirements = new ArrayList<>();
    for (Map.Entry<String, JsonNode> label : selector.path("matchLabels").properties()) {
      requirements.add(
          new Requirement(label.getKey(), Operator.IN, Set.of(label.getValue().asText())));
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      Set<String> values = new LinkedHashSet<>();
      expression.path("values").forEach(value -> values.add(value.asText()));
      requirements.add(
          new Requirement(
              expression.path("key").asText(),
              operator(expression.path("operator").asText()),
              values));
    }
    return new LabelSelector(requirements);
  }

  /** A map of strings, such as labels or annotations, in its order. */
  public static Map<String, String> strings(JsonNode map) {
    Map<String, String> strings = new LinkedHashMap<>();
    map.properties().forEach(entry -> strings.put(entry.getKey(), entry.getValue().asText()));
    return strings;
  }

  private static Operator operator(String word) {
    return switch (word) {
      case "In" -> Operator.IN;
      case "NotIn" -> Operator.NOT_IN;
      case "Exists" -> Operator.EXISTS;
      case "DoesNotExist" -> Operator.DOES_NOT_EXIST;
      default -> throw new IllegalArgumentException("not a selector operator: " + word);
    };
  }
}
