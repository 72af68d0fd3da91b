package io.luotsi.http.watch;

import java.time.Duration;

/**
 * When watches say and end what.
 *
 * @param bookmarkEvery between bookmarks of a client that allows them
 * @param lifetime of a watch whose client names no time-out; up to twice as long, so that watches
 *     that began together do not end together
 */
public record WatchTimes(Duration bookmarkEvery, Duration lifetime) {
  /** Upstream's. */
  public static final WatchTimes DEFAULT =
      new WatchTimes(Duration.ofMinutes(1), Duration.ofMinutes(30));
}
