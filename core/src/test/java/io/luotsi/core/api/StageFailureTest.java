package io.luotsi.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StageFailureTest {
  private static final IllegalStateException WHY = new IllegalStateException("no leader");

  @Test
  void whatStagesHaveWrappedIsFound() {
    CompletableFuture<String> first = new CompletableFuture<>();
    AtomicReference<Throwable> seen = new AtomicReference<>();
    first
        .thenApply(String::length)
        .handle(
            (length, failure) -> {
              throw new CompletionException(failure);
            })
        .whenComplete((never, failure) -> seen.set(failure));
    first.completeExceptionally(WHY);
    assertThat(seen.get()).isInstanceOf(CompletionException.class);
    assertThat(StageFailure.cause(seen.get())).isSameAs(WHY);
  }

  @Test
  void whatIsNotWrappedIsTheCause() {
    IllegalStateException of = new IllegalStateException(new RuntimeException("its own cause"));
    assertThat(StageFailure.cause(of)).isSameAs(of);
    CompletionException bare = new CompletionException("of nothing", null);
    assertThat(StageFailure.cause(bare)).isSameAs(bare);
  }
}
