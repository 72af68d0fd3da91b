package io.luotsi.persistence.raft;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Shares rounds of the leader's: one is under way at a time, and all who come meanwhile wait for
 * the next, because the one under way may have begun before what they must see.
 */
final class ReadIndex {
  private final Supplier<CompletableFuture<Void>> round;
  private boolean underWay;
  private Optional<CompletableFuture<Void>> next = Optional.empty();

  ReadIndex(Supplier<CompletableFuture<Void>> round) {
    this.round = round;
  }

  CompletionStage<Void> caughtUp() {
    CompletableFuture<Void> mine;
    synchronized (this) {
      if (underWay) {
        if (next.isEmpty()) {
          next = Optional.of(new CompletableFuture<>());
        }
        return next.get();
      }
      underWay = true;
      mine = new CompletableFuture<>();
    }
    start(mine);
    return mine;
  }

  private void start(CompletableFuture<Void> waiting) {
    round.get().whenComplete((done, failure) -> finish(waiting, Optional.ofNullable(failure)));
  }

  private void finish(CompletableFuture<Void> waiting, Optional<Throwable> failure) {
    Optional<CompletableFuture<Void>> following;
    synchronized (this) {
      following = next;
      next = Optional.empty();
      underWay = following.isPresent();
    }
    following.ifPresent(this::start);
    if (failure.isPresent()) {
      waiting.completeExceptionally(failure.get());
    } else {
      waiting.complete(null);
    }
  }
}
