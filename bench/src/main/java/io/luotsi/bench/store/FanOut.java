package io.luotsi.bench.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Many watchers of one table, each of which is to see every write once. */
final class FanOut {
  private static final String TABLE = "leases";
  private static final int PACED = 50;
  private static final Duration PACE = Duration.ofMillis(100);
  private static final int BURST = 100;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);
  private static final double NANOS = 1e9;

  private final StoreCluster cluster;
  private final StoreClient client;
  private final int watchers;
  private final Samples samples;
  private final List<Watched> watched = new ArrayList<>();

  /** Events that arrived, at whatever watcher. */
  private final AtomicLong arrived = new AtomicLong();

  /** By this client. */
  private int written;

  /** Version before this client; also names its objects, since those of earlier ones are there. */
  private final long before;

  private FanOut(StoreCluster cluster, StoreClient client, int watchers, Samples samples) {
    this.cluster = cluster;
    this.client = client;
    this.watchers = watchers;
    this.samples = samples;
    this.before = Waiting.get("a version", client.version(TABLE));
  }

  /** What one watcher saw; touched by one thread at a time. */
  private final class Watched {
    private Latencies delays = new Latencies();

    private void saw(byte[] object) {
      delays.add(Item.ageNanos(object));
      arrived.incrementAndGet();
    }
  }

  /** Measures with connections of its own, and ends them. */
  static void run(StoreCluster cluster, int watchers, Samples samples) {
    try (StoreClient client = cluster.freshClient(cluster.members().getFirst())) {
      FanOut fanOut = new FanOut(cluster, client, watchers, samples);
      fanOut.begin();
      fanOut.paced();
      fanOut.burst();
    }
  }

  private void begin() {
    for (int i = 0; i < watchers; i++) {
      Watched one = new Watched();
      watched.add(one);
      client.watch(TABLE, before, one::saw);
    }
    for (int i = 0; i < PACED; i++) { // code that has not run yet is slow
      Waiting.get("a write", write());
    }
    awaitArrived();
  }

  private CompletableFuture<Long> write() {
    int name = (int) before + written++;
    return client.write(TABLE, Item.of(Item.name("watch", name)).now(), 0);
  }

  private void awaitArrived() {
    Waiting.until(
        watchers + " watchers to see " + written + " writes",
        BETWEEN_LOOKS,
        () -> arrived.get() >= (long) written * watchers);
  }

  private void paced() {
    watched.forEach(one -> one.delays = new Latencies());
    List<CompletableFuture<Long>> writes = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < PACED; i++) {
      LockSupport.parkNanos(begin + i * PACE.toNanos() - System.nanoTime());
      writes.add(write());
    }
    writes.forEach(write -> Waiting.get("a write", write));
    awaitArrived();
    Latencies all = new Latencies();
    watched.forEach(one -> all.addAll(one.delays));
    samples.add(cluster.side(), Measures.WATCH_P50, all.percentileMillis(0.5));
    samples.add(cluster.side(), Measures.WATCH_P99, all.percentileMillis(0.99));
  }

  /** All at once: as many events a second as go through. */
  private void burst() {
    long begin = System.nanoTime();
    List<CompletableFuture<Long>> writes = new ArrayList<>();
    for (int i = 0; i < BURST; i++) {
      writes.add(write());
    }
    writes.forEach(write -> Waiting.get("a write", write));
    awaitArrived();
    double seconds = (System.nanoTime() - begin) / NANOS;
    samples.add(cluster.side(), Measures.WATCH_EVENTS, (double) BURST * watchers / seconds);
  }
}
