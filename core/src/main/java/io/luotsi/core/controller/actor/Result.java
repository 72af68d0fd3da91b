package io.luotsi.core.controller.actor;

import java.time.Duration;
import java.util.Optional;

/** How a reconcile went. */
sealed interface Result {
  /**
   * @param again when to look once more although nothing changes; empty if there is no need
   */
  record Done(Optional<Duration> again) implements Result {}

  /** To be tried again, later and later. */
  record Failed(String why) implements Result {}

  Result DONE = new Done(Optional.empty());

  /** There is more to do at once. */
  Result MORE = new Done(Optional.of(Duration.ZERO));
}
