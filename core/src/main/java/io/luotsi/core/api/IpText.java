package io.luotsi.core.api;

import java.math.BigInteger;
import java.util.Optional;

/**
 * An IP address as somebody wrote it.
 *
 * @param value unsigned
 * @param bits of the address: 32, or 128 for IPv6
 * @param form whether it is written as addresses should be
 */
public record IpText(BigInteger value, int bits, Form form) {
  /** How an address is written. */
  public enum Form {
    STANDARD,
    /** Of IPv4, with zeros that some take for a sign of octal numbers. */
    LEADING_ZEROS,
    /** An IPv4 address that pretends to be of IPv6. */
    MAPPED
  }

  private static final int GROUPS = 8;
  private static final int V4_BITS = 32;
  private static final int V6_BITS = 128;
  private static final BigInteger MAPPED_PREFIX = BigInteger.valueOf(0xffff);

  /**
   * @return empty if the text is none, however leniently it is read
   * @see "Source: k8s.io/utils/net ParseIPSloppy"
   */
  public static Optional<IpText> parse(String text) {
    return text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text);
  }

  private static Optional<IpText> ipv4(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    long value = 0;
    Form form = Form.STANDARD;
    for (String part : parts) {
      int number = number(part);
      if (number < 0) {
        return Optional.empty();
      }
      if (part.length() > 1 && part.charAt(0) == '0') {
        form = Form.LEADING_ZEROS;
      }
      value = value << 8 | number;
    }
    return Optional.of(new IpText(BigInteger.valueOf(value), V4_BITS, form));
  }

  /** Of one part; negative if it is none. */
  private static int number(String part) {
    int number = 0;
    for (int i = 0; i < part.length(); i++) {
      char c = part.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      number = number * 10 + c - '0';
      if (number > 255) {
        return -1;
      }
    }
    return part.isEmpty() ? -1 : number;
  }

  private static Optional<IpText> ipv6(String text) {
    String hexadecimal = text;
    Form form = Form.STANDARD;
    if (text.indexOf('.') >= 0) {
      int tail = text.lastIndexOf(':') + 1;
      Optional<IpText> last = ipv4(text.substring(tail));
      if (last.isEmpty()) {
        return Optional.empty();
      }
      form = last.get().form();
      long value = last.get().value().longValue();
      hexadecimal =
          text.substring(0, tail)
              + Long.toHexString(value >> 16)
              + ":"
              + Long.toHexString(value & 0xffff);
    }
    Optional<BigInteger> value = groups(hexadecimal);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    boolean mapped = value.get().shiftRight(V4_BITS).equals(MAPPED_PREFIX);
    return Optional.of(new IpText(value.get(), V6_BITS, mapped ? Form.MAPPED : form));
  }

  private static Optional<BigInteger> groups(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return hexadecimal(text, GROUPS);
    }
    String before = text.substring(0, gap);
    String after = text.substring(gap + 2);
    int left = count(before);
    int right = count(after);
    if (after.startsWith(":") || after.contains("::") || left + right >= GROUPS) {
      return Optional.empty();
    }
    return hexadecimal(before, left)
        .flatMap(
            head ->
                hexadecimal(after, right)
                    .map(tail -> head.shiftLeft(16 * (GROUPS - left)).or(tail)));
  }

  private static int count(String groups) {
    return groups.isEmpty() ? 0 : groups.split(":", -1).length;
  }

  private static Optional<BigInteger> hexadecimal(String text, int count) {
    if (count(text) != count) {
      return Optional.empty();
    }
    BigInteger value = BigInteger.ZERO;
    for (String group : count == 0 ? new String[0] : text.split(":", -1)) {
      boolean valid =
          !group.isEmpty()
              && group.length() <= 4
              && group.chars().allMatch(c -> c < 128 && Character.digit(c, 16) >= 0);
      if (!valid) {
        return Optional.empty();
      }
      value = value.shiftLeft(16).or(BigInteger.valueOf(Integer.parseInt(group, 16)));
    }
    return Optional.of(value);
  }

  public boolean isStandard() {
    return form == Form.STANDARD;
  }

  /** Without what lies beyond a prefix of that many bits. */
  public IpText masked(int prefix) {
    BigInteger network = value.shiftRight(bits - prefix).shiftLeft(bits - prefix);
    return new IpText(network, bits, form);
  }

  /** As it should be written: RFC 5952 for IPv6, dotted for what is really of IPv4. */
  public String canonical() {
    if (bits == V4_BITS || form == Form.MAPPED) {
      long number = value.longValue() & 0xffffffffL;
      return (number >> 24)
          + "."
          + (number >> 16 & 255)
          + "."
          + (number >> 8 & 255)
          + "."
          + (number & 255);
    }
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = value.shiftRight(16 * (GROUPS - 1 - i)).intValue() & 0xffff;
    }
    int start = -1;
    int length = 1; // a single group of zeros is not shortened
    for (int i = 0; i < GROUPS; i++) {
      int end = i;
      while (end < GROUPS && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == start) {
        text.append("::");
        i += length - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }
}
