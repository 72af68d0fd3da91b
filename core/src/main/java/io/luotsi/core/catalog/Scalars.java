package io.luotsi.core.catalog;

import io.luotsi.core.api.Quantity;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Canonical forms of the scalars that are more than their JSON. */
final class Scalars {
  /** A scalar's text as Go would write it again, or why Go cannot read it. */
  sealed interface Parsed {}

  record Canonical(String text) implements Parsed {}

  record Wrong(String why) implements Parsed {}

  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'");
  private static final DateTimeFormatter MICROSECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");

  private Scalars() {}

  /** RFC 3339; written in UTC and whole seconds. */
  static Parsed time(String text) {
    return time(text, SECONDS, "2006-01-02T15:04:05Z07:00");
  }

  /** RFC 3339; written in UTC with six decimals. */
  static Parsed microTime(String text) {
    return time(text, MICROSECONDS, "2006-01-02T15:04:05.000000Z07:00");
  }

  private static Parsed time(String text, DateTimeFormatter canonical, String goLayout) {
    if (isCanonicalTime(text, canonical == SECONDS ? "" : ".######")) {
      return new Canonical(text);
    }
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (text.length() > 16 && text.charAt(16) == ':') { // Java takes times without seconds, too
        return new Canonical(time.withOffsetSameInstant(ZoneOffset.UTC).format(canonical));
      }
    } catch (DateTimeException e) {
      // worded below
    }
    return new Wrong(
        "parsing time \"%s\" as \"%s\": cannot parse \"%s\" as \"2006\""
            .formatted(text, goLayout, text));
  }

  /** The largest suffix that leaves a whole number. */
  static Parsed quantity(String text) {
    if (isCanonicalQuantity(text)) {
      return new Canonical(text);
    }
    try {
      return new Canonical(Quantity.parse(text.strip()).toString());
    } catch (IllegalArgumentException e) {
      return new Wrong(String.valueOf(e.getMessage()));
    }
  }

  /** A quantity among resources, of which nothing is finer than a thousandth: rounded up. */
  static Parsed resourceAmount(String text) {
    return switch (quantity(text)) {
      case Canonical(String canonical) when canonical.endsWith("n") || canonical.endsWith("u") ->
          new Canonical(Quantity.ofMillis(Quantity.parse(canonical).millis()).toString());
      case Parsed other -> other;
    };
  }

  /** The bulk of what comes: up to three digits and a suffix too small to overflow. */
  private static boolean isCanonicalQuantity(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0 || digits > 3 || text.charAt(0) == '0') {
      return false;
    }
    return switch (text.length() - digits) {
      case 0 -> true;
      case 1 -> "mkMGT".indexOf(text.charAt(digits)) >= 0;
      case 2 -> "KMGT".indexOf(text.charAt(digits)) >= 0 && text.charAt(digits + 1) == 'i';
      default -> false;
    };
  }

  /**
   * Whether a date needs no parsing, being what we would write, as nearly all are; of the last days
   * of months it does not say so.
   *
   * @param fraction a pattern in which # is a digit
   */
  private static boolean isCanonicalTime(String text, String fraction) {
    String pattern = "####-##-##T##:##:##";
    if (text.length() != pattern.length() + fraction.length() + 1 || !text.endsWith("Z")) {
      return false;
    }
    for (int i = 0; i < text.length() - 1; i++) {
      char expected =
          i < pattern.length() ? pattern.charAt(i) : fraction.charAt(i - pattern.length());
      char c = text.charAt(i);
      if (expected == '#' ? c < '0' || c > '9' : c != expected) {
        return false;
      }
    }
    int month = twoDigits(text, 5);
    int day = twoDigits(text, 8);
    return month >= 1
        && month <= 12
        && day >= 1
        && day <= 28
        && twoDigits(text, 11) <= 23
        && twoDigits(text, 14) <= 59
        && twoDigits(text, 17) <= 59;
  }

  private static int twoDigits(String text, int start) {
    return 10 * (text.charAt(start) - '0') + text.charAt(start + 1) - '0';
  }

  /** Standard alphabet, padded; line breaks are left out, as Go's decoder does. */
  static Parsed base64(String text) {
    String bare =
        text.indexOf('\n') < 0 && text.indexOf('\r') < 0
            ? text
            : text.replace("\n", "").replace("\r", "");
    int wrongAt = firstWrongByte(bare);
    return wrongAt < 0
        ? new Canonical(bare)
        : new Wrong("illegal base64 data at input byte " + wrongAt);
  }

  /**
   * @return -1 if all is well
   */
  private static int firstWrongByte(String text) {
    int length = text.length();
    int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    for (int i = 0; i < length - padding; i++) {
      char c = text.charAt(i);
      boolean inAlphabet =
          c >= 'A' && c <= 'Z'
              || c >= 'a' && c <= 'z'
              || c >= '0' && c <= '9'
              || c == '+'
              || c == '/';
      if (!inAlphabet) {
        return i;
      }
    }
    return length % 4 == 0 ? -1 : length - length % 4;
  }
}
