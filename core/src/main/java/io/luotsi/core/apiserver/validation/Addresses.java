package io.luotsi.core.apiserver.validation;

import java.util.Optional;
import java.util.OptionalLong;

/** IP addresses as text, read without asking any name server. */
final class Addresses {
  /** An IPv4 block. */
  record Block(long network, long mask) {
    static Block parse(String cidr) {
      int slash = cidr.indexOf('/');
      int bits = Integer.parseInt(cidr.substring(slash + 1));
      long mask = bits == 0 ? 0 : 0xffffffffL << (32 - bits) & 0xffffffffL;
      long address =
          ipv4(cidr.substring(0, slash))
              .orElseThrow(() -> new IllegalArgumentException("no IPv4 range: " + cidr));
      return new Block(address & mask, mask);
    }

    boolean contains(long address) {
      return (address & mask) == network;
    }
  }

  private Addresses() {}

  /** A dotted address without superfluous zeros, as a number. */
  static OptionalLong ipv4(String text) {
    long number = 0;
    int parts = 0;
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i < text.length() && text.charAt(i) != '.') {
        if (text.charAt(i) < '0' || text.charAt(i) > '9') {
          return OptionalLong.empty();
        }
        continue;
      }
      int digits = i - start;
      if (digits < 1 || digits > 3 || (digits > 1 && text.charAt(start) == '0')) {
        return OptionalLong.empty();
      }
      int part = Integer.parseInt(text, start, i, 10);
      if (part > 255) {
        return OptionalLong.empty();
      }
      number = number << 8 | part;
      parts++;
      start = i + 1;
    }
    return parts == 4 ? OptionalLong.of(number) : OptionalLong.empty();
  }

  static boolean isIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap != text.lastIndexOf("::") || text.indexOf(':') < 0) {
      return false;
    }
    if (gap < 0) {
      return groups(text) == 8;
    }
    int before = groups(text.substring(0, gap));
    int after = groups(text.substring(gap + 2));
    return before >= 0 && after >= 0 && before + after < 8;
  }

  /** How many groups of four hexadecimal digits; negative if something else is among them. */
  private static int groups(String text) {
    if (text.isEmpty()) {
      return 0;
    }
    String[] groups = text.split(":", -1);
    for (String group : groups) {
      boolean hexadecimal =
          !group.isEmpty()
              && group.length() <= 4
              && group.chars().allMatch(c -> Character.digit(c, 16) >= 0);
      if (!hexadecimal) {
        return -8;
      }
    }
    return groups.length;
  }

  static boolean isIp(String text) {
    return ipv4(text).isPresent() || isIpv6(text);
  }

  static boolean isLoopback(long address) {
    return address >> 24 == 127;
  }

  /** Why an address is nobody's endpoint. */
  static Optional<String> special(long address) {
    if (address == 0) {
      return Optional.of("may not be unspecified (0.0.0.0)");
    }
    if (isLoopback(address)) {
      return Optional.of("may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    if (address >> 16 == (169 << 8 | 254)) {
      return Optional.of("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    if (address >> 8 == (224 << 16)) {
      return Optional.of("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)");
    }
    return Optional.empty();
  }
}
