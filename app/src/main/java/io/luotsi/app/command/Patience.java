package io.luotsi.app.command;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for what the kernel tells nobody: another's process that ends or pauses. */
final class Patience {
  private static final Duration LOOK_EVERY = Duration.ofMillis(20);

  private Patience() {}

  /**
   * @return whether it came true in time; false as well if this thread is interrupted
   */
  static boolean until(BooleanSupplier condition, Duration time) {
    long deadline = System.nanoTime() + time.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
    return true;
  }
}
