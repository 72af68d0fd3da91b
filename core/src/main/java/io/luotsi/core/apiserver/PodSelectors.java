package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Which other pods a new pod wants near it or far from it, as far as its own labels say that: keys
 * whose values the pod has become requirements of the selector.
 *
 * @see "Source: kubernetes pkg/registry/core/pod strategy.go mutatePodAffinity"
 */
final class PodSelectors {
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

  private PodSelectors() {}

  /**
   * @param pod changed in place
   */
  static void complete(ObjectNode pod) {
    JsonNode labels = pod.at("/metadata/labels");
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      JsonNode affinity = pod.at("/spec/affinity/" + kind);
      affinity.path(REQUIRED).forEach(term -> complete(term, labels));
      affinity.path(PREFERRED).forEach(term -> complete(term.path("podAffinityTerm"), labels));
    }
  }

  /** A term without a selector selects nothing, and goes on doing so. */
  private static void complete(JsonNode term, JsonNode labels) {
    if (term.get("labelSelector") instanceof ObjectNode selector) {
      require(selector, term.path("matchLabelKeys"), "In", labels);
      require(selector, term.path("mismatchLabelKeys"), "NotIn", labels);
    }
  }

  private static void require(
      ObjectNode selector, JsonNode keys, String operator, JsonNode labels) {
    for (JsonNode key : keys) {
      JsonNode value = labels.path(key.asText());
      if (value.isTextual()) {
        ObjectNode requirement =
            selector.withArrayProperty("matchExpressions").addObject().put("key", key.asText());
        requirement.put("operator", operator).putArray("values").add(value);
      }
    }
  }
}
