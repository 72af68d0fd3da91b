package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which nodes and which other pods a pod must or would rather be near to, and far from.
 *
 * @see "Source: pkg/apis/core/validation validateAffinity, ValidateNodeSelector"
 */
final class AffinityValidation {
  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
  private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";
  private static final String NO_OPERATOR = "not a valid selector operator";
  private static final int MOST_WEIGHT = 100;

  private AffinityValidation() {}

  static void affinity(List<FieldError> errors, String path, JsonNode affinity) {
    JsonNode nodes = affinity.path("nodeAffinity");
    if (nodes.path(REQUIRED).isObject()) {
      nodeSelector(errors, path + ".nodeAffinity." + REQUIRED, nodes.path(REQUIRED));
    }
    int i = 0;
    for (JsonNode term : nodes.path(PREFERRED)) {
      String here = path + ".nodeAffinity." + PREFERRED + "[" + i++ + "]";
      weight(errors, here, term);
      // As upstream: a preference for what no label can be is only in vain.
      nodeTerm(errors, here + ".preference", term.path("preference"), false);
    }
    for (String kind : List.of("podAffinity", "podAntiAffinity")) {
      pods(errors, path + "." + kind, affinity.path(kind));
    }
  }

  /** A NodeSelector that is there: terms of which a node must meet one. */
  static void nodeSelector(List<FieldError> errors, String path, JsonNode selector) {
    JsonNode terms = selector.path("nodeSelectorTerms");
    if (terms.isEmpty()) {
      errors.add(
          FieldError.required(
              path + ".nodeSelectorTerms", "must have at least one node selector term"));
    }
    int i = 0;
    for (JsonNode term : terms) {
      nodeTerm(errors, path + ".nodeSelectorTerms[" + i++ + "]", term, true);
    }
  }

  private static void weight(List<FieldError> errors, String path, JsonNode term) {
    int weight = term.path("weight").asInt();
    if (weight <= 0 || weight > MOST_WEIGHT) {
      errors.add(FieldError.invalid(path + ".weight", weight, "must be in the range 1-100"));
    }
  }

  private static void nodeTerm(
      List<FieldError> errors, String path, JsonNode term, boolean checkValues) {
    int i = 0;
    for (JsonNode requirement : term.path("matchExpressions")) {
      labels(errors, path + ".matchExpressions[" + i++ + "]", requirement, checkValues);
    }
    int j = 0;
    for (JsonNode requirement : term.path("matchFields")) {
      fields(errors, path + ".matchFields[" + j++ + "]", requirement);
    }
  }

  private static void labels(
      List<FieldError> errors, String path, JsonNode requirement, boolean checkValues) {
    String operator = Checks.text(requirement, "operator");
    JsonNode values = requirement.path("values");
    switch (operator) {
      case "Gt", "Lt" -> {
        if (values.size() != 1) {
          errors.add(
              FieldError.required(
                  path + ".values",
                  "must be specified single value when `operator` is 'Lt' or 'Gt'"));
        }
      }
      default -> Checks.operator(errors, path, operator, !values.isEmpty());
    }
    Checks.form(errors, path + ".key", Checks.text(requirement, "key"), Names::qualifiedName);
    if (checkValues) {
      int i = 0;
      for (JsonNode value : values) {
        Checks.form(errors, path + ".values[" + i++ + "]", value.asText(), Names::labelValue);
      }
    }
  }

  private static void fields(List<FieldError> errors, String path, JsonNode requirement) {
    String operator = Checks.text(requirement, "operator");
    String key = Checks.text(requirement, "key");
    JsonNode values = requirement.path("values");
    if (!operator.equals("In") && !operator.equals("NotIn")) {
      errors.add(FieldError.invalid(path + ".operator", operator, NO_OPERATOR));
    } else if (values.size() != 1) {
      errors.add(
          FieldError.required(
              path + ".values",
              "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
    }
    if (!key.equals("metadata.name")) {
      errors.add(FieldError.invalid(path + ".key", key, "not a valid field selector key"));
      return;
    }
    int i = 0;
    for (JsonNode value : values) {
      Checks.form(errors, path + ".values[" + i++ + "]", value.asText(), Names::dnsSubdomain);
    }
  }

  private static void pods(List<FieldError> errors, String path, JsonNode affinity) {
    int i = 0;
    for (JsonNode term : affinity.path(REQUIRED)) {
      podTerm(errors, path + "." + REQUIRED + "[" + i++ + "]", term);
    }
    int j = 0;
    for (JsonNode term : affinity.path(PREFERRED)) {
      String here = path + "." + PREFERRED + "[" + j++ + "]";
      weight(errors, here, term);
      podTerm(errors, here + ".podAffinityTerm", term.path("podAffinityTerm"));
    }
  }

  private static void podTerm(List<FieldError> errors, String path, JsonNode term) {
    for (String selector : List.of("labelSelector", "namespaceSelector")) {
      Checks.labelSelector(errors, path + "." + selector, term.path(selector));
    }
    for (JsonNode namespace : term.path("namespaces")) {
      Checks.form(errors, path + ".namespace", namespace.asText(), Names::dnsLabel);
    }
    for (String keys : List.of("matchLabelKeys", "mismatchLabelKeys")) {
      labelKeys(errors, path + "." + keys, term.path(keys), term.path("labelSelector"));
    }
    selectedTwice(errors, path, term);
    List<String> mismatched = Checks.texts(term.path("mismatchLabelKeys"));
    int i = 0;
    for (JsonNode key : term.path("matchLabelKeys")) {
      if (mismatched.contains(key.asText())) {
        errors.add(
            FieldError.invalid(
                path + ".matchLabelKeys[" + i + "]",
                key.asText(),
                "exists in both matchLabelKeys and mismatchLabelKeys"));
      }
      i++;
    }
    String topology = Checks.text(term, "topologyKey");
    if (topology.isEmpty()) {
      errors.add(FieldError.required(path + ".topologyKey", "can not be empty"));
    }
    Checks.form(errors, path + ".topologyKey", topology, Names::qualifiedName);
  }

  /** The selector has what its keys have made of the pod's labels: another such is one too many. */
  private static void selectedTwice(List<FieldError> errors, String path, JsonNode term) {
    List<String> keys = Checks.texts(term.path("matchLabelKeys"));
    JsonNode selector = term.path("labelSelector");
    Set<String> seen = new HashSet<>();
    selector.path("matchLabels").fieldNames().forEachRemaining(seen::add);
    for (JsonNode expression : selector.path("matchExpressions")) {
      String key = Checks.text(expression, "key");
      if (!seen.add(key) && keys.contains(key)) {
        errors.add(
            FieldError.invalid(
                path + "[" + keys.indexOf(key) + "]", // as upstream, without the field
                key,
                "exists in both matchLabelKeys and labelSelector"));
      }
    }
  }

  /** Keys that the pod's own labels give values to; without a selector they would mean nothing. */
  private static void labelKeys(
      List<FieldError> errors, String path, JsonNode keys, JsonNode selector) {
    if (!keys.isEmpty() && !selector.isObject()) {
      errors.add(FieldError.forbidden(path, "must not be specified when labelSelector is not set"));
      return;
    }
    int i = 0;
    for (JsonNode key : keys) {
      Checks.form(errors, path + "[" + i++ + "]", key.asText(), Names::qualifiedName);
    }
  }
}
