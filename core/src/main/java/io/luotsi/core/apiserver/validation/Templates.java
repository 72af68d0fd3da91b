package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What kinds have in common that make pods from {@code spec.template} and select them. */
final class Templates {
  private Templates() {}

  /**
   * A selector that must be there, select something, and select what the template makes.
   *
   * @param emptiness what is said of a selector that would select everything
   */
  static void selector(List<FieldError> errors, JsonNode spec, String emptiness) {
    JsonNode selector = spec.path("selector");
    int before = errors.size();
    if (!selector.isObject()) {
      errors.add(FieldError.required("spec.selector", ""));
    } else {
      Checks.labelSelector(errors, "spec.selector", selector);
      if (selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty()) {
        errors.add(FieldError.invalid("spec.selector", selector, emptiness));
      }
    }
    boolean readable = errors.size() == before;
    if (readable) {
      matching(errors, LabelSelector.ofSpec(selector), spec.path("template"));
    }
  }

  static void matching(List<FieldError> errors, LabelSelector selector, JsonNode template) {
    if (!selector.matches(labels(template.at("/metadata/labels")))) {
      errors.add(
          FieldError.invalid(
              "spec.template.metadata.labels",
              template.at("/metadata/labels").isMissingNode()
                  ? NullNode.instance
                  : template.at("/metadata/labels"),
              "`selector` does not match template `labels`"));
    }
  }

  /** Pods of such a kind never end by themselves. */
  static void alwaysRestarting(List<FieldError> errors, JsonNode template, String kind) {
    JsonNode podSpec = template.path("spec");
    String restartPolicy = Checks.text(podSpec, "restartPolicy");
    if (!restartPolicy.equals("Always")) {
      errors.add(
          FieldError.notSupported(
              "spec.template.spec.restartPolicy", restartPolicy, List.of("Always")));
    }
    if (podSpec.has("activeDeadlineSeconds")) {
      errors.add(
          FieldError.forbidden(
              "spec.template.spec.activeDeadlineSeconds",
              "activeDeadlineSeconds in " + kind + " is not Supported"));
    }
  }

  static Map<String, String> labels(JsonNode object) {
    Map<String, String> labels = new HashMap<>();
    object.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
  }

  /** Counters of a status, and that none of the later ones is greater than the first. */
  static void counters(List<FieldError> errors, JsonNode status, String all, String... parts) {
    Checks.notNegative(errors, "status", status, all);
    for (String part : parts) {
      Checks.notNegative(errors, "status", status, part);
    }
    Checks.notNegative(errors, "status", status, "observedGeneration");
    for (String part : parts) {
      if (status.path(part).asInt() > status.path(all).asInt()) {
        errors.add(
            FieldError.invalid(
                "status." + part, status.path(part), "cannot be greater than status." + all));
      }
    }
  }
}
