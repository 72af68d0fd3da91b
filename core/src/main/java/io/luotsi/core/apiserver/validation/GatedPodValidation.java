package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import java.util.List;

/**
 * A pod that nobody schedules yet may still be confined to fewer nodes.
 *
 * @see "Source: pkg/apis/core/validation validateNodeSelectorMutation,
 *     validateNodeAffinityMutation"
 */
final class GatedPodValidation {
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String TERMS =
      "spec.affinity.nodeAffinity." + REQUIRED + ".nodeSelectorTerms";

  private GatedPodValidation() {}

  /**
   * @param spec new; where it says on which nodes, it is given what {@code old} says
   */
  static void placement(List<FieldError> errors, ObjectNode spec, JsonNode old) {
    selector(errors, spec.path("nodeSelector"), old.path("nodeSelector"));
    keep(spec, old, "nodeSelector");
    JsonNode affinity = spec.at("/affinity/nodeAffinity");
    JsonNode before = old.at("/affinity/nodeAffinity");
    if (affinity.equals(before)) {
      return;
    }
    terms(errors, terms(affinity), terms(before));
    ObjectNode restored = spec.withObject("affinity");
    keep(restored, old.path("affinity"), "nodeAffinity");
    if (restored.isEmpty() && !old.has("affinity")) {
      spec.remove("affinity");
    }
  }

  private static void keep(ObjectNode spec, JsonNode old, String field) {
    if (old.has(field)) {
      spec.set(field, old.get(field));
    } else {
      spec.remove(field);
    }
  }

  private static void selector(List<FieldError> errors, JsonNode now, JsonNode before) {
    boolean kept =
        before
            .propertyStream()
            .allMatch(label -> label.getValue().equals(now.path(label.getKey())));
    if (!kept) {
      errors.add(
          FieldError.invalid(
              "spec.nodeSelector",
              now.isMissingNode() ? NullNode.instance : now,
              "only additions to spec.nodeSelector are allowed (no mutations or deletions)"));
    }
  }

  private static JsonNode terms(JsonNode affinity) {
    return affinity.path(REQUIRED).path("nodeSelectorTerms");
  }

  private static void terms(List<FieldError> errors, JsonNode now, JsonNode before) {
    if (!before.isEmpty() && now.size() != before.size()) {
      errors.add(
          FieldError.invalid(
              TERMS,
              now.isMissingNode() ? NullNode.instance : now,
              "no additions/deletions to non-empty NodeSelectorTerms list are allowed"));
      return;
    }
    for (int i = 0; i < before.size(); i++) {
      if (!isNarrowed(now.get(i), before.get(i))) {
        errors.add(
            FieldError.invalid(
                TERMS + "[" + i + "]",
                now.get(i),
                "only additions are allowed (no mutations or deletions)"));
      }
    }
  }

  /** A term without requirements selects nothing, so that any would make it wider. */
  private static boolean isNarrowed(JsonNode now, JsonNode before) {
    List<String> kinds = List.of("matchExpressions", "matchFields");
    boolean wasEmpty = kinds.stream().allMatch(kind -> before.path(kind).isEmpty());
    if (wasEmpty) {
      return kinds.stream().allMatch(kind -> now.path(kind).isEmpty());
    }
    return kinds.stream().allMatch(kind -> beginsWith(now.path(kind), before.path(kind)));
  }

  private static boolean beginsWith(JsonNode now, JsonNode before) {
    for (int i = 0; i < before.size(); i++) {
      if (!before.get(i).equals(now.path(i))) {
        return false;
      }
    }
    return true;
  }
}
