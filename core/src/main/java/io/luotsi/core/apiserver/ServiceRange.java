package io.luotsi.core.apiserver;

import java.util.Optional;

/**
 * An IPv4 range that Services get their addresses from, without the network's and the broadcast
 * address. Its lower part is left to clients that ask for a certain address.
 *
 * @param network of all hosts, as a 32-bit number
 * @param size addresses in the block, a power of two
 */
record ServiceRange(String cidr, long network, long size) {
  private static final int LEAST_STATIC = 16;
  private static final int MOST_STATIC = 256;

  /** Reads {@code 10.96.0.0/16}. */
  static ServiceRange parse(String cidr) {
    int slash = cidr.indexOf('/');
    int bits = Integer.parseInt(cidr.substring(slash + 1));
    long address =
        number(cidr.substring(0, slash))
            .orElseThrow(() -> new IllegalArgumentException("no IPv4 range: " + cidr));
    if (bits < 1 || bits > 30) {
      throw new IllegalArgumentException("no range for services: " + cidr);
    }
    long size = 1L << (32 - bits);
    return new ServiceRange(cidr, address & -size, size);
  }

  boolean contains(String address) {
    Optional<Long> number = number(address);
    return number.isPresent() && number.get() > network && number.get() < network + size - 1;
  }

  /** How many addresses can be given out. */
  int usable() {
    return (int) Math.min(size - 2, Integer.MAX_VALUE);
  }

  /** First of the offsets that are drawn from unless all of them are taken. */
  int dynamicStart() {
    long part = Math.min(Math.max(LEAST_STATIC, size / 16), MOST_STATIC);
    return part >= usable() ? 0 : (int) part;
  }

  /**
   * @param offset from 0 to {@link #usable} - 1
   */
  String address(int offset) {
    long number = network + 1 + offset;
    return (number >> 24 & 255)
        + "."
        + (number >> 16 & 255)
        + "."
        + (number >> 8 & 255)
        + "."
        + (number & 255);
  }

  /** A dotted address without superfluous zeros as a number. */
  static Optional<Long> number(String address) {
    String[] parts = address.split("\\.", -1);
    if (parts.length != 4) {
      return Optional.empty();
    }
    long number = 0;
    for (String part : parts) {
      boolean digits = !part.isEmpty() && part.chars().allMatch(c -> c >= '0' && c <= '9');
      boolean plain = part.length() == 1 || !part.startsWith("0");
      if (!digits || !plain || part.length() > 3 || Integer.parseInt(part) > 255) {
        return Optional.empty();
      }
      number = number << 8 | Integer.parseInt(part);
    }
    return Optional.of(number);
  }
}
