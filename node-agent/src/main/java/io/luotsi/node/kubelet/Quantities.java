package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Quantities as the numbers a kubelet works with, rounded up. */
final class Quantities {
  private Quantities() {}

  static long bytes(Quantity quantity) {
    return ceiling(Quantity.getAmountInBytes(quantity));
  }

  static long millis(Quantity quantity) {
    return ceiling(Quantity.getAmountInBytes(quantity).multiply(BigDecimal.valueOf(1000)));
  }

  /** In units of {@code divisor}; whole ones if it is absent or zero. */
  static String in(Quantity quantity, Quantity divisor) {
    BigDecimal unit = Quantity.getAmountInBytes(divisor);
    BigDecimal amount = Quantity.getAmountInBytes(quantity);
    BigDecimal by = unit.signum() == 0 ? BigDecimal.ONE : unit;
    return amount.divide(by, 0, RoundingMode.CEILING).toPlainString();
  }

  private static long ceiling(BigDecimal amount) {
    return amount.setScale(0, RoundingMode.CEILING).longValue();
  }
}
