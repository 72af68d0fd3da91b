package io.luotsi.node.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Whose turn it is. */
class BalancerTest {
  private static final Backend A = new Backend("127.1.0.1", 80);
  private static final Backend B = new Backend("127.1.0.2", 80);
  private static final Backend C = new Backend("127.1.0.3", 80);

  private static ProxyRule rule(Optional<Duration> affinity, Backend... backends) {
    return new ProxyRule(
        new VirtualAddress("127.10.0.1", 80, "TCP"), "", affinity, List.of(backends));
  }

  @Test
  void backendsTakeTurnsAndTheOthersFollowAsSubstitutes() {
    Balancer balancer = new Balancer(rule(Optional.empty(), A, B, C), 0);
    assertThat(balancer.candidates("x", 0)).containsExactly(A, B, C);
    assertThat(balancer.candidates("x", 0)).containsExactly(B, C, A);
    assertThat(balancer.candidates("y", 0)).containsExactly(C, A, B);
  }

  @Test
  void clientStaysWithItsBackendUntilItsTimeIsOver() {
    Duration stay = Duration.ofSeconds(10);
    Balancer balancer = new Balancer(rule(Optional.of(stay), A, B, C), 0);
    balancer.connected("x", C, 0);
    for (int i = 0; i < 5; i++) {
      List<Backend> candidates = balancer.candidates("x", stay.toNanos() - 1);
      assertThat(candidates).startsWith(C).containsExactlyInAnyOrder(A, B, C);
    }
    List<Backend> firsts = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      firsts.add(balancer.candidates("x", stay.toNanos()).getFirst());
    }
    assertThat(firsts).containsExactlyInAnyOrder(A, B, C);
  }

  @Test
  void backendThatIsGoneIsForgottenByItsClients() {
    Balancer balancer = new Balancer(rule(Optional.of(Duration.ofHours(1)), A, B), 0);
    balancer.connected("x", A, 0);
    balancer.update(rule(Optional.of(Duration.ofHours(1)), B));
    assertThat(balancer.candidates("x", 1)).containsExactly(B);
    balancer.connected("x", A, 1);
    assertThat(balancer.candidates("x", 2)).containsExactly(B);
  }

  @Test
  void noMoreThanSixBackendsAreTriedAndNoneTwice() {
    Backend[] many =
        IntStream.range(0, 20)
            .mapToObj(i -> new Backend("127.1.1." + i, 80))
            .toArray(Backend[]::new);
    Balancer balancer = new Balancer(rule(Optional.empty(), many), Integer.MAX_VALUE);
    List<Backend> candidates = balancer.candidates("x", 0);
    assertThat(candidates).hasSize(Balancer.MAX_TRIES);
    assertThat(new HashSet<>(candidates)).hasSize(Balancer.MAX_TRIES);
    assertThat(new Balancer(rule(Optional.empty()), 3).candidates("x", 0)).isEmpty();
  }
}
