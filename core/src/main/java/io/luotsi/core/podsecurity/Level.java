package io.luotsi.core.podsecurity;

import java.util.Locale;
import java.util.Optional;

/** How much pods may do, the most first. */
public enum Level {
  PRIVILEGED,
  BASELINE,
  RESTRICTED;

  static Optional<Level> parse(String text) {
    for (Level level : values()) {
      if (level.toString().equals(text)) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  /** As labels have it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
