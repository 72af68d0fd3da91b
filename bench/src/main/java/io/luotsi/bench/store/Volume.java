package io.luotsi.bench.store;

import io.luotsi.app.PlainFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * Many objects: what they take, how fast they are listed, and how fast a member starts with them.
 */
final class Volume {
  private static final String TABLE = "secrets";
  private static final int PAGE = 1_000;

  /** Clients that write while all objects are held. */
  static final int WRITERS_BESIDE = 64;

  private static final double P99 = 0.99;
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(5);
  private static final double NANOS = 1e9;
  private static final double NANOS_PER_MILLI = 1e6;
  private static final double MIB = 1 << 20;
  private static final double PER = 100_000;

  private final StoreCluster cluster;
  private final String member;
  private final int objects;
  private final Samples samples;
  private final OwnObjects own = new OwnObjects();

  /**
   * @param cluster of one member
   */
  Volume(StoreCluster cluster, int objects, Samples samples) {
    this.cluster = cluster;
    this.member = cluster.members().getFirst();
    this.objects = objects;
    this.samples = samples;
  }

  /**
   * Creates the objects in a member that has just been started.
   *
   * @param settle after which its memory is read; nobody tells it to collect garbage
   */
  void load(Duration settle) {
    long before = cluster.residentMiB(member);
    Loading.create(cluster.client(member), TABLE, objects);
    LockSupport.parkNanos(settle.toNanos());
    long after = cluster.residentMiB(member);
    double each = (after - before) * PER / objects;
    boolean luotsi = cluster.side() == Side.LUOTSI;
    samples.add(cluster.side(), Measures.RESIDENT, after);
    samples.add(cluster.side(), Measures.MEMORY, each);
    // Luotsi's replica is its watch cache; an API server's holds at least every object's bytes.
    double cache = luotsi ? 0 : PER * Item.BYTES / MIB;
    samples.add(cluster.side(), Measures.MEMORY_WITH_CACHE, each + cache);
  }

  /** Writes other objects while all of these are there. */
  void write(Duration time) {
    Writes.Result result = Writes.run(cluster.client(member), own, WRITERS_BESIDE, time);
    samples.add(cluster.side(), Measures.WRITES_BESIDE, result.perSecond());
    samples.add(cluster.side(), Measures.P99_BESIDE, result.latencies().percentileMillis(P99));
    samples.add(cluster.side(), Measures.LONGEST_BESIDE, result.latencies().percentileMillis(1));
  }

  /** Lists all at one version, a page after the other. */
  void list() {
    long begin = System.nanoTime();
    Optional<StoreClient.Place> place = Optional.empty();
    long found = 0;
    long bytes = 0;
    do {
      StoreClient.Page page =
          Waiting.get("a page of a list", cluster.client(member).page(TABLE, place, PAGE));
      found += page.objects();
      bytes += page.bytes();
      place = page.next();
    } while (place.isPresent());
    double seconds = (System.nanoTime() - begin) / NANOS;
    if (found != objects) {
      throw new PlainFailure(
          "%s lists %d objects of %d".formatted(cluster.side().label(), found, objects));
    }
    samples.add(cluster.side(), Measures.LIST_OBJECTS, found / seconds);
    samples.add(cluster.side(), Measures.LIST_BYTES, bytes / MIB / seconds);
  }

  /** Kills the member and starts it again. */
  void restart() {
    long version = Waiting.get("a version", cluster.client(member).version(TABLE));
    cluster.kill(member);
    try (StoreClient client = cluster.freshClient(member)) {
      long begin = System.nanoTime();
      cluster.start(member);
      cluster.awaitPort(member);
      long found =
          Waiting.answer(
              "an answer after the start", BETWEEN_QUESTIONS, () -> client.version(TABLE));
      samples.add(cluster.side(), Measures.START, (System.nanoTime() - begin) / NANOS_PER_MILLI);
      if (found < version) {
        throw new PlainFailure(
            "%s started at version %d and had told %d"
                .formatted(cluster.side().label(), found, version));
      }
    }
    cluster.awaitWhole();
    samples.add(cluster.side(), Measures.RESIDENT_AFTER_START, cluster.residentMiB(member));
  }
}
