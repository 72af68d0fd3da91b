package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** When a Job fails or succeeds: its two policies. */
final class JobPolicyValidation {
  private static final List<String> ACTIONS = List.of("Count", "FailIndex", "FailJob", "Ignore");
  private static final List<String> OPERATORS = List.of("In", "NotIn");
  private static final List<String> STATUSES = List.of("False", "True", "Unknown");
  private static final int MOST_RULES = 20;
  private static final int MOST_VALUES = 255;
  private static final int LONGEST_INDEXES = 64 * 1024;

  private JobPolicyValidation() {}

  static void policies(List<FieldError> errors, String path, JsonNode spec) {
    if (spec.hasNonNull("podFailurePolicy")) {
      failurePolicy(errors, path + ".podFailurePolicy.rules", spec);
    }
    if (spec.hasNonNull("successPolicy")) {
      JsonNode policy = spec.path("successPolicy");
      if (Checks.text(spec, "completionMode").equals("Indexed")) {
        successRules(errors, path + ".successPolicy.rules", spec, policy.path("rules"));
      } else {
        errors.add(
            FieldError.invalid(
                path + ".successPolicy", policy, "requires indexed completion mode"));
      }
    }
  }

  private static void failurePolicy(List<FieldError> errors, String path, JsonNode spec) {
    JsonNode rules = spec.at("/podFailurePolicy/rules");
    Checks.atMost(errors, path, rules, MOST_RULES);
    Set<String> containers = new HashSet<>();
    for (String list : List.of("containers", "initContainers")) {
      spec.at("/template/spec/" + list)
          .forEach(container -> containers.add(Checks.text(container, "name")));
    }
    int i = 0;
    for (JsonNode rule : rules) {
      failureRule(errors, path + "[" + i++ + "]", spec, rule, containers);
    }
  }

  private static void failureRule(
      List<FieldError> errors, String path, JsonNode spec, JsonNode rule, Set<String> containers) {
    String action = Checks.text(rule, "action");
    if (action.equals("FailIndex") && !spec.has("backoffLimitPerIndex")) {
      errors.add(
          FieldError.invalid(
              path + ".action", action, "requires the backoffLimitPerIndex to be set"));
    }
    requiredOneOf(errors, path + ".action", action, ACTIONS);
    JsonNode codes = rule.path("onExitCodes");
    if (codes.isObject()) {
      exitCodes(errors, path + ".onExitCodes", codes, containers);
    }
    JsonNode conditions = rule.path("onPodConditions");
    Checks.atMost(errors, path + ".onPodConditions", conditions, MOST_RULES);
    int i = 0;
    for (JsonNode pattern : conditions) {
      String here = path + ".onPodConditions[" + i++ + "]";
      Checks.form(errors, here + ".type", Checks.text(pattern, "type"), Names::qualifiedName);
      requiredOneOf(errors, here + ".status", Checks.text(pattern, "status"), STATUSES);
    }
    if (codes.isObject() != conditions.isEmpty()) {
      errors.add(
          new FieldError(
              FieldError.Type.INVALID,
              path,
              "",
              codes.isObject()
                  ? "specifying both OnExitCodes and OnPodConditions is not supported"
                  : "specifying one of OnExitCodes and OnPodConditions is required"));
    }
  }

  private static void exitCodes(
      List<FieldError> errors, String path, JsonNode codes, Set<String> containers) {
    String operator = Checks.text(codes, "operator");
    requiredOneOf(errors, path + ".operator", operator, OPERATORS);
    String container = Checks.text(codes, "containerName");
    if (codes.hasNonNull("containerName") && !containers.contains(container)) {
      errors.add(
          FieldError.invalid(
              path + ".containerName",
              container,
              "must be one of the container or initContainer names in the pod template"));
    }
    JsonNode values = codes.path("values");
    if (values.isEmpty()) {
      errors.add(
          FieldError.invalid(
              path + ".values",
              values.isMissingNode() ? NullNode.instance : values,
              "at least one value is required"));
    }
    Checks.atMost(errors, path + ".values", values, MOST_VALUES);
    Set<Integer> seen = new HashSet<>();
    boolean ordered = true;
    int previous = Integer.MIN_VALUE;
    int i = 0;
    for (JsonNode value : values) {
      String here = path + ".values[" + i++ + "]";
      if (operator.equals("In") && value.asInt() == 0) {
        errors.add(FieldError.invalid(here, value, "must not be 0 for the In operator"));
      }
      if (!seen.add(value.asInt())) {
        errors.add(FieldError.duplicate(here, value));
      }
      ordered &= previous <= value.asInt();
      previous = value.asInt();
    }
    if (!ordered) {
      errors.add(FieldError.invalid(path + ".values", values, "must be ordered"));
    }
  }

  private static void successRules(
      List<FieldError> errors, String path, JsonNode spec, JsonNode rules) {
    if (rules.isEmpty()) {
      errors.add(
          FieldError.required(
              path, "at least one rules must be specified when the successPolicy is specified"));
    }
    Checks.atMost(errors, path, rules, MOST_RULES);
    int completions = spec.path("completions").asInt();
    int i = 0;
    for (JsonNode rule : rules) {
      String here = path + "[" + i++ + "]";
      if (!rule.has("succeededCount") && !rule.has("succeededIndexes")) {
        errors.add(
            FieldError.required(
                here, "at least one of succeededCount or succeededIndexes must be specified"));
      }
      int indexes = succeededIndexes(errors, here + ".succeededIndexes", rule, completions);
      JsonNode count = rule.path("succeededCount");
      Checks.notNegative(errors, here, rule, "succeededCount");
      atMost(errors, here, count, completions, "specified completions");
      if (rule.has("succeededIndexes")) {
        atMost(errors, here, count, indexes, "indexes in the specified succeededIndexes field");
      }
    }
  }

  private static void atMost(
      List<FieldError> errors, String path, JsonNode count, int most, String what) {
    if (count.asInt() > most) {
      errors.add(
          FieldError.invalid(
              path + ".succeededCount",
              count,
              "must be less than or equal to " + most + " (the number of " + what + ")"));
    }
  }

  /** How many there are; zero if they cannot be read. */
  private static int succeededIndexes(
      List<FieldError> errors, String path, JsonNode rule, int completions) {
    String text = Checks.text(rule, "succeededIndexes");
    if (text.length() > LONGEST_INDEXES) {
      errors.add(FieldError.tooLong(path, LONGEST_INDEXES));
    }
    try {
      return JobIndexes.parse(text, completions).count();
    } catch (IllegalArgumentException e) {
      errors.add(
          FieldError.invalid(path, text, "error parsing succeededIndexes: " + e.getMessage()));
      return 0;
    }
  }

  private static void requiredOneOf(
      List<FieldError> errors, String path, String value, List<String> supported) {
    if (value.isEmpty()) {
      String quoted = supported.stream().map(v -> "\"" + v + "\"").collect(Collectors.joining(" "));
      errors.add(FieldError.required(path, "valid values: [" + quoted + "]"));
    } else {
      Checks.oneOf(errors, path, value, false, supported);
    }
  }
}
