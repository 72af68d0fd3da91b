package io.luotsi.core.apiserver.validation;

import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.IpText;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A block of IP addresses of either family, as somebody wrote it.
 *
 * @param address which need not be the first of the block
 * @param length of the prefix in bits
 * @param zeros whether the length is written with superfluous ones
 * @see "Source: apimachinery pkg/util/validation ip.go"
 */
record Cidr(IpText address, int length, boolean zeros) {
  private static final String MALFORMED =
      "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,6}");

  /**
   * @return empty if the text is none, however leniently it is read
   */
  static Optional<Cidr> parse(String text) {
    int slash = text.indexOf('/');
    String digits = text.substring(slash + 1);
    if (slash < 0 || !LENGTH.matcher(digits).matches()) {
      return Optional.empty();
    }
    int length = Integer.parseInt(digits);
    boolean zeros = digits.length() > 1 && digits.charAt(0) == '0';
    return IpText.parse(text.substring(0, slash))
        .filter(address -> length <= address.bits())
        .map(address -> new Cidr(address, length, zeros));
  }

  /**
   * A block that everybody reads alike.
   *
   * @param known what was accepted before, and is therefore accepted whatever it looks like
   */
  static void readable(
      List<FieldError> errors, String path, String text, Collection<String> known) {
    if (!known.contains(text)) {
      wrong(text).ifPresent(why -> errors.add(FieldError.invalid(path, text, why)));
    }
  }

  /** A block that is spelled as it should be, too. */
  static void canonical(List<FieldError> errors, String path, String text) {
    Optional<String> wrong = wrong(text);
    if (wrong.isPresent()) {
      errors.add(FieldError.invalid(path, text, wrong.get()));
      return;
    }
    String canonical = parse(text).orElseThrow().canonical();
    if (!canonical.equals(text)) {
      errors.add(
          FieldError.invalid(path, text, "must be in canonical form (\"" + canonical + "\")"));
    }
  }

  private static Optional<String> wrong(String text) {
    Optional<Cidr> block = parse(text);
    if (block.isEmpty()) {
      return Optional.of(MALFORMED);
    }
    IpText address = block.get().address;
    if (block.get().zeros || address.form() == IpText.Form.LEADING_ZEROS) {
      return Optional.of("must not have leading 0s in IP or prefix length");
    }
    if (address.form() == IpText.Form.MAPPED) {
      return Optional.of("must not have an IPv4-mapped IPv6 address");
    }
    return address.masked(block.get().length).equals(address)
        ? Optional.empty()
        : Optional.of("must not have bits set beyond the prefix length");
  }

  private String canonical() {
    return address.masked(length).canonical() + "/" + length;
  }

  int bits() {
    return address.bits();
  }

  boolean contains(IpText other) {
    return bits() == other.bits()
        && address.masked(length).value().equals(other.masked(length).value());
  }

  /** Whether all of {@code other} lies in this block, and not all of this in the other. */
  boolean strictlyContains(Cidr other) {
    return length < other.length && contains(other.address);
  }
}
