package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Conditions of the type that all newer kinds share.
 *
 * @see "Source: apimachinery pkg/apis/meta/v1/validation ValidateConditions"
 */
final class ConditionValidation {
  private static final String CONDITIONS = "status.conditions";
  private static final List<String> STATUSES = List.of("False", "True", "Unknown");
  private static final int LONGEST_REASON = 1024;
  private static final int LONGEST_MESSAGE = 32 * 1024;
  private static final String REASON_FORM = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
  private static final Pattern REASON = Pattern.compile(REASON_FORM);
  private static final String NO_REASON =
      "a condition reason must start with alphabetic character, optionally followed by a string of"
          + " alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'"
          + " (e.g. 'my_name',  or 'MY_NAME',  or 'MyName',  or 'ReasonA,ReasonB',  or"
          + " 'ReasonA:ReasonB', regex used for validation is '"
          + REASON_FORM
          + "')";

  private ConditionValidation() {}

  /**
   * @param conditions of {@code status.conditions}
   */
  static void validate(List<FieldError> errors, JsonNode conditions) {
    Set<String> types = new HashSet<>();
    int i = 0;
    for (JsonNode condition : conditions) {
      String path = CONDITIONS + "[" + i++ + "]";
      String type = Checks.text(condition, "type");
      if (!types.add(type)) {
        errors.add(FieldError.duplicate(path + ".type", type));
      }
      Checks.form(errors, path + ".type", type, Names::qualifiedName);
      String status = Checks.text(condition, "status");
      if (!STATUSES.contains(status)) {
        errors.add(FieldError.notSupported(path + ".status", status, STATUSES));
      }
      JsonNode generation = condition.path("observedGeneration");
      if (generation.asLong() < 0) {
        errors.add(
            FieldError.invalid(
                path + ".observedGeneration", generation, "must be greater than or equal to zero"));
      }
      Checks.required(errors, path, condition, "lastTransitionTime");
      reason(errors, path + ".reason", Checks.text(condition, "reason"));
      if (Checks.text(condition, "message").length() > LONGEST_MESSAGE) {
        errors.add(FieldError.tooLong(path + ".message", LONGEST_MESSAGE));
      }
    }
  }

  private static void reason(List<FieldError> errors, String path, String reason) {
    if (reason.isEmpty()) {
      errors.add(FieldError.required(path, ""));
    } else if (!REASON.matcher(reason).matches()) {
      errors.add(FieldError.invalid(path, reason, NO_REASON));
    }
    if (reason.length() > LONGEST_REASON) {
      errors.add(FieldError.tooLong(path, LONGEST_REASON));
    }
  }
}
