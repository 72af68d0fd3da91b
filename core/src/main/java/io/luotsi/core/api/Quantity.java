package io.luotsi.core.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;

/**
 * An amount of a resource, exact: {@code 100m}, {@code 1.5Gi}, {@code 12e6}. As upstream, amounts
 * are kept between the smallest and the largest 64-bit integer, and what is finer than a nano is
 * rounded away from zero. Equality and order are those of the amounts, whatever they are written
 * in.
 *
 * @see "Source: apimachinery pkg/api/resource/quantity.go"
 */
public final class Quantity implements Comparable<Quantity> {
  public static final Quantity ZERO = new Quantity(BigDecimal.ZERO, Format.DECIMAL_SI);

  private enum Format {
    DECIMAL_SI,
    DECIMAL_EXPONENT,
    BINARY_SI
  }

  private static final String NUMBER_PATTERN = "^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$";
  private static final String WRONG_FORMAT =
      "quantities must match the regular expression '" + NUMBER_PATTERN + "'";
  private static final String WRONG_NUMBER = "unable to parse numeric part of quantity";
  private static final String WRONG_SUFFIX = "unable to parse quantity's suffix";

  private static final String DECIMAL_SUFFIXES = "num kMGTPE";
  private static final String BINARY_SUFFIXES = "KMGTPE";
  private static final int NANO_SCALE = 9;
  private static final int MAX_EXPONENT = 1_000;
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);
  private static final BigDecimal LEAST = MOST.negate();
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

  private final BigDecimal amount;
  private final Format format;

  private Quantity(BigDecimal amount, Format format) {
    this.amount = amount;
    this.format = format;
  }

  /**
   * @throws IllegalArgumentException if it is not a quantity, with upstream's words
   */
  public static Quantity parse(String text) {
    Quantity parsed = read(text);
    BigDecimal amount = parsed.amount;
    if (amount.scale() > NANO_SCALE) {
      amount = amount.setScale(NANO_SCALE, RoundingMode.UP);
    }
    return new Quantity(amount.min(MOST).max(LEAST), parsed.format);
  }

  /** What is wrong with a quantity's text, if anything is. */
  public static Optional<String> check(String text) {
    try {
      parse(text);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  public static Quantity ofMillis(long millis) {
    return new Quantity(BigDecimal.valueOf(millis, 3), Format.DECIMAL_SI);
  }

  public static Quantity of(long whole) {
    return new Quantity(BigDecimal.valueOf(whole), Format.DECIMAL_SI);
  }

  public static Quantity ofBytes(long bytes) {
    return new Quantity(BigDecimal.valueOf(bytes), Format.BINARY_SI);
  }

  /** Whole units, rounded up. */
  public long value() {
    return amount.setScale(0, RoundingMode.CEILING).longValue();
  }

  /** Thousandths, rounded up; as many as a long holds. */
  public long millis() {
    BigInteger millis = amount.movePointRight(3).setScale(0, RoundingMode.CEILING).toBigInteger();
    if (millis.bitLength() < Long.SIZE) {
      return millis.longValue();
    }
    return millis.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
  }

  public int signum() {
    return amount.signum();
  }

  /** Whether there is no fraction. */
  public boolean isWhole() {
    return amount.signum() == 0 || amount.stripTrailingZeros().scale() <= 0;
  }

  public Quantity plus(Quantity other) {
    return new Quantity(amount.add(other.amount), isZero() ? other.format : format);
  }

  public Quantity minus(Quantity other) {
    return new Quantity(amount.subtract(other.amount), isZero() ? other.format : format);
  }

  private boolean isZero() {
    return amount.signum() == 0;
  }

  @Override
  public int compareTo(Quantity other) {
    return amount.compareTo(other.amount);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Quantity quantity && compareTo(quantity) == 0;
  }

  @Override
  public int hashCode() {
    return amount.stripTrailingZeros().hashCode();
  }

  /** The canonical form: no fraction, the largest suffix that allows it, no superfluous sign. */
  @Override
  public String toString() {
    if (isZero()) {
      return "0";
    }
    if (format == Format.BINARY_SI && isWhole() && amount.abs().compareTo(KIBI) >= 0) {
      return binary();
    }
    BigDecimal bare = amount.stripTrailingZeros();
    int exponent = Math.floorDiv(-bare.scale(), 3) * 3;
    BigInteger mantissa = bare.movePointLeft(exponent).toBigIntegerExact();
    if (exponent == 0) {
      return mantissa.toString();
    }
    return format == Format.DECIMAL_EXPONENT
        ? mantissa + "e" + exponent
        : mantissa + DECIMAL_SUFFIXES.substring(exponent / 3 + 3, exponent / 3 + 4);
  }

  private String binary() {
    BigInteger whole = amount.toBigIntegerExact();
    int suffix = Math.min(whole.abs().getLowestSetBit() / 10, BINARY_SUFFIXES.length());
    BigInteger mantissa =
        whole.signum() < 0
            ? whole.negate().shiftRight(10 * suffix).negate()
            : whole.shiftRight(10 * suffix);
    return suffix == 0
        ? mantissa.toString()
        : mantissa + BINARY_SUFFIXES.substring(suffix - 1, suffix) + "i";
  }

  private static Quantity read(String text) {
    int end = 0;
    while (end < text.length() && isOfNumber(text, end)) {
      end++;
    }
    BigDecimal number = number(text.substring(0, end));
    String suffix = text.substring(end);
    if (suffix.isEmpty()) {
      return new Quantity(number, Format.DECIMAL_SI);
    }
    if (suffix.length() == 1) {
      int place = suffix.equals(" ") ? -1 : DECIMAL_SUFFIXES.indexOf(suffix);
      if (place >= 0) {
        return new Quantity(number.scaleByPowerOfTen((place - 3) * 3), Format.DECIMAL_SI);
      }
    }
    if (suffix.length() == 2 && suffix.charAt(1) == 'i') {
      int place = BINARY_SUFFIXES.indexOf(suffix.charAt(0));
      if (place >= 0) {
        return new Quantity(number.multiply(KIBI.pow(place + 1)), Format.BINARY_SI);
      }
    }
    return new Quantity(number.scaleByPowerOfTen(exponent(suffix)), Format.DECIMAL_EXPONENT);
  }

  private static boolean isOfNumber(String text, int position) {
    char c = text.charAt(position);
    return (c >= '0' && c <= '9') || c == '.' || (position == 0 && (c == '+' || c == '-'));
  }

  private static BigDecimal number(String digits) {
    boolean any = digits.chars().anyMatch(c -> c >= '0' && c <= '9');
    if (!any) {
      throw new IllegalArgumentException(WRONG_FORMAT);
    }
    if (digits.indexOf('.') != digits.lastIndexOf('.')) {
      throw new IllegalArgumentException(WRONG_NUMBER);
    }
    return new BigDecimal(digits);
  }

  /** Of {@code e6}, {@code E-3}. */
  private static int exponent(String suffix) {
    boolean spelledRight = suffix.chars().allMatch(c -> "eEinumkKMGTP+-0123456789".indexOf(c) >= 0);
    if (!spelledRight) {
      throw new IllegalArgumentException(WRONG_FORMAT);
    }
    char first = suffix.charAt(0);
    if (first != 'e' && first != 'E') {
      throw new IllegalArgumentException(WRONG_SUFFIX);
    }
    try {
      int exponent = Integer.parseInt(suffix.substring(1));
      // Far beyond every amount that is kept; bounds the digits that have to be computed.
      return Math.clamp(exponent, -MAX_EXPONENT, MAX_EXPONENT);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(WRONG_SUFFIX, e);
    }
  }
}
