package io.luotsi.bench.store;

import io.luotsi.app.PlainFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting for others, but not for ever. */
public final class Waiting {
  /** Nothing that is waited for takes nearly as long unless it is broken. */
  public static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  private Waiting() {}

  /**
   * Looks again and again.
   *
   * @throws PlainFailure if it does not come to pass in time
   */
  public static void until(String what, Duration betweenLooks, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new PlainFailure("waited in vain for " + what);
      }
      LockSupport.parkNanos(betweenLooks.toNanos());
    }
  }

  /**
   * Looks again and again until there is something.
   *
   * @throws PlainFailure if nothing is there in time
   */
  public static <T> T some(String what, Duration betweenLooks, Supplier<Optional<T>> look) {
    AtomicReference<Optional<T>> found = new AtomicReference<>(Optional.empty());
    until(
        what,
        betweenLooks,
        () -> {
          found.set(look.get());
          return found.get().isPresent();
        });
    return found.get().orElseThrow();
  }

  /**
   * Asks again and again, whatever became of the questions before, until one is answered.
   *
   * @throws PlainFailure if none is in time
   */
  static <T> T answer(
      String what, Duration betweenQuestions, Supplier<CompletableFuture<T>> question) {
    CompletableFuture<T> first = new CompletableFuture<>();
    until(
        what,
        betweenQuestions,
        () -> {
          if (!first.isDone()) {
            question.get().thenAccept(first::complete);
          }
          return first.isDone();
        });
    return first.join();
  }

  /**
   * @throws PlainFailure if it fails, or does not complete in time
   */
  public static <T> T get(String what, CompletableFuture<T> future) {
    return get(what, future, PATIENCE);
  }

  /**
   * @param patience for what may take its time
   * @throws PlainFailure if it fails, or does not complete in time
   */
  public static <T> T get(String what, CompletableFuture<T> future, Duration patience) {
    try {
      return future.get(patience.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new PlainFailure(what + " failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new PlainFailure("waited in vain for " + what, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlainFailure("interrupted", e);
    }
  }

  /** Whether it completes normally, and soon. */
  public static boolean succeeds(CompletableFuture<?> future) {
    try {
      future.get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PlainFailure("interrupted", e);
    }
  }
}
