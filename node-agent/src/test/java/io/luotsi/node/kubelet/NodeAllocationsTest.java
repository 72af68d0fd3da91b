package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Quantity;
import io.luotsi.node.kubelet.NodeAllocations.Shortage;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NodeAllocationsTest {
  private final NodeAllocations node = new NodeAllocations(of("4", "1Gi"));
  private final AtomicInteger told = new AtomicInteger();

  private static Map<String, Quantity> of(String cpu, String memory) {
    return Map.of("cpu", Quantity.parse(cpu), "memory", Quantity.parse(memory));
  }

  private Optional<Shortage> grow(String pod, String cpu, String memory) {
    return node.grow(pod, of(cpu, memory), told::incrementAndGet);
  }

  @Test
  void whatIsLeftBesideTheOthersCanBeHad() {
    node.hold("a", of("1", "512Mi"));

    assertThat(grow("b", "3", "512Mi")).isEmpty();
    assertThat(grow("c", "1m", "0").orElseThrow().reason()).isEqualTo("Deferred");
  }

  @Test
  void whatTheNodeHasNotGotIsNeverWaitedFor() {
    assertThat(grow("a", "5", "0"))
        .contains(
            new Shortage(
                "Infeasible",
                "Node didn't have enough capacity: cpu, requested: 5000, capacity: 4000"));
    node.hold("b", of("1", "0"));
    node.release("b");

    assertThat(told).hasValue(0);
  }

  @Test
  void whoWaitsIsToldWhenSomethingIsGivenBackAndNotBefore() {
    node.hold("a", of("1", "0"));
    node.hold("b", of("2", "1Gi"));
    assertThat(grow("a", "1", "1Mi"))
        .contains(
            new Shortage(
                "Deferred",
                "Node didn't have enough resource: memory, requested: 1048576, used: 1073741824,"
                    + " capacity: 1073741824"));
    node.hold("c", of("1", "0"));
    assertThat(told).hasValue(0);

    node.hold("b", of("2", "1023Mi"));
    assertThat(told).hasValue(1);
    assertThat(grow("a", "1", "1Mi")).isEmpty();

    node.release("b");
    assertThat(told).as("who has what it wants waits no more").hasValue(1);
  }

  @Test
  void aPodMayAlwaysAskForLessAndKeepWhatItHas() {
    node.hold("a", of("3", "0"));
    node.hold("b", of("3", "0")); // bound without asking the scheduler

    assertThat(grow("b", "2", "0")).isEmpty();
    assertThat(grow("b", "2", "512Mi")).isEmpty();
  }
}
