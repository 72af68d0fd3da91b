package io.luotsi.history.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Things that were done, each with the moments at which it was begun and done; can be awaited. */
public final class Progress {
  /** Nanoseconds of the clock. */
  public record Step(long begunNanos, long doneNanos) {}

  private static final long LOOK_AGAIN_MILLIS = 100;

  private final LongSupplier nanoTime;
  private final List<Step> steps = new ArrayList<>();

  Progress(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  synchronized void add(long begunNanos) {
    steps.add(new Step(begunNanos, nanoTime.getAsLong()));
    notifyAll();
  }

  synchronized void changed() {
    notifyAll();
  }

  public synchronized int count() {
    return steps.size();
  }

  /** Those that were begun after a moment, in the order in which they were done. */
  public synchronized List<Step> begunAfter(long nanos) {
    return steps.stream().filter(step -> step.begunNanos() > nanos).toList();
  }

  /** Waits for so many that were begun after a moment; false if they do not come in time. */
  public boolean awaitBegunAfter(long nanos, int count, Duration within) {
    return awaitUntil(() -> begunAfter(nanos).size() >= count, within);
  }

  /** Waits for a condition that steps change; false if it does not come in time. */
  synchronized boolean awaitUntil(BooleanSupplier condition, Duration within) {
    long deadline = nanoTime.getAsLong() + within.toNanos();
    while (!condition.getAsBoolean()) {
      if (nanoTime.getAsLong() > deadline) {
        return false;
      }
      try {
        wait(LOOK_AGAIN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
