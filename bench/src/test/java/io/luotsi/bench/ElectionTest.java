package io.luotsi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.app.member.MemberReport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class ElectionTest {
  private final Map<String, Supplier<Optional<MemberReport>>> pages = new ConcurrentHashMap<>();

  private static MemberReport report(String name, String role, long term) {
    MemberReport.Group group =
        new MemberReport.Group(0, role, "", term, 0, 0, List.of(), List.of(), List.of());
    return new MemberReport(
        name,
        MemberReport.CONTROL_PLANE,
        1,
        "",
        0,
        true,
        1,
        new MemberReport.Decided(1, List.of()),
        List.of(),
        List.of(),
        List.of(group),
        0,
        0);
  }

  private void says(String name, String role, long term) {
    pages.put(name, () -> Optional.of(report(name, role, term)));
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  private Election watch() {
    return Election.watch(
        name -> pages.get(name).get(), List.of("b", "c"), report("a", "leader", 4));
  }

  @Test
  void whoAnswersLateHoldsUpNobody() {
    CompletableFuture<Optional<MemberReport>> late = new CompletableFuture<>();
    pages.put("b", late::join);
    says("c", "candidate", 5);
    try (Election election = watch()) {
      until(() -> election.stands().isPresent());
      assertThat(election.leads()).isEmpty();
      says("c", "leader", 5);
      until(() -> election.leads().isPresent());
      assertThat(election.leads().orElseThrow())
          .isGreaterThanOrEqualTo(election.stands().orElseThrow());
    } finally {
      late.complete(Optional.empty());
    }
  }

  @Test
  void whoLedBeforeAndItsFollowersAreNobodyNew() {
    CompletableFuture<Void> asked = new CompletableFuture<>();
    says("c", "follower", 4);
    pages.put(
        "b",
        () -> {
          if (asked.isDone()) {
            return Optional.of(report("b", "candidate", 5));
          }
          asked.complete(null);
          return Optional.of(report("b", "leader", 4));
        });
    long before = System.nanoTime();
    try (Election election = watch()) {
      asked.join();
      until(() -> election.stands().isPresent());
      assertThat(election.stands().orElseThrow()).isGreaterThan(before);
      assertThat(election.leads()).isEmpty();
    }
  }
}
