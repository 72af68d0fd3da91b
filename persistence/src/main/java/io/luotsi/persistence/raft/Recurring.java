package io.luotsi.persistence.raft;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Work that is done again and again until this is closed, each time a pause after it was done last.
 * A time that fails is followed by the next all the same; its failure is left to the thread.
 */
final class Recurring implements AutoCloseable {
  private final Runnable work;
  private final Duration pause;
  private final Function<Duration, Executor> later;
  private volatile boolean closed;

  /**
   * @param later runs a task after such a time
   */
  Recurring(Runnable work, Duration pause, Function<Duration, Executor> later) {
    this.work = work;
    this.pause = pause;
    this.later = later;
  }

  static Recurring on(Executor threads, Runnable work, Duration pause) {
    return new Recurring(
        work,
        pause,
        delay ->
            CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, threads));
  }

  void start(Duration first) {
    later.apply(first).execute(this::run);
  }

  private void run() {
    if (closed) {
      return;
    }
    try {
      work.run();
    } finally {
      start(pause);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
