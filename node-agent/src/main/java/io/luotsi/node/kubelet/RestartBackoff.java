package io.luotsi.node.kubelet;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a container that failed is left alone: not at all after its first failure, then 10 s,
 * twice as long after each further one, at most 5 min; anew after 10 min without a failure.
 *
 * @param delay zero as long as nothing has failed
 * @param since when the delay was last raised
 * @see "Source: client-go util/flowcontrol/backoff.go as kubelet uses it"
 */
record RestartBackoff(Duration delay, Instant since) {
  static final RestartBackoff NONE = new RestartBackoff(Duration.ZERO, Instant.EPOCH);
  static final Duration FIRST = Duration.ofSeconds(10);
  static final Duration LAST = Duration.ofMinutes(5);
  static final Duration FORGOTTEN_AFTER = LAST.multipliedBy(2);

  /**
   * When a container that failed may run again.
   *
   * @return empty if it may at once
   */
  Optional<Instant> notBefore(Instant failedAt, Instant now) {
    if (delay.isZero() || isForgotten(failedAt)) {
      return Optional.empty();
    }
    Instant due = failedAt.plus(delay);
    return due.isAfter(now) ? Optional.of(due) : Optional.empty();
  }

  /** As it is once the container runs again. */
  RestartBackoff next(Instant now) {
    if (delay.isZero() || isForgotten(now)) {
      return new RestartBackoff(FIRST, now);
    }
    Duration doubled = delay.multipliedBy(2);
    return new RestartBackoff(doubled.compareTo(LAST) < 0 ? doubled : LAST, now);
  }

  private boolean isForgotten(Instant at) {
    return Duration.between(since, at).compareTo(FORGOTTEN_AFTER) > 0;
  }
}
