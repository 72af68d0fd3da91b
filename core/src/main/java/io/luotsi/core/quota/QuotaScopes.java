package io.luotsi.core.quota;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Whether a quota is about an object, by the scopes that it says.
 *
 * @see "Source: pkg/quota/v1/evaluator/core/pods.go podMatchesScopeFunc"
 */
public final class QuotaScopes {
  private QuotaScopes() {}

  /**
   * @param quota the whole ResourceQuota
   */
  public static boolean match(JsonNode quota, String resource, JsonNode object) {
    JsonNode spec = quota.path("spec");
    for (JsonNode scope : spec.path("scopes")) {
      if (!matches(scope.asText(), "Exists", Set.of(), resource, object)) {
        return false;
      }
    }
    for (JsonNode term : spec.path("scopeSelector").path("matchExpressions")) {
      Set<String> values =
          term.path("values").valueStream().map(JsonNode::asText).collect(Collectors.toSet());
      String operator = term.path("operator").asText();
      if (!matches(term.path("scopeName").asText(), operator, values, resource, object)) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(
      String scope, String operator, Set<String> values, String resource, JsonNode object) {
    JsonNode spec = object.path("spec");
    if (scope.equals("VolumeAttributesClass")) {
      return resource.equals("persistentvolumeclaims")
          && selects(operator, values, spec.path("volumeAttributesClassName").asText(""));
    }
    if (!resource.equals("pods")) {
      return false;
    }
    return switch (scope) {
      case "Terminating" -> spec.path("activeDeadlineSeconds").asLong(-1) >= 0;
      case "NotTerminating" -> spec.path("activeDeadlineSeconds").asLong(-1) < 0;
      case "BestEffort" -> isBestEffort(spec);
      case "NotBestEffort" -> !isBestEffort(spec);
      case "PriorityClass" -> selects(operator, values, spec.path("priorityClassName").asText(""));
      case "CrossNamespacePodAffinity" -> looksAcrossNamespaces(spec);
      default -> false;
    };
  }

  private static boolean selects(String operator, Set<String> values, String value) {
    return switch (operator) {
      case "In" -> values.contains(value);
      case "NotIn" -> !values.contains(value);
      case "DoesNotExist" -> value.isEmpty();
      default -> !value.isEmpty();
    };
  }

  /** Whether nothing is asked for or limited that counts for the quality of service. */
  static boolean isBestEffort(JsonNode spec) {
    return isNothing(spec.path("resources"))
        && spec.path("containers").valueStream().allMatch(it -> isNothing(it.path("resources")))
        && spec.path("initContainers")
            .valueStream()
            .allMatch(it -> isNothing(it.path("resources")));
  }

  private static boolean isNothing(JsonNode resources) {
    for (String part : Set.of("requests", "limits")) {
      var amounts = ResourceLists.read(resources.path(part));
      amounts.keySet().retainAll(Set.of("cpu", "memory"));
      if (amounts.values().stream().anyMatch(amount -> amount.signum() > 0)) {
        return false;
      }
    }
    return true;
  }

  private static boolean looksAcrossNamespaces(JsonNode spec) {
    for (String kind : Set.of("podAffinity", "podAntiAffinity")) {
      JsonNode affinity = spec.path("affinity").path(kind);
      for (JsonNode term : affinity.findParents("topologyKey")) {
        if (!term.path("namespaces").isEmpty() || term.path("namespaceSelector").isObject()) {
          return true;
        }
      }
    }
    return false;
  }
}
