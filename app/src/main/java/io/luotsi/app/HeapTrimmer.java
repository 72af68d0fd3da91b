package io.luotsi.app;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the heap near what lives in it. Left alone, the serial collector lets its old generation
 * grow to the limit of the heap before it collects it for the first time, and the young one, which
 * gets its share of the old one's size then, stays as small as it began, so that whatever a few
 * hundred requests have in hand outlives it. Here the old generation is collected whenever as much
 * has come to it as lived in it, and when nobody asks for anything.
 *
 * <p>A collection stops the JVM for about a millisecond per MiB that lives. Members think that a
 * leader which is silent for longer than {@link #LONGEST_PAUSE} is gone, so that a heap which would
 * take longer is left to grow much further, and whoever leads is told before it is collected, to
 * let another lead.
 */
public final class HeapTrimmer {
  private static final Logger LOG = LoggerFactory.getLogger(HeapTrimmer.class);
  private static final long MIB = 1 << 20;
  private static final String OLD_GENERATION = "Tenured Gen";
  private static final String YOUNG_COLLECTOR = "Copy";
  private static final String OLD_COLLECTOR = "MarkSweepCompact";
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  /** So many looks, one after the other, that each found this many young collections or fewer. */
  private static final int IDLE_LOOKS = 4;

  private static final long IDLE_COLLECTIONS = 1;

  static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  /** Growth that is not worth a collection, busy or idle. */
  private static final long LEAST_BUSY = 32 * MIB;

  private static final long LEAST_IDLE = 16 * MIB;
  private static final int IDLE_PART = 8;

  /** What a heap may grow by whose collection takes long. */
  private static final long MOST = 1_024 * MIB;

  private static final double FIRST_MILLIS_PER_MIB = 1;

  private final MemoryPoolMXBean old;
  private final GarbageCollectorMXBean young;
  private final GarbageCollectorMXBean full;
  private long youngCollections;
  private int idleLooks;

  private HeapTrimmer(
      MemoryPoolMXBean old, GarbageCollectorMXBean young, GarbageCollectorMXBean full) {
    this.old = old;
    this.young = young;
    this.full = full;
  }

  /**
   * What is known of the old generation, in bytes.
   *
   * @param live what was left by the last collection; 0 if there was none
   * @param lastPause of that collection; zero if there was none
   */
  record Sight(long used, long live, Duration lastPause, boolean idle) {
    boolean isDue() {
      long grown = used - live;
      if (isLong()) {
        return grown > live + MOST;
      }
      return grown > live + LEAST_BUSY || idle && grown > Math.max(LEAST_IDLE, live / IDLE_PART);
    }

    /** Whether others may think that this JVM is gone while it collects. */
    boolean isLong() {
      return pause().compareTo(LONGEST_PAUSE) > 0;
    }

    /** What a collection is to be expected to take, if all that is used lives. */
    private Duration pause() {
      double millisPerMib =
          live < MIB ? FIRST_MILLIS_PER_MIB : (double) lastPause.toMillis() * MIB / live;
      return Duration.ofMillis((long) (millisPerMib * used / MIB));
    }
  }

  /**
   * Begins, for as long as this JVM lives. Does nothing if another collector is at work.
   *
   * @param beforeLongPause run, and waited for, before a collection that takes long
   */
  public static void start(Runnable beforeLongPause) {
    Thread.ofPlatform().daemon().name("luotsi-heap").start(() -> attend(beforeLongPause));
  }

  private static void attend(Runnable beforeLongPause) {
    LockSupport.parkNanos(BETWEEN_LOOKS.toNanos()); // a start has better things to load
    Optional<MemoryPoolMXBean> old =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getName().equals(OLD_GENERATION))
            .findFirst();
    Optional<GarbageCollectorMXBean> young = collector(YOUNG_COLLECTOR);
    Optional<GarbageCollectorMXBean> full = collector(OLD_COLLECTOR);
    if (old.isEmpty() || young.isEmpty() || full.isEmpty()) {
      LOG.info("this JVM does not have the serial collector: its heap is left alone");
      return;
    }
    HeapTrimmer trimmer = new HeapTrimmer(old.get(), young.get(), full.get());
    while (true) {
      Sight sight = trimmer.look();
      if (sight.isDue()) {
        if (sight.isLong()) {
          beforeLongPause.run();
        }
        trimmer.collect(sight.used());
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }

  private static Optional<GarbageCollectorMXBean> collector(String name) {
    List<GarbageCollectorMXBean> all =
        ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class);
    return all.stream().filter(bean -> bean.getName().equals(name)).findFirst();
  }

  private Sight look() {
    long collections = young.getCollectionCount();
    idleLooks = collections - youngCollections <= IDLE_COLLECTIONS ? idleLooks + 1 : 0;
    youngCollections = collections;
    MemoryUsage left = old.getCollectionUsage();
    return new Sight(
        old.getUsage().getUsed(),
        left == null ? 0 : left.getUsed(),
        lastPause(),
        idleLooks >= IDLE_LOOKS);
  }

  private Duration lastPause() {
    GcInfo last = full.getLastGcInfo();
    return last == null ? Duration.ZERO : Duration.ofMillis(last.getDuration());
  }

  private void collect(long used) {
    System.gc();
    LOG.info(
        "old generation: {} MiB to {} MiB in {} ms",
        used / MIB,
        old.getUsage().getUsed() / MIB,
        lastPause().toMillis());
  }
}
