package io.luotsi.core.podsecurity;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A level as a version of Kubernetes defined it.
 *
 * @param minor of version 1; {@link #LATEST} for whatever is newest
 */
public record Standard(Level level, int minor) {
  static final int LATEST = Integer.MAX_VALUE;
  static final Standard PRIVILEGED = new Standard(Level.PRIVILEGED, LATEST);

  private static final Pattern VERSION = Pattern.compile("v1\\.([0-9]|[1-9][0-9]{1,8})");

  static Optional<Integer> parseVersion(String text) {
    if (text.equals("latest")) {
      return Optional.of(LATEST);
    }
    Matcher matcher = VERSION.matcher(text);
    return matcher.matches() ? Optional.of(Integer.valueOf(matcher.group(1))) : Optional.empty();
  }

  Standard with(Level other) {
    return new Standard(other, minor);
  }

  Standard with(int otherMinor) {
    return new Standard(level, otherMinor);
  }

  /** As messages have it: {@code restricted:latest}. */
  @Override
  public String toString() {
    return level + ":" + (minor == LATEST ? "latest" : "v1." + minor);
  }
}
