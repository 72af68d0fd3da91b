package io.luotsi.app.remote;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Lets so many requests be under way at once; further ones wait in order, and when too many wait
 * they are turned away.
 */
final class Turnstile {
  private final int atOnce;
  private final int waitingAtMost;
  private final Deque<Runnable> waiting = new ArrayDeque<>();
  private int inside;

  Turnstile(int atOnce, int waitingAtMost) {
    this.atOnce = atOnce;
    this.waitingAtMost = waitingAtMost;
  }

  /**
   * Begins {@code request} now or when it is its turn.
   *
   * @param turnedAway what is given if nobody more may wait
   */
  <T> CompletionStage<T> pass(Supplier<CompletionStage<T>> request, Supplier<T> turnedAway) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Runnable entry =
        () -> begin(request).whenComplete((value, failure) -> finish(result, value, failure));
    boolean enters = false;
    synchronized (this) {
      if (inside < atOnce) {
        inside++;
        enters = true;
      } else if (waiting.size() < waitingAtMost) {
        waiting.add(entry);
      } else {
        result.complete(turnedAway.get());
      }
    }
    if (enters) {
      entry.run();
    }
    return result;
  }

  private static <T> CompletionStage<T> begin(Supplier<CompletionStage<T>> request) {
    try {
      return request.get();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e); // or the place would never be given back
    }
  }

  private <T> void finish(CompletableFuture<T> result, T value, Throwable failure) {
    Optional<Runnable> next;
    synchronized (this) {
      next = Optional.ofNullable(waiting.poll());
      if (next.isEmpty()) {
        inside--;
      }
    }
    next.ifPresent(Runnable::run);
    if (failure == null) {
      result.complete(value);
    } else {
      result.completeExceptionally(failure);
    }
  }
}
