package io.luotsi.persistence.registry;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Write;
import java.util.concurrent.CompletableFuture;

/**
 * A write and whoever waits for its outcome.
 *
 * @param outcome completed once; later outcomes are not heard
 * @param deadlineNanos by {@code System.nanoTime}
 */
public record PendingWrite(
    Write write, CompletableFuture<Outcome<StoredObject>> outcome, long deadlineNanos) {
  private static final int DELETE_BYTES = 256;

  /** Roughly what its event will take in the journal. */
  int sizeBytes() {
    return switch (write) {
      case Write.Create create -> create.draft().sizeBytes();
      case Write.Update update -> update.draft().sizeBytes();
      case Write.Delete delete -> DELETE_BYTES;
    };
  }

  boolean isOverdue(long nowNanos) {
    return nowNanos - deadlineNanos > 0;
  }

  /** Says, exceptionally, that it was certainly not done and may be tried elsewhere. */
  void handBack() {
    outcome.completeExceptionally(new WriteFailure.NotDone("this member does not lead"));
  }

  void reject(Rejection rejection) {
    outcome.complete(Outcome.rejected(rejection));
  }
}
