package io.luotsi.core.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.TreeMap;

/** Quantities as whole numbers of the unit in which the scheduler counts, rounded up. */
final class Amounts {
  static final String CPU = "cpu";
  static final String MEMORY = "memory";
  static final String EPHEMERAL_STORAGE = "ephemeral-storage";
  static final String PODS = "pods";

  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private Amounts() {}

  /** A resource list, CPU in thousandths. Quantities that cannot be read count as nothing. */
  static TreeMap<String, Long> read(JsonNode resources) {
    TreeMap<String, Long> amounts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : resources.properties()) {
      String text = entry.getValue().asText();
      amounts.put(entry.getKey(), entry.getKey().equals(CPU) ? millis(text) : whole(text));
    }
    return amounts;
  }

  static long millis(String quantity) {
    int last = quantity.length() - 1;
    if (last > 0 && last < 16 && quantity.charAt(last) == 'm' && digits(quantity, last)) {
      return Long.parseLong(quantity, 0, last, 10);
    }
    if (last >= 0 && last < 15 && digits(quantity, last + 1)) {
      return 1000 * Long.parseLong(quantity);
    }
    return roundUp(decimal(quantity).multiply(THOUSAND));
  }

  static long whole(String quantity) {
    int length = quantity.length();
    if (length > 0 && length < 18 && digits(quantity, length)) {
      return Long.parseLong(quantity);
    }
    if (length > 2 && length < 10 && quantity.endsWith("i") && digits(quantity, length - 2)) {
      int power = "KMGT".indexOf(quantity.charAt(length - 2)) + 1;
      if (power > 0) {
        return Long.parseLong(quantity, 0, length - 2, 10) << (10 * power);
      }
    }
    return roundUp(decimal(quantity));
  }

  private static boolean digits(String text, int end) {
    for (int i = 0; i < end; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static BigDecimal decimal(String quantity) {
    try {
      return Quantity.parse(quantity).getNumericalAmount();
    } catch (IllegalArgumentException | ArithmeticException e) {
      return BigDecimal.ZERO; // validation lets none in; a snapshot must not stop over one
    }
  }

  private static long roundUp(BigDecimal amount) {
    return Math.max(0, amount.setScale(0, RoundingMode.CEILING).min(MOST).longValue());
  }
}
