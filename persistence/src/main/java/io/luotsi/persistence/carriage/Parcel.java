package io.luotsi.persistence.carriage;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StageFailure;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.registry.PendingWrite;
import io.luotsi.persistence.registry.WriteFailure;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A write on its way to whoever leads, and who waits for its outcome.
 *
 * @param outcome completed once; later outcomes are not heard
 * @param deadlineNanos by {@code System.nanoTime}
 */
public record Parcel(
    GroupResource resource,
    Write write,
    CompletableFuture<Outcome<StoredObject>> outcome,
    long deadlineNanos) {
  private static final int OVERHEAD_BYTES = 256;

  int sizeBytes() {
    return OVERHEAD_BYTES + draftBytes(write);
  }

  /** Size of what is to be stored, in bytes. */
  static int draftBytes(Write write) {
    return switch (write) {
      case Write.Create create -> create.draft().sizeBytes();
      case Write.Update update -> update.draft().sizeBytes();
      case Write.Delete delete -> 0;
    };
  }

  boolean isOverdue(long nowNanos) {
    return nowNanos - deadlineNanos > 0;
  }

  void reject(Rejection rejection) {
    outcome.complete(Outcome.rejected(rejection));
  }

  /**
   * The write for this member's own registry.
   *
   * @param handedBack hears of this parcel again if the write was certainly not done, because this
   *     member does not lead
   */
  public PendingWrite attempt(Consumer<Parcel> handedBack) {
    CompletableFuture<Outcome<StoredObject>> attempted = new CompletableFuture<>();
    attempted.whenComplete(
        (result, failure) -> {
          if (isHandedBack(failure)) {
            handedBack.accept(this);
          } else if (failure != null) {
            outcome.completeExceptionally(failure);
          } else {
            outcome.complete(result);
          }
        });
    return new PendingWrite(write, attempted, deadlineNanos);
  }

  static boolean isHandedBack(@Nullable Throwable failure) {
    return failure != null && StageFailure.cause(failure) instanceof WriteFailure.NotDone;
  }
}
