package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What kinds have in common that make pods from {@code spec.template} and select them. */
final class Templates {
  private static final String SELECTOR = "spec.selector";

  private Templates() {}

  /**
   * A selector that must be there, select something, and select what the template makes.
   *
   * @param kind whose selector may not be empty, as upstream names it
   * @param unreadable what is said of the whole of a selector with something wrong in it
   */
  static void selector(List<FieldError> errors, JsonNode spec, String kind, String unreadable) {
    JsonNode selector = spec.path("selector");
    int before = errors.size();
    if (!selector.isObject()) {
      errors.add(FieldError.required(SELECTOR, ""));
      mismatch(errors, spec.path("template")); // no selector selects nothing
      return;
    }
    Checks.labelSelector(errors, SELECTOR, selector);
    boolean readable = errors.size() == before;
    notEmpty(errors, selector, kind);
    if (readable) {
      matching(errors, LabelSelector.ofSpec(selector), spec.path("template"));
    } else {
      errors.add(FieldError.invalid(SELECTOR, selector, unreadable));
    }
  }

  static void notEmpty(List<FieldError> errors, JsonNode selector, String kind) {
    if (selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty()) {
      errors.add(FieldError.invalid(SELECTOR, selector, "empty selector is invalid for " + kind));
    }
  }

  static void matching(List<FieldError> errors, LabelSelector selector, JsonNode template) {
    if (!selector.matches(labels(template.at("/metadata/labels")))) {
      mismatch(errors, template);
    }
  }

  static void mismatch(List<FieldError> errors, JsonNode template) {
    JsonNode labels = template.at("/metadata/labels");
    errors.add(
        FieldError.invalid(
            "spec.template.metadata.labels",
            labels.isMissingNode() ? NullNode.instance : labels,
            "`selector` does not match template `labels`"));
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

  /**
   * Counters of a status: how many replicas there are of each sort.
   *
   * @param counts none of which is negative
   * @param parts none of which is greater than {@code replicas}; the last is not greater than
   *     {@code readyReplicas} either
   * @param ready how upstream names the latter in what it says
   */
  static void counters(
      List<FieldError> errors,
      JsonNode status,
      List<String> counts,
      List<String> parts,
      String ready) {
    counts.forEach(count -> Checks.notNegative(errors, "status", status, count));
    for (String part : parts) {
      notOver(errors, status, part, "replicas", "status.replicas");
    }
    notOver(errors, status, parts.getLast(), "readyReplicas", ready);
  }

  private static void notOver(
      List<FieldError> errors, JsonNode status, String part, String all, String name) {
    if (status.path(part).asInt() > status.path(all).asInt()) {
      errors.add(
          FieldError.invalid(
              "status." + part, status.path(part), "cannot be greater than " + name));
    }
  }

  /** How often names of what is made collided; a count that only rises. */
  static void collisions(List<FieldError> errors, ObjectNode object, ObjectNode current) {
    int count = object.at("/status/collisionCount").asInt();
    if (count < current.at("/status/collisionCount").asInt()) {
      errors.add(FieldError.invalid("status.collisionCount", count, "cannot be decremented"));
    }
  }
}
