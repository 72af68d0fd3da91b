package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.Write;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Plans a write from what can be read at once, commits it on condition that nothing changed, and
 * plans anew from the latest state when something had.
 *
 * <p>The first plan costs no round to the leader. A refusal, or a finding that there is nothing to
 * write, is only believed from the latest state; so no answer is ever older than the request.
 */
final class Attempts {
  /** Bounds the rounds of one request among that many who write the same object at once. */
  private static final int MAX_ATTEMPTS = 100;

  /** What a request wants done, as far as one look at the store can say. */
  sealed interface Plan<T> {
    /**
     * @param again which refusals of the store are worth planning anew
     * @param undo what to do when the write is certainly not done
     */
    record Commit<T>(
        GroupResource resource,
        Write write,
        Function<StoredObject, T> result,
        Predicate<Rejection> again,
        Runnable undo)
        implements Plan<T> {
      Commit(
          GroupResource resource,
          Write write,
          Function<StoredObject, T> result,
          Predicate<Rejection> again) {
        this(resource, write, result, again, () -> {});
      }
    }

    /** Nothing to write. */
    record Answer<T>(T value) implements Plan<T> {}
  }

  /** Plans from what {@code reads} gives; called again, must start from the request anew. */
  @FunctionalInterface
  interface Planner<T> {
    Outcome<Plan<T>> plan(Reads reads);
  }

  private final Store store;
  private final Executor executor;

  /**
   * @param executor for attempts that wait for the leader
   */
  Attempts(Store store, Executor executor) {
    this.store = store;
    this.executor = executor;
  }

  /** What a conditional write is refused with when the object was not as the plan believed. */
  static boolean isStale(Rejection rejection) {
    return rejection instanceof Rejection.Conflict || rejection instanceof Rejection.NotFound;
  }

  <T> CompletionStage<Outcome<T>> run(Planner<T> planner) {
    if (planner.plan(new Reads(store, ReadVersion.ANY))
        instanceof Outcome.Done<Plan<T>>(Plan.Commit<T> commit)) {
      return commit(planner, commit, 1);
    }
    return again(planner, 1);
  }

  /** Plans at once from the latest state, away from the caller: for plans that wait themselves. */
  <T> CompletionStage<Outcome<T>> runAside(Planner<T> planner) {
    return again(planner, 0);
  }

  private <T> CompletionStage<Outcome<T>> again(Planner<T> planner, int attempts) {
    return CompletableFuture.supplyAsync(
            () -> planner.plan(new Reads(store, ReadVersion.LATEST)), executor)
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case Outcome.Rejected<Plan<T>>(Rejection why) -> completed(Outcome.rejected(why));
                  case Outcome.Done<Plan<T>>(Plan.Answer<T>(T value)) ->
                      completed(Outcome.done(value));
                  case Outcome.Done<Plan<T>>(Plan.Commit<T> commit) ->
                      commit(planner, commit, attempts + 1);
                });
  }

  private <T> CompletionStage<Outcome<T>> commit(
      Planner<T> planner, Plan.Commit<T> commit, int attempts) {
    return store
        .commit(commit.resource(), commit.write())
        .thenCompose(
            outcome ->
                switch (outcome) {
                  case Outcome.Done<StoredObject>(StoredObject object) ->
                      completed(Outcome.done(commit.result().apply(object)));
                  case Outcome.Rejected<StoredObject>(Rejection.Timeout unknown) ->
                      completed(Outcome.rejected(unknown));
                  case Outcome.Rejected<StoredObject>(Rejection why)
                      when attempts < MAX_ATTEMPTS && commit.again().test(why) -> {
                    commit.undo().run();
                    yield again(planner, attempts);
                  }
                  case Outcome.Rejected<StoredObject>(Rejection why) -> {
                    commit.undo().run();
                    yield completed(Outcome.rejected(why));
                  }
                });
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }
}
