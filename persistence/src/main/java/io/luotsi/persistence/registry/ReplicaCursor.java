package io.luotsi.persistence.registry;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;

/** A place in a replica's window. Holds no event; looks at the window when it is asked. */
final class ReplicaCursor implements WatchCursor {
  private final ResourceReplica replica;
  private final Runnable wake = this::wake;
  private final ReentrantLock lock = new ReentrantLock();
  private CompletableFuture<Outcome<List<WatchEvent>>> pending =
      CompletableFuture.completedFuture(Outcome.done(List.of()));
  private volatile long version;
  private boolean waits;
  private volatile boolean closed;

  ReplicaCursor(ResourceReplica replica, long version) {
    this.replica = replica;
    this.version = version;
  }

  @Override
  public CompletionStage<Outcome<List<WatchEvent>>> next() {
    CompletableFuture<Outcome<List<WatchEvent>>> stage = new CompletableFuture<>();
    lock.lock();
    try {
      if (!pending.isDone()) {
        throw new IllegalStateException("the last stage of this cursor is still open");
      }
      pending = stage;
    } finally {
      lock.unlock();
    }
    look();
    return stage.minimalCompletionStage();
  }

  /** Completes the open stage if there is something to complete it with; else waits to be woken. */
  private void look() {
    CompletableFuture<Outcome<List<WatchEvent>>> stage;
    Outcome<List<WatchEvent>> outcome;
    lock.lock();
    try {
      stage = pending;
      if (closed) {
        outcome = Outcome.done(List.of());
      } else if (stage.isDone() || waits) {
        return;
      } else {
        switch (replica.look(version, wake)) {
          case ResourceReplica.Found.Events(List<WatchEvent> events, long last) -> {
            version = last;
            outcome = Outcome.done(events);
          }
          case ResourceReplica.Found.TooOld(var why) -> outcome = Outcome.rejected(why);
          case ResourceReplica.Found.Nothing nothing -> {
            waits = true;
            return;
          }
        }
      }
    } finally {
      lock.unlock();
    }
    stage.complete(outcome);
  }

  private void wake() {
    lock.lock();
    try {
      waits = false;
    } finally {
      lock.unlock();
    }
    look();
  }

  @Override
  public long version() {
    return version;
  }

  @Override
  public void close() {
    closed = true;
    replica.forget(wake);
    look();
  }
}
