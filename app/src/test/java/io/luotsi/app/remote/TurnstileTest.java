package io.luotsi.app.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class TurnstileTest {
  private final Turnstile turnstile = new Turnstile(2, 2);
  private final List<CompletableFuture<String>> begun = new ArrayList<>();

  private CompletionStage<String> pass() {
    return turnstile.pass(
        () -> {
          CompletableFuture<String> request = new CompletableFuture<>();
          begun.add(request);
          return request;
        },
        () -> "turned away");
  }

  @Test
  void soManyPassAtOnceAndTheOthersInOrder() {
    CompletionStage<String> first = pass();
    pass();
    CompletionStage<String> third = pass();
    assertThat(begun).hasSize(2);

    begun.getFirst().complete("one");

    assertThat(first).isCompletedWithValue("one");
    assertThat(begun).hasSize(3);
    begun.get(2).complete("three");
    assertThat(third).isCompletedWithValue("three");
  }

  @Test
  void whenTooManyWaitTheNextIsTurnedAway() {
    for (int i = 0; i < 4; i++) {
      assertThat(pass()).isNotDone();
    }
    assertThat(pass()).isCompletedWithValue("turned away");
  }

  @Test
  void whatFailsGivesItsPlaceBack() {
    CompletionStage<String> failed = pass();
    turnstile.pass(
        () -> {
          throw new IllegalStateException("at once");
        },
        () -> "turned away");
    begun.getFirst().completeExceptionally(new IllegalStateException("later"));

    assertThat(failed).isCompletedExceptionally();
    pass();
    pass();
    assertThat(begun).hasSize(3);
  }
}
