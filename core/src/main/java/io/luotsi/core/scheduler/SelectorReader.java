package io.luotsi.core.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.LabelSelector.Operator;
import io.luotsi.core.api.LabelSelector.Requirement;
import io.luotsi.core.api.StoredObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads selectors off stored objects. */
public final class SelectorReader {
  private SelectorReader() {}

  /** {@code spec.selector} of a Service; empty if it has none. */
  public static Map<String, String> ofService(StoredObject service) {
    return strings(Json.readObject(service.json()).path("spec").path("selector"));
  }

  /** {@code spec.selector} of a ReplicaSet, a StatefulSet or a ReplicationController. */
  public static LabelSelector ofWorkload(StoredObject workload) {
    JsonNode object = Json.readObject(workload.json());
    JsonNode selector = object.path("spec").path("selector");
    return object.path("kind").asText().equals("ReplicationController")
        ? LabelSelector.ofLabels(strings(selector))
        : labelSelector(selector);
  }

  /** {@code matchLabels} and {@code matchExpressions}. */
  static LabelSelector labelSelector(JsonNode selector) {
    List<Requirement> requirements = new ArrayList<>();
    strings(selector.path("matchLabels"))
        .forEach((k, v) -> requirements.add(new Requirement(k, Operator.IN, Set.of(v))));
    requirements.addAll(expressions(selector.path("matchExpressions")));
    return new LabelSelector(requirements);
  }

  static List<Requirement> expressions(JsonNode expressions) {
    List<Requirement> requirements = new ArrayList<>();
    expressions.forEach(expression -> requirements.add(requirement(expression)));
    return requirements;
  }

  private static Requirement requirement(JsonNode expression) {
    String key = expression.path("key").asText();
    Set<String> values = values(expression.path("values"));
    return switch (expression.path("operator").asText()) {
      case "In" -> new Requirement(key, Operator.IN, values);
      case "NotIn" -> new Requirement(key, Operator.NOT_IN, values);
      case "Exists" -> new Requirement(key, Operator.EXISTS, Set.of());
      case "DoesNotExist" -> new Requirement(key, Operator.DOES_NOT_EXIST, Set.of());
      case String op when op.equals("Gt") && values.size() == 1 ->
          new Requirement(key, Operator.GREATER_THAN, values);
      case String op when op.equals("Lt") && values.size() == 1 ->
          new Requirement(key, Operator.LESS_THAN, values);
      // Validation lets nothing else in; if it does, nothing matches.
      case String other -> new Requirement(key, Operator.IN, Set.of());
    };
  }

  static Set<String> values(JsonNode values) {
    List<String> strings = new ArrayList<>();
    values.forEach(value -> strings.add(value.asText()));
    return Set.copyOf(strings);
  }

  static Map<String, String> strings(JsonNode object) {
    Map<String, String> strings = new LinkedHashMap<>();
    object.properties().forEach(e -> strings.put(e.getKey(), e.getValue().asText()));
    return strings;
  }
}
