package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.custom.ValueCheck.ValueErrors;
import java.math.BigDecimal;

/** What a schema says of numbers. */
final class NumberCheck {
  private NumberCheck() {}

  static void check(ValueErrors errors, JsonNode value, ValueRules of) {
    ValueRules.Numbers rules = of.numbers();
    boolean tooLarge =
        switch (rules.format()) {
          case "int32" -> of.types().contains("integer") && !value.canConvertToInt();
          case "float" ->
              of.types().contains("number") && Float.isInfinite((float) value.doubleValue());
          default -> false;
        };
    if (tooLarge) {
      errors.composite(
          "Checked value must be of type %s with format %s"
              .formatted(of.types().getFirst(), rules.format()));
    }
    BigDecimal number = exact(value);
    if (rules.multipleOf().isPresent()) {
      BigDecimal factor = exact(rules.multipleOf().get());
      if (factor.signum() > 0 && number.remainder(factor).signum() != 0) {
        errors.invalid(value, "should be a multiple of " + printed(factor));
      }
    }
    if (rules.minimum().isPresent()) {
      BigDecimal least = exact(rules.minimum().get());
      int order = number.compareTo(least);
      if (order < 0 || order == 0 && rules.aboveMinimum()) {
        errors.invalid(
            value,
            "should be greater than "
                + (rules.aboveMinimum() ? "" : "or equal to ")
                + printed(least));
      }
    }
    if (rules.maximum().isPresent()) {
      BigDecimal most = exact(rules.maximum().get());
      int order = number.compareTo(most);
      if (order > 0 || order == 0 && rules.belowMaximum()) {
        errors.invalid(
            value,
            "should be less than " + (rules.belowMaximum() ? "" : "or equal to ") + printed(most));
      }
    }
  }

  /** Through the double that upstream keeps, so that 1e1000000 costs nothing. */
  private static BigDecimal exact(JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong()) {
      return BigDecimal.valueOf(value.longValue());
    }
    double number = value.doubleValue();
    return BigDecimal.valueOf(Math.clamp(number, -Double.MAX_VALUE, Double.MAX_VALUE));
  }

  private static String printed(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }
}
