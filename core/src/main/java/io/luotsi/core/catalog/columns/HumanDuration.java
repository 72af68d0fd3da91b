package io.luotsi.core.catalog.columns;

import java.time.Duration;

/** Durations as people read them: the coarser, the longer. */
public final class HumanDuration {
  private static final int MINUTE = 60;
  private static final int HOUR = 60;
  private static final int DAY = 24;
  private static final int YEAR = 365;

  private HumanDuration() {}

  /**
   * {@code 119s}, {@code 2m5s}, {@code 10m}, {@code 3h4m}, {@code 8h}, {@code 2d3h}, {@code 8d},
   * {@code 2y10d}, {@code 8y}; {@code <invalid>} for the future, from two seconds on.
   *
   * @see "Source: apimachinery pkg/util/duration"
   */
  public static String of(Duration duration) {
    long seconds = duration.toMillis() / 1_000; // towards zero, as Go truncates
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 2 * MINUTE) {
      return Math.max(0, seconds) + "s";
    }
    long minutes = seconds / MINUTE;
    if (minutes < 10) {
      return pair(minutes, "m", seconds % MINUTE, "s");
    }
    if (minutes < 3 * HOUR) {
      return minutes + "m";
    }
    long hours = minutes / HOUR;
    if (hours < 8) {
      return pair(hours, "h", minutes % HOUR, "m");
    }
    if (hours < 2 * DAY) {
      return hours + "h";
    }
    long days = hours / DAY;
    if (days < 8) {
      return pair(days, "d", hours % DAY, "h");
    }
    if (days < 2 * YEAR) {
      return days + "d";
    }
    return days < 8 * YEAR ? pair(days / YEAR, "y", days % YEAR, "d") : days / YEAR + "y";
  }

  private static String pair(long large, String largeUnit, long small, String smallUnit) {
    return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
  }
}
