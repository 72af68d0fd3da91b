package io.luotsi.core.informer;

import java.time.Duration;

/**
 * How long to wait after a number of failures in a row: twice as long after each.
 *
 * @param first after the first failure, positive
 * @param last never longer than this
 */
public record Backoff(Duration first, Duration last) {
  /** Upstream's item limiter of controllers: 5 ms to 1,000 s. */
  public static final Backoff CONTROLLER =
      new Backoff(Duration.ofMillis(5), Duration.ofSeconds(1000));

  public Backoff {
    if (first.isZero() || first.isNegative() || first.compareTo(last) > 0) {
      throw new IllegalArgumentException("not a backoff: " + first + " to " + last);
    }
  }

  /**
   * @param failures in a row, at least 1
   */
  public Duration after(int failures) {
    int doublings = failures - 1;
    if (doublings >= Long.numberOfLeadingZeros(first.toNanos()) - 1) {
      return last;
    }
    Duration wait = Duration.ofNanos(first.toNanos() << doublings);
    return wait.compareTo(last) < 0 ? wait : last;
  }
}
