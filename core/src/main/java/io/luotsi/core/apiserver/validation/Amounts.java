package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Quantity;
import java.util.List;
import java.util.Optional;

/** Numbers, percentages and quantities, as many kinds' fields hold them. */
final class Amounts {
  static final String POSITIVE = "must be greater than zero";
  private static final int ALL = 100;

  private Amounts() {}

  /** A number that is not negative, or a percentage. */
  static void amountOrPercent(List<FieldError> errors, String path, JsonNode value) {
    if (value.isTextual()) {
      if (percent(value) < 0) {
        errors.add(
            FieldError.invalid(
                path,
                value,
                "a valid percent string must be a numeric string followed by an ending '%' (e.g."
                    + " '1%',  or '93%', regex used for validation is '[0-9]+%')"));
      }
    } else if (value.asInt() < 0) {
      errors.add(FieldError.invalid(path, value, Checks.NOT_NEGATIVE));
    }
  }

  static void notOverAll(List<FieldError> errors, String path, JsonNode value) {
    if (percent(value) > ALL) {
      errors.add(FieldError.invalid(path, value, "must not be greater than 100%"));
    }
  }

  /** -1 if it is none. */
  static int percent(JsonNode value) {
    String text = value.asText("");
    boolean valid =
        value.isTextual()
            && text.length() > 1
            && text.length() < 10
            && text.endsWith("%")
            && text.chars().limit(text.length() - 1).allMatch(c -> c >= '0' && c <= '9');
    return valid ? Integer.parseInt(text.substring(0, text.length() - 1)) : -1;
  }

  static boolean isZero(JsonNode value) {
    return value.isTextual() ? percent(value) <= 0 : value.asInt() == 0;
  }

  /** What decoding has left as a quantity; empty if the field is absent. */
  static Optional<Quantity> quantity(JsonNode value) {
    return value.isValueNode() && !value.isNull() && Quantity.check(value.asText()).isEmpty()
        ? Optional.of(Quantity.parse(value.asText()))
        : Optional.empty();
  }

  static void positive(List<FieldError> errors, String path, JsonNode value) {
    if (quantity(value).filter(amount -> amount.signum() <= 0).isPresent()) {
      errors.add(FieldError.invalid(path, value, POSITIVE));
    }
  }

  static void notNegative(List<FieldError> errors, String path, JsonNode value) {
    if (quantity(value).filter(amount -> amount.signum() < 0).isPresent()) {
      errors.add(FieldError.invalid(path, value, Checks.NOT_NEGATIVE));
    }
  }
}
