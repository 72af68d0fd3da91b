package io.luotsi.core.apiserver.validation;

import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.IpText;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * IP addresses as text, read without asking any name server.
 *
 * @see "Source: apimachinery pkg/util/validation ip.go"
 */
final class Addresses {
  private static final int V4_BITS = 32;

  private Addresses() {}

  static boolean isIp(String text) {
    return IpText.parse(text).isPresent();
  }

  /**
   * An address that everybody reads alike, however it is spelled.
   *
   * @param known what was accepted before, and is therefore accepted whatever it looks like
   */
  static void readable(
      List<FieldError> errors, String path, String address, Collection<String> known) {
    if (!known.contains(address)) {
      wrong(address).ifPresent(why -> errors.add(FieldError.invalid(path, address, why)));
    }
  }

  /** An address that is spelled as it should be, too. */
  static void canonical(List<FieldError> errors, String path, String address) {
    notCanonical(address).ifPresent(why -> errors.add(FieldError.invalid(path, address, why)));
  }

  /** Why an address is not one that is spelled as it should be. */
  static Optional<String> notCanonical(String address) {
    Optional<String> wrong = wrong(address);
    if (wrong.isPresent()) {
      return wrong;
    }
    String canonical = IpText.parse(address).orElseThrow().canonical();
    return canonical.equals(address)
        ? Optional.empty()
        : Optional.of("must be in canonical form (\"" + canonical + "\")");
  }

  private static Optional<String> wrong(String address) {
    return switch (IpText.parse(address).map(IpText::form).orElse(null)) {
      case null -> Optional.of("must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)");
      case STANDARD -> Optional.empty();
      case LEADING_ZEROS -> Optional.of("must not have leading 0s");
      case MAPPED -> Optional.of("must not be an IPv4-mapped IPv6 address");
    };
  }

  static boolean isLoopback(IpText address) {
    return isV4(address)
        ? address.value().shiftRight(24).intValue() == 127
        : address.value().equals(BigInteger.ONE);
  }

  private static boolean isV4(IpText address) {
    return address.bits() == V4_BITS;
  }

  /**
   * Why an address is nobody's endpoint.
   *
   * @param text as it was written
   */
  static Optional<String> special(IpText address, String text) {
    if (address.value().signum() == 0) {
      return Optional.of("may not be unspecified (" + text + ")");
    }
    if (isLoopback(address)) {
      return Optional.of("may not be in the loopback range (127.0.0.0/8, ::1/128)");
    }
    boolean linkLocal =
        isV4(address)
            ? address.value().shiftRight(16).intValue() == (169 << 8 | 254)
            : address.value().shiftRight(118).intValue() == 0xfe80 >> 6;
    if (linkLocal) {
      return Optional.of("may not be in the link-local range (169.254.0.0/16, fe80::/10)");
    }
    boolean multicast =
        isV4(address)
            ? address.value().shiftRight(8).intValue() == 224 << 16
            : (address.value().shiftRight(112).intValue() & 0xff0f) == 0xff02;
    return multicast
        ? Optional.of("may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)")
        : Optional.empty();
  }
}
