package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import java.util.List;

/**
 * When a single container is started again, and after which exit codes.
 *
 * @see "Source: pkg/apis/core/validation validateContainerRestartPolicy"
 */
final class RestartRulesValidation {
  private static final List<String> POLICIES = List.of("Always", "Never", "OnFailure");
  private static final List<String> ACTIONS = List.of("Restart", "RestartAllContainers");
  private static final List<String> OPERATORS = List.of("In", "NotIn");
  private static final int MOST_RULES = 20;
  private static final int MOST_CODES = 255;

  private RestartRulesValidation() {}

  static void validate(List<FieldError> errors, String path, JsonNode container) {
    JsonNode rules = container.path("restartPolicyRules");
    String here = path + ".restartPolicyRules";
    if (container.hasNonNull("restartPolicy")) {
      String policy = Checks.text(container, "restartPolicy");
      if (!POLICIES.contains(policy)) {
        errors.add(FieldError.notSupported(path + ".restartPolicy", policy, POLICIES));
      }
    } else if (!rules.isEmpty()) {
      errors.add(
          FieldError.required(
              path + ".restartPolicy", "must specify restartPolicy when restart rules are used"));
    }
    Checks.atMost(errors, here, rules, MOST_RULES);
    int i = 0;
    for (JsonNode rule : rules) {
      rule(errors, here + "[" + i++ + "]", rule);
    }
  }

  private static void rule(List<FieldError> errors, String path, JsonNode rule) {
    String action = Checks.text(rule, "action");
    if (!ACTIONS.contains(action)) {
      errors.add(FieldError.notSupported(path + ".action", action, ACTIONS));
    }
    JsonNode codes = rule.path("exitCodes");
    if (!codes.isObject()) {
      errors.add(FieldError.required(path + ".exitCodes", "must be specified"));
      return;
    }
    String operator = Checks.text(codes, "operator");
    if (!OPERATORS.contains(operator)) {
      errors.add(FieldError.notSupported(path + ".exitCodes.operator", operator, OPERATORS));
    }
    Checks.atMost(errors, path + ".exitCodes.values", codes.path("values"), MOST_CODES);
  }
}
