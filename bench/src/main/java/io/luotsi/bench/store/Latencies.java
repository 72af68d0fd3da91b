package io.luotsi.bench.store;

import java.util.Arrays;

/** Times that something took, every one of them kept. Not for several threads. */
public final class Latencies {
  private static final double NANOS_PER_MILLI = 1e6;

  private long[] nanos = new long[256];
  private int count;

  public void add(long tookNanos) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = tookNanos;
  }

  public void addAll(Latencies others) {
    for (int i = 0; i < others.count; i++) {
      add(others.nanos[i]);
    }
  }

  public int count() {
    return count;
  }

  /**
   * The shortest time that at least {@code share} of all did not exceed (nearest rank).
   *
   * @param share more than 0, at most 1: 0.99 for the 99th percentile
   * @return milliseconds
   * @throws IllegalStateException if there are none (a caller's bug)
   */
  public double percentileMillis(double share) {
    if (count == 0) {
      throw new IllegalStateException("no times, no percentile");
    }
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(share * count);
    return sorted[Math.max(1, rank) - 1] / NANOS_PER_MILLI;
  }
}
