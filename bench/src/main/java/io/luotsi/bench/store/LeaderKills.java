package io.luotsi.bench.store;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Kills whoever leads, again and again, while clients try to write at all who live. */
final class LeaderKills {
  private static final String TABLE = "events";
  private static final Duration BETWEEN_WRITES = Duration.ofMillis(10);
  private static final double NANOS_PER_MILLI = 1e6;

  private final StoreCluster cluster;
  private final Samples samples;
  private int names;

  LeaderKills(StoreCluster cluster, Samples samples) {
    this.cluster = cluster;
    this.samples = samples;
  }

  /**
   * Kills the leader and waits until the cluster is whole again.
   *
   * @return milliseconds from the signal to the first acknowledgement of a write begun after it
   */
  double kill() {
    String leader = cluster.leader();
    List<String> others =
        cluster.members().stream().filter(member -> !member.equals(leader)).toList();
    others.forEach(member -> Waiting.get("a version", cluster.client(member).version(TABLE)));
    AtomicLong acknowledged = new AtomicLong();
    long struck = cluster.strike(leader);
    Waiting.until(
        "a write after the death of " + leader + " of " + cluster.side().label(),
        BETWEEN_WRITES,
        () -> {
          if (acknowledged.get() == 0) {
            others.forEach(member -> write(member, acknowledged));
          }
          return acknowledged.get() != 0;
        });
    double millis = (acknowledged.get() - struck) / NANOS_PER_MILLI;
    samples.add(cluster.side(), Measures.FAILOVER, millis);
    cluster.kill(leader);
    cluster.start(leader);
    cluster.awaitWhole();
    return millis;
  }

  private void write(String member, AtomicLong acknowledged) {
    cluster
        .client(member)
        .write(TABLE, Item.of(Item.name("kill", names++)).now(), 0)
        .thenRun(() -> acknowledged.compareAndSet(0, System.nanoTime()));
  }
}
