package io.luotsi.persistence.raft;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Where proposals enter a group's log. While leadership is handed over it is shut: what is in the
 * log gets its verdict from the leader that put it there, and what waits outside is certainly not
 * done, so that the next leader can do it. Were it open, an entry that its leader did not see
 * committed before it led no longer would be one of which nobody can say what became of it.
 */
final class ProposalGate {
  private CompletableFuture<Void> opened = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> emptied = CompletableFuture.completedFuture(null);
  private int underWay;

  /** Makes the proposal when the gate is open, at once as a rule. */
  <T> CompletionStage<T> pass(Supplier<CompletableFuture<T>> proposal) {
    CompletableFuture<Void> waiting;
    boolean entered; // asked once: the gate may be opened at any moment
    synchronized (this) {
      waiting = opened;
      entered = waiting.isDone();
      underWay += entered ? 1 : 0;
    }
    return entered
        ? proposal.get().whenComplete((reply, failure) -> leave())
        : waiting.thenCompose(open -> pass(proposal));
  }

  private void leave() {
    CompletableFuture<Void> told;
    synchronized (this) {
      underWay--;
      if (underWay > 0) {
        return;
      }
      told = emptied;
    }
    told.complete(null);
  }

  /**
   * Lets nobody in until it is opened.
   *
   * @return completes when all who are in have their verdict
   */
  synchronized CompletableFuture<Void> shut() {
    if (opened.isDone()) {
      opened = new CompletableFuture<>();
      emptied = new CompletableFuture<>();
    }
    if (underWay == 0) {
      emptied.complete(null);
    }
    return emptied.copy();
  }

  /** Lets in all who wait, and whoever comes. */
  void open() {
    CompletableFuture<Void> told;
    synchronized (this) {
      told = opened;
    }
    told.complete(null);
  }
}
