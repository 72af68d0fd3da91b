package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How evenly pods are to be spread over zones, nodes and the like.
 *
 * @see "Source: pkg/apis/core/validation validateTopologySpreadConstraints"
 */
final class SpreadValidation {
  private static final List<String> UNSATISFIABLE = List.of("DoNotSchedule", "ScheduleAnyway");
  private static final List<String> POLICIES = List.of("Honor", "Ignore");

  private SpreadValidation() {}

  static void constraints(List<FieldError> errors, String path, JsonNode constraints) {
    int i = 0;
    for (JsonNode constraint : constraints) {
      constraint(errors, path + "[" + i + "]", constraint, constraints, i);
      i++;
    }
  }

  private static void constraint(
      List<FieldError> errors, String path, JsonNode constraint, JsonNode all, int index) {
    int skew = constraint.path("maxSkew").asInt();
    String action = Checks.text(constraint, "whenUnsatisfiable");
    if (skew <= 0) {
      errors.add(FieldError.invalid(path + ".maxSkew", skew, Amounts.POSITIVE));
    }
    if (Checks.text(constraint, "topologyKey").isEmpty()) {
      errors.add(FieldError.required(path + ".topologyKey", "can not be empty"));
    }
    if (!UNSATISFIABLE.contains(action)) {
      errors.add(FieldError.notSupported(path + ".whenUnsatisfiable", action, UNSATISFIABLE));
    }
    for (int later = index + 1; later < all.size(); later++) {
      if (key(all.get(later)).equals(key(constraint))) {
        errors.add(
            FieldError.duplicate(path + ".{topologyKey, whenUnsatisfiable}", key(constraint)));
        break;
      }
    }
    domains(errors, path + ".minDomains", constraint.path("minDomains"), action);
    for (String policy : List.of("nodeAffinityPolicy", "nodeTaintsPolicy")) {
      Checks.oneOf(errors, path + "." + policy, Checks.text(constraint, policy), true, POLICIES);
    }
    labelKeys(errors, path + ".matchLabelKeys", constraint);
    Checks.labelSelector(errors, path + ".labelSelector", constraint.path("labelSelector"));
  }

  /** What one constraint is about; two of the same would contradict or repeat each other. */
  private static String key(JsonNode constraint) {
    return "{%s, %s}"
        .formatted(
            Checks.text(constraint, "topologyKey"), Checks.text(constraint, "whenUnsatisfiable"));
  }

  private static void domains(
      List<FieldError> errors, String path, JsonNode domains, String action) {
    if (!domains.isNumber()) {
      return;
    }
    if (domains.asInt() <= 0) {
      errors.add(FieldError.invalid(path, domains, Amounts.POSITIVE));
    }
    if (!action.equals("DoNotSchedule")) {
      errors.add(
          FieldError.invalid(
              path,
              domains,
              "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not " + action));
    }
  }

  private static void labelKeys(List<FieldError> errors, String path, JsonNode constraint) {
    JsonNode keys = constraint.path("matchLabelKeys");
    JsonNode selector = constraint.path("labelSelector");
    if (!keys.isEmpty() && !selector.isObject()) {
      errors.add(FieldError.forbidden(path, "must not be specified when labelSelector is not set"));
    }
    Set<String> selected = new HashSet<>(ResourceNames.names(selector.path("matchLabels")));
    selector
        .path("matchExpressions")
        .forEach(expression -> selected.add(Checks.text(expression, "key")));
    int i = 0;
    for (JsonNode key : keys) {
      String here = path + "[" + i++ + "]";
      Checks.form(errors, here, key.asText(), Names::qualifiedName);
      if (selected.contains(key.asText())) {
        errors.add(
            FieldError.invalid(
                here, key.asText(), "exists in both matchLabelKeys and labelSelector"));
      }
    }
  }
}
