package io.luotsi.persistence.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class ProposalGateTest {
  private final ProposalGate gate = new ProposalGate();
  private final List<CompletableFuture<String>> proposed = new ArrayList<>();

  private CompletionStage<String> propose() {
    return gate.pass(
        () -> {
          CompletableFuture<String> verdict = new CompletableFuture<>();
          proposed.add(verdict);
          return verdict;
        });
  }

  @Test
  void nobodyEntersAShutGateUntilItIsOpened() {
    CompletableFuture<String> before = propose().toCompletableFuture();
    CompletableFuture<Void> empty = gate.shut();
    CompletableFuture<String> held = propose().toCompletableFuture();
    assertThat(proposed).hasSize(1);
    assertThat(empty).isNotDone();

    proposed.getFirst().complete("first");
    assertThat(before).isCompletedWithValue("first");
    assertThat(empty).isCompleted();
    assertThat(proposed).hasSize(1);

    gate.open();
    assertThat(proposed).hasSize(2);
    proposed.getLast().complete("second");
    assertThat(held).isCompletedWithValue("second");
  }

  @Test
  void whatFailedIsNotWaitedFor() {
    propose();
    CompletableFuture<Void> empty = gate.shut();
    proposed.getFirst().completeExceptionally(new IllegalStateException("no leader"));
    assertThat(empty).isCompleted();
  }

  @Test
  void anEmptyGateIsShutAtOnceAndAgainAndAgain() {
    for (int i = 0; i < 3; i++) {
      assertThat(gate.shut()).isCompleted();
      assertThat(gate.shut()).isCompleted();
      propose();
      assertThat(proposed).hasSize(i);
      gate.open();
      assertThat(proposed).hasSize(i + 1);
      proposed.getLast().complete("done");
    }
  }

  /** One who waits no longer for the gate to be empty must not keep others from hearing of it. */
  @Test
  void whoeverShutItMayGiveUpWaiting() {
    propose();
    gate.shut().complete(null);
    CompletableFuture<Void> patient = gate.shut();
    assertThat(patient).isNotDone();
    proposed.getFirst().complete("done");
    assertThat(patient).isCompleted();
  }
}
