package io.luotsi.core.apiserver;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The parts of a cluster that ComponentStatuses tell of: asked whenever somebody wants to know. */
@FunctionalInterface
public interface Components {
  /** Where nothing runs but an API. */
  Components NONE = () -> CompletableFuture.completedFuture(List.of());

  /**
   * How one of them is.
   *
   * @param name {@code scheduler}, for instance; no two share one
   * @param message what it answers, or why it does not; possibly empty
   * @param error what went wrong in asking it; empty if nothing did
   */
  record Health(String name, boolean healthy, String message, String error) {
    public static Health ok(String name) {
      return new Health(name, true, "ok", "");
    }
  }

  /**
   * Asks all of them at once.
   *
   * @return in the order in which they are listed; completes within a second or so, however many do
   *     not answer, and never exceptionally
   */
  CompletionStage<List<Health>> ask();
}
