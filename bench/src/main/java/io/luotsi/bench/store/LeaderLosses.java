package io.luotsi.bench.store;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** Takes the leader away, again and again, while clients try to write at all others. */
final class LeaderLosses {
  /** How a leader goes. */
  enum Way {
    KILLED("kill -9"),
    STOPPED("SIGTERM");

    private final String signal;

    Way(String signal) {
      this.signal = signal;
    }

    String signal() {
      return signal;
    }
  }

  private static final String TABLE = "events";

  /** Few enough for members that are still cold: a queue's length is not to be measured. */
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(20);

  private static final double NANOS_PER_MILLI = 1e6;

  private final StoreCluster cluster;
  private final Samples samples;
  private int names;

  LeaderLosses(StoreCluster cluster, Samples samples) {
    this.cluster = cluster;
    this.samples = samples;
  }

  /** When a write that was begun at the one time was acknowledged at the other; by nanoTime. */
  private record Acknowledged(long begun, long at) {}

  /**
   * Takes the leader away and waits until the cluster is whole again.
   *
   * @param measure what the result is added to
   * @return the longest time without an acknowledged write, in milliseconds: of a killed leader
   *     that from the signal to the first one; a leader that is asked to stop may acknowledge some
   *     more
   */
  double lose(Way way, Measure measure) {
    String leader = cluster.leader();
    List<String> others =
        cluster.members().stream().filter(member -> !member.equals(leader)).toList();
    others.forEach(member -> Waiting.get("a version", cluster.client(member).version(TABLE)));
    Collection<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    long signalled =
        switch (way) {
          case KILLED -> cluster.strike(leader);
          case STOPPED -> cluster.askToStop(leader);
        };
    AtomicLong gone = new AtomicLong();
    Waiting.until(
        "a write without " + leader + " of " + cluster.side().label(),
        BETWEEN_WRITES,
        () -> {
          if (!cluster.isAlive(leader)) {
            gone.compareAndSet(0, System.nanoTime());
          }
          others.forEach(member -> write(member, acknowledged));
          return gone.get() != 0
              && acknowledged.stream().anyMatch(one -> one.begun() - gone.get() >= 0);
        });
    double millis = longestSilence(signalled, acknowledged) / NANOS_PER_MILLI;
    samples.add(cluster.side(), measure, millis);
    cluster.kill(leader);
    cluster.start(leader);
    cluster.awaitWhole();
    return millis;
  }

  private static long longestSilence(long from, Collection<Acknowledged> acknowledged) {
    long last = from;
    long longest = 0;
    for (long at : acknowledged.stream().mapToLong(Acknowledged::at).sorted().toArray()) {
      longest = Math.max(longest, at - last);
      last = at;
    }
    return longest;
  }

  private void write(String member, Collection<Acknowledged> acknowledged) {
    long begun = System.nanoTime();
    cluster
        .client(member)
        .write(TABLE, Item.of(Item.name("lost", names++)).now(), 0)
        .thenRun(() -> acknowledged.add(new Acknowledged(begun, System.nanoTime())));
  }
}
