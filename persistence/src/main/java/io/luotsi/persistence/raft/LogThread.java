package io.luotsi.persistence.raft;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread of Ratis that writes a group's log. Idle, it finds out only once a second that its log
 * has been closed, and whoever closes it waits for that.
 */
final class LogThread {
  /** From the end of the state machine to the moment at which Ratis tells the thread to end. */
  private static final long ENDS_AFTER_MILLIS = 10;

  private volatile @Nullable Thread thread;

  /** Called on the thread. */
  void seen() {
    thread = Thread.currentThread();
  }

  /**
   * Wakes it, if it waits for something to write, once its log has been closed. A write that it has
   * just begun is cut off as it would be by a kill: nobody has been told that it was done.
   */
  void endSoon() {
    CompletableFuture.delayedExecutor(ENDS_AFTER_MILLIS, TimeUnit.MILLISECONDS, Runnable::run)
        .execute(this::wake);
  }

  private void wake() {
    Thread writer = thread;
    if (writer != null && writer.getState() == Thread.State.TIMED_WAITING) {
      writer.interrupt();
    }
  }
}
