package io.luotsi.core.apiserver.validation;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.Optional;

/**
 * A block of IP addresses of either family.
 *
 * @param bits of the address family: 32 or 128
 * @param length of the prefix in bits
 */
record Cidr(BigInteger network, int length, int bits) {
  static final String MALFORMED = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

  /**
   * @return empty if the text is none
   */
  static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? "" : text.substring(0, slash);
    if (!Addresses.isIp(address) || !text.substring(slash + 1).matches("[0-9]{1,3}")) {
      return Optional.empty();
    }
    byte[] bytes = InetAddress.ofLiteral(address).getAddress();
    int bits = bytes.length * Byte.SIZE;
    int length = Integer.parseInt(text.substring(slash + 1));
    if (length > bits) {
      return Optional.empty();
    }
    BigInteger mask =
        BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE.shiftLeft(bits - length));
    return Optional.of(new Cidr(new BigInteger(1, bytes).and(mask), length, bits));
  }

  /** Whether all of {@code other} lies in this block, and not all of this in the other. */
  boolean strictlyContains(Cidr other) {
    return bits == other.bits
        && length < other.length
        && network.shiftRight(bits - length).equals(other.network.shiftRight(bits - length));
  }
}
