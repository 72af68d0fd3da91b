package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;

/**
 * Which taints a pod puts up with.
 *
 * @see "Source: pkg/apis/core/validation ValidateTolerations"
 */
final class TolerationValidation {
  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

  private TolerationValidation() {}

  static void tolerations(List<FieldError> errors, String path, JsonNode tolerations) {
    int i = 0;
    for (JsonNode toleration : tolerations) {
      String here = path + "[" + i++ + "]";
      String key = Checks.text(toleration, "key");
      String operator = Checks.text(toleration, "operator");
      String effect = Checks.text(toleration, "effect");
      if (!key.isEmpty()) {
        Checks.form(errors, here + ".key", key, Names::qualifiedName);
      } else if (!operator.equals("Exists")) {
        errors.add(
            FieldError.invalid(
                here + ".operator",
                operator,
                "operator must be Exists when `key` is empty, which means \"match all values and"
                    + " all keys\""));
      }
      if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
        errors.add(
            FieldError.invalid(
                here + ".effect",
                effect,
                "effect must be 'NoExecute' when `tolerationSeconds` is set"));
      }
      switch (operator) {
        case "", "Equal" ->
            Checks.form(
                errors, here + ".operator", Checks.text(toleration, "value"), Names::labelValue);
        case "Exists" -> {
          if (!Checks.text(toleration, "value").isEmpty()) {
            errors.add(
                FieldError.invalid(
                    here + ".operator",
                    Checks.text(toleration, "value"),
                    "value must be empty when `operator` is 'Exists'"));
          }
        }
        default ->
            errors.add(
                FieldError.notSupported(here + ".operator", operator, List.of("Equal", "Exists")));
      }
      if (!effect.isEmpty()) {
        Checks.oneOf(errors, here + ".effect", effect, true, EFFECTS);
      }
    }
  }
}
