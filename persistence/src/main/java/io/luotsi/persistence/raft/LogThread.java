package io.luotsi.persistence.raft;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of Ratis that writes a group's log. It waits for something to write a second at a
 * time, so idle it finds out late that its log has been closed, and whoever closes it waits for
 * that.
 */
final class LogThread {
  private static final Logger LOG = LoggerFactory.getLogger(LogThread.class);

  /** From the end of the state machine to the moment at which Ratis tells the thread to end. */
  private static final long ENDS_AFTER_MILLIS = 10;

  private static final long WRITTEN_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private volatile @Nullable Thread thread;

  /** Called on the thread. */
  void seen() {
    thread = Thread.currentThread();
  }

  /**
   * Waits until there is nothing left to write.
   *
   * @throws IllegalStateException if the disk takes too long for that
   */
  void awaitWritten(RaftLog log) {
    if (isWritten(log)) {
      return;
    }
    LOG.info("a snapshot waits for entries of this member's own");
    long begun = System.nanoTime();
    do {
      if (System.nanoTime() - begun > WRITTEN_WITHIN_NANOS) {
        throw new IllegalStateException("the log takes too long to write what waits");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    } while (!isWritten(log));
  }

  private boolean isWritten(RaftLog log) {
    Thread writer = thread;
    TermIndex last = log.getLastEntryTermIndex();
    return (last == null || log.getFlushIndex() >= last.getIndex())
        && (writer == null || waits(writer));
  }

  private static boolean waits(Thread writer) {
    return writer.getState() == Thread.State.TIMED_WAITING;
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
    if (writer != null && waits(writer)) {
      writer.interrupt();
    }
  }
}
