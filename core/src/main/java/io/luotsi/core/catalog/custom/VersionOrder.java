package io.luotsi.core.catalog.custom;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Versions of an API by maturity, the one to prefer first: {@code v2, v1, v1beta2, v1beta1,
 * v2alpha1}, then all others by name.
 *
 * @see "Source: apimachinery pkg/version/helpers.go"
 */
final class VersionOrder implements Comparator<String> {
  static final Comparator<String> PREFERRED_FIRST = new VersionOrder();

  private static final Pattern FORM = Pattern.compile("v(\\d{1,9})(?:(alpha|beta)(\\d{1,9}))?");

  private VersionOrder() {}

  /**
   * @param maturity 2 for general, 1 for beta, 0 for alpha
   */
  private record Parsed(int maturity, int major, int minor) {}

  @Override
  public int compare(String one, String other) {
    Matcher first = FORM.matcher(one);
    Matcher second = FORM.matcher(other);
    boolean firstFits = first.matches();
    if (firstFits != second.matches()) {
      return firstFits ? -1 : 1;
    }
    return firstFits
        ? Comparator.comparingInt(Parsed::maturity)
            .thenComparingInt(Parsed::major)
            .thenComparingInt(Parsed::minor)
            .compare(parsed(second), parsed(first))
        : one.compareTo(other);
  }

  private static Parsed parsed(Matcher version) {
    int major = Integer.parseInt(version.group(1));
    return version.group(2) == null
        ? new Parsed(2, major, 0)
        : new Parsed(
            version.group(2).equals("beta") ? 1 : 0, major, Integer.parseInt(version.group(3)));
  }
}
