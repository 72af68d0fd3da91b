package io.luotsi.core.controller.quota;

import io.luotsi.core.api.Quantity;
import io.luotsi.core.quota.ResourceLists;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has lately been reserved of one quota, as its changes show it. A write takes no longer than
 * it may wait for its confirmation; what was reserved before that, and is not there, never comes.
 */
public final class Reserved {
  /** As long as a write may wait, and some more for clocks and caches. */
  public static final Duration PENDING = Duration.ofSeconds(12);

  private record Raise(Instant at, long version, SortedMap<String, Quantity> amounts) {}

  private final Deque<Raise> raises = new ArrayDeque<>();
  private final Set<Long> own = new HashSet<>();

  /**
   * The quota's used amounts have changed.
   *
   * @param version of the quota that has them
   */
  public synchronized void changed(
      SortedMap<String, Quantity> before,
      SortedMap<String, Quantity> after,
      long version,
      Instant now) {
    SortedMap<String, Quantity> more = ResourceLists.excess(after, before);
    if (!more.isEmpty()) {
      raises.add(new Raise(now, version, more));
    }
    forget(now);
  }

  /** That version was written by whoever counts: nothing was reserved by it. */
  public synchronized void counted(long version) {
    own.add(version);
  }

  /** All that has been reserved and may still be on its way, or have come. */
  public synchronized SortedMap<String, Quantity> lately(Instant now) {
    forget(now);
    SortedMap<String, Quantity> sum = new TreeMap<>();
    for (Raise raise : raises) {
      if (!own.contains(raise.version())) {
        sum = ResourceLists.plus(sum, raise.amounts());
      }
    }
    return sum;
  }

  private void forget(Instant now) {
    while (!raises.isEmpty() && raises.getFirst().at().plus(PENDING).isBefore(now)) {
      own.remove(raises.removeFirst().version());
    }
  }
}
