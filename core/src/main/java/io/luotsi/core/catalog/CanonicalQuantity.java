package io.luotsi.core.catalog;

import io.luotsi.core.catalog.Scalars.Canonical;
import io.luotsi.core.catalog.Scalars.Parsed;
import io.luotsi.core.catalog.Scalars.Wrong;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/**
 * Quantities as upstream writes them again: the largest suffix that leaves a whole number, in the
 * family of suffixes (decimal, binary, exponent) that the text came in.
 */
final class CanonicalQuantity {
  private enum Family {
    DECIMAL,
    BINARY,
    EXPONENT
  }

  private static final String DECIMAL_SUFFIXES = "num kMGTPE";
  private static final String BINARY_SUFFIXES = "KMGTPE";

  /** Smallest unit: upstream rounds up to nano. */
  private static final int MOST_DECIMALS = 9;

  private static final int MOST_DIGITS = 100;
  private static final BigDecimal MOST = new BigDecimal(Long.MAX_VALUE);
  private static final BigInteger KIBI = BigInteger.valueOf(1024);
  private static final BigInteger THOUSAND = BigInteger.valueOf(1000);

  private CanonicalQuantity() {}

  static Parsed of(String given) {
    String text = given.strip();
    if (isCanonicalAlready(text)) {
      return new Canonical(text);
    }
    int end = 0;
    while (end < text.length() && "+-.0123456789".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    String suffix = text.substring(end);
    BigDecimal number;
    Family family;
    int exponent;
    try {
      if (end == 0 || end > MOST_DIGITS) {
        return new Wrong(Scalars.WRONG_QUANTITY);
      }
      number = new BigDecimal(text.substring(0, end));
    } catch (NumberFormatException e) {
      return new Wrong(Scalars.WRONG_QUANTITY);
    }
    if (suffix.length() == 2 && suffix.charAt(1) == 'i') {
      family = Family.BINARY;
      exponent = BINARY_SUFFIXES.indexOf(suffix.charAt(0)) + 1;
      if (exponent == 0) {
        return new Wrong("unable to parse quantity's suffix");
      }
    } else if (suffix.length() <= 1 && DECIMAL_SUFFIXES.indexOf(orNone(suffix)) >= 0) {
      family = Family.DECIMAL;
      exponent = 3 * (DECIMAL_SUFFIXES.indexOf(orNone(suffix)) - 3);
    } else if (suffix.matches("[eE][+-]?[0-9]{1,3}")) {
      family = Family.EXPONENT;
      exponent = Integer.parseInt(suffix.substring(1));
    } else {
      return new Wrong(
          suffix.matches("[eEinumkKMGTP]*[-+]?[0-9]*")
              ? "unable to parse quantity's suffix"
              : Scalars.WRONG_QUANTITY);
    }
    return new Canonical(canonical(number, family, exponent));
  }

  private static char orNone(String suffix) {
    return suffix.isEmpty() ? ' ' : suffix.charAt(0);
  }

  /** The bulk of what comes: up to three digits and a suffix too small to overflow. */
  private static boolean isCanonicalAlready(String text) {
    int digits = 0;
    while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
      digits++;
    }
    return digits > 0
        && digits <= 3
        && (text.charAt(0) != '0' || text.equals("0"))
        && (text.length() == digits
            || text.length() == digits + 1
                && text.charAt(digits) != ' '
                && text.charAt(digits) != 'E'
                && DECIMAL_SUFFIXES.indexOf(text.charAt(digits)) >= 0
            || text.length() == digits + 2
                && text.charAt(digits + 1) == 'i'
                && text.charAt(digits) != 'E'
                && BINARY_SUFFIXES.indexOf(text.charAt(digits)) >= 0);
  }

  private static String canonical(BigDecimal number, Family given, int exponent) {
    BigDecimal value =
        given == Family.BINARY
            ? number.multiply(new BigDecimal(KIBI.pow(exponent)))
            : number.scaleByPowerOfTen(exponent);
    if (value.scale() > MOST_DECIMALS) {
      value = value.setScale(MOST_DECIMALS, RoundingMode.UP);
    }
    if (value.abs().compareTo(MOST) > 0) {
      value = value.signum() < 0 ? MOST.negate() : MOST;
    }
    if (value.signum() == 0) {
      return "0";
    }
    boolean whole = value.stripTrailingZeros().scale() <= 0;
    boolean binary =
        given == Family.BINARY && whole && value.abs().compareTo(new BigDecimal(KIBI)) >= 0;
    return binary
        ? withBinarySuffix(value.toBigIntegerExact())
        : withDecimalSuffix(value, given == Family.EXPONENT);
  }

  private static String withBinarySuffix(BigInteger value) {
    BigInteger rest = value;
    int power = 0;
    while (power < BINARY_SUFFIXES.length() && rest.mod(KIBI).signum() == 0) {
      rest = rest.divide(KIBI);
      power++;
    }
    return power == 0 ? rest.toString() : rest + "" + BINARY_SUFFIXES.charAt(power - 1) + "i";
  }

  private static String withDecimalSuffix(BigDecimal value, boolean exponentForm) {
    BigInteger rest = value.movePointRight(MOST_DECIMALS).toBigIntegerExact();
    int position = 0;
    while (position < DECIMAL_SUFFIXES.length() - 1 && rest.mod(THOUSAND).signum() == 0) {
      rest = rest.divide(THOUSAND);
      position++;
    }
    int exponent = 3 * (position - 3);
    if (exponent == 0) {
      return rest.toString();
    }
    return exponentForm ? rest + "e" + exponent : rest + "" + DECIMAL_SUFFIXES.charAt(position);
  }
}
