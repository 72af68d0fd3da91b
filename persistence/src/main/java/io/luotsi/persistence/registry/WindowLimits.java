package io.luotsi.persistence.registry;

import java.time.Duration;

/**
 * How much of the past is kept for watchers. A change leaves when it is older than {@code age} and
 * {@code count} newer ones of its resource are kept; or earlier, when all windows together cost
 * more than {@code bytes}: then the costliest window gives way.
 */
public record WindowLimits(Duration age, int count, long bytes) {
  private static final Duration AGE = Duration.ofMinutes(5);
  private static final int COUNT = 10_000;
  private static final int HEAP_SHARE = 20;

  /** 5 minutes, 10,000 changes a resource, a twentieth of the heap. */
  public static WindowLimits standard() {
    return new WindowLimits(AGE, COUNT, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
  }
}
