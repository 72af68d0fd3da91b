package io.luotsi.core.catalog.custom;

import io.luotsi.core.api.Names;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The formats of texts that upstream knows; all others are taken for words of the author's own, and
 * checked by nobody.
 *
 * @see "Source: apiextensions-apiserver pkg/apiserver/validation/formats.go, kube-openapi
 *     pkg/validation/strfmt"
 */
public final class Formats {
  private static final String HEX4 = "[0-9a-f]{4}";
  private static final String ADDRESS_BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  private static final String DURATION_UNIT =
      "(ns|us|µs|μs|ms|s|m|h|nanoseconds?|nano|microseconds?|micro|micros|milliseconds?|millis|milli"
          + "|seconds?|sec|secs|minutes?|min|mins|hours?|hr|days?|d|weeks?|w|wk)";

  private static final Map<String, Predicate<String>> ALL =
      Map.ofEntries(
          pattern("bsonobjectid", "^[0-9a-fA-F]{24}$"),
          Map.entry("uri", Formats::isUri),
          pattern("email", "^[^@\\s<>\",]+@[^@\\s<>\",]+$|^[^<>]*<[^@\\s<>\",]+@[^@\\s<>\",]+>$"),
          Map.entry("hostname", Formats::isHostname),
          pattern("ipv4", "^(" + ADDRESS_BYTE + "\\.){3}" + ADDRESS_BYTE + "$"),
          Map.entry("ipv6", Formats::isIpv6),
          Map.entry("cidr", Formats::isCidr),
          pattern(
              "mac",
              "^([0-9a-fA-F]{2}[:-]){5}([0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){0,2})$"
                  + "|^([0-9a-fA-F]{4}\\.){2,3}[0-9a-fA-F]{4}$"),
          uuid("uuid", HEX4, HEX4),
          uuid("uuid3", "3[0-9a-f]{3}", HEX4),
          uuid("uuid4", "4[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
          uuid("uuid5", "5[0-9a-f]{3}", "[89ab][0-9a-f]{3}"),
          Map.entry("isbn", text -> isIsbn10(text) || isIsbn13(text)),
          Map.entry("isbn10", Formats::isIsbn10),
          Map.entry("isbn13", Formats::isIsbn13),
          Map.entry("creditcard", Formats::isCreditCard),
          pattern("ssn", "^\\d{3}[- ]?\\d{2}[- ]?\\d{4}$"),
          pattern("hexcolor", "^#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})$"),
          pattern(
              "rgbcolor",
              "^rgb\\(\\s*"
                  + ADDRESS_BYTE
                  + "\\s*,\\s*"
                  + ADDRESS_BYTE
                  + "\\s*,\\s*"
                  + ADDRESS_BYTE
                  + "\\s*\\)$"),
          Map.entry("byte", Formats::isBase64),
          Map.entry("password", text -> true),
          Map.entry("date", Formats::isDate),
          pattern(
              "duration",
              "^[-+]?(0|([0-9]+(\\.[0-9]*)?|\\.[0-9]+)\\s*"
                  + DURATION_UNIT
                  + "(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)"
                  + DURATION_UNIT
                  + ")*)$"),
          Map.entry("datetime", Formats::isDateTime),
          Map.entry("k8sshortname", text -> Names.dnsLabel(text).isEmpty()),
          Map.entry("k8slongname", text -> Names.dnsSubdomain(text).isEmpty()));

  private Formats() {}

  private static Map.Entry<String, Predicate<String>> pattern(String name, String expression) {
    return Map.entry(name, LinearPattern.compile(expression)::find);
  }

  private static Map.Entry<String, Predicate<String>> uuid(
      String name, String third, String fourth) {
    return pattern(
        name, "(?i)^[0-9a-f]{8}-?" + HEX4 + "-?" + third + "-?" + fourth + "-?[0-9a-f]{12}$");
  }

  /** Whether texts of the format are checked; dashes in its name do not count. */
  public static boolean isKnown(String format) {
    return ALL.containsKey(format.replace("-", ""));
  }

  /**
   * @param format a known one
   */
  static boolean fits(String format, String text) {
    return ALL.get(format.replace("-", "")).test(text);
  }

  private static boolean isUri(String text) {
    try {
      URI uri = new URI(text.replace(' ', '+'));
      return text.startsWith("/") || uri.getScheme() != null;
    } catch (URISyntaxException e) {
      return false;
    }
  }

  private static boolean isHostname(String text) {
    if (text.isEmpty() || text.length() > 255) {
      return false;
    }
    for (String label : text.split("\\.", -1)) {
      boolean fits =
          !label.isEmpty()
              && label.length() <= 63
              && !label.startsWith("-")
              && !label.endsWith("-")
              && label
                  .codePoints()
                  .allMatch(c -> c == '-' || Character.isDigit(c) || isLetterOrSymbol(c));
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLetterOrSymbol(int c) {
    return switch (Character.getType(c)) {
      case Character.MATH_SYMBOL,
          Character.CURRENCY_SYMBOL,
          Character.MODIFIER_SYMBOL,
          Character.OTHER_SYMBOL ->
          true;
      default -> Character.isLetter(c);
    };
  }

  private static boolean isIpv6(String text) {
    if (text.indexOf(':') < 0 || !text.matches("[0-9a-fA-F:.]{2,45}")) {
      return false;
    }
    String bare = text;
    if (text.indexOf('.') >= 0) { // the last two groups in the old form
      int start = text.lastIndexOf(':') + 1;
      if (!fits("ipv4", text.substring(start))) {
        return false;
      }
      bare = text.substring(0, start) + "0:0";
    }
    int gap = bare.indexOf("::");
    if (gap < 0) {
      return groups(bare) == 8;
    }
    int before = gap == 0 ? 0 : groups(bare.substring(0, gap));
    String rest = bare.substring(gap + 2);
    int after = rest.isEmpty() ? 0 : groups(rest);
    return before >= 0 && after >= 0 && before + after < 8;
  }

  /** How many groups of up to four digits there are; far below zero if one is none. */
  private static int groups(String text) {
    String[] groups = text.split(":", -1);
    for (String group : groups) {
      if (!group.matches("[0-9a-fA-F]{1,4}")) {
        return -100;
      }
    }
    return groups.length;
  }

  private static boolean isCidr(String text) {
    int slash = text.indexOf('/');
    if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,2}")) {
      return false;
    }
    int bits = Integer.parseInt(text.substring(slash + 1));
    String address = text.substring(0, slash);
    return fits("ipv4", address) ? bits <= 32 : isIpv6(address) && bits <= 128;
  }

  private static boolean isBase64(String text) {
    try {
      Base64.getDecoder().decode(text);
      return text.length() % 4 == 0;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isDate(String text) {
    try {
      return text.length() == 10 && LocalDate.parse(text).getYear() >= 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isDateTime(String text) {
    if (text.length() < 20) {
      return false;
    }
    try {
      OffsetDateTime.parse(text.toUpperCase(java.util.Locale.ROOT));
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static boolean isIsbn10(String text) {
    String digits = text.replaceAll("[\\s-]", "");
    if (!digits.matches("[0-9]{9}[0-9X]")) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < 10; i++) {
      int digit = digits.charAt(i) == 'X' ? 10 : digits.charAt(i) - '0';
      sum += (10 - i) * digit;
    }
    return sum % 11 == 0;
  }

  private static boolean isIsbn13(String text) {
    String digits = text.replaceAll("[\\s-]", "");
    if (!digits.matches("[0-9]{13}")) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < 13; i++) {
      sum += (i % 2 == 0 ? 1 : 3) * (digits.charAt(i) - '0');
    }
    return sum % 10 == 0;
  }

  private static boolean isCreditCard(String text) {
    String digits = text.replaceAll("[^0-9]", "");
    if (!digits.matches(
        "4[0-9]{12}([0-9]{3})?|5[1-5][0-9]{14}|6(011|5[0-9][0-9])[0-9]{12}|3[47][0-9]{13}"
            + "|3(0[0-5]|[68][0-9])[0-9]{11}|(2131|1800|35[0-9]{3})[0-9]{11}")) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(digits.length() - 1 - i) - '0';
      int counted = i % 2 == 0 ? digit : 2 * digit;
      sum += counted > 9 ? counted - 9 : counted;
    }
    return sum % 10 == 0;
  }
}
