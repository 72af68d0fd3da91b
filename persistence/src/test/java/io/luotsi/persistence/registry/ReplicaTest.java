package io.luotsi.persistence.registry;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ReplicaTest {
  private static Replica replica(WindowLimits limits) {
    return new Replica(
        resource -> ResourceSettings.DEFAULT, new WindowBudget(limits), Runnable::run);
  }

  private static void applyRandom(Replica replica, GroupResource resource, int writes) {
    RandomHistory.events(resource, false, new Random(7), writes)
        .forEach(event -> assertThat(replica.apply(resource, List.of(event))).isEmpty());
  }

  @Test
  void aVersionOutsideTheWindowIsExpired() {
    Replica replica = replica(new WindowLimits(Duration.ZERO, 10, 1 << 30));
    applyRandom(replica, CONFIG_MAPS, 50);
    long last = replica.state(CONFIG_MAPS).version();

    assertThat(replica.watch(CONFIG_MAPS, last - 10).isDone()).isTrue();
    assertThat(replica.watch(CONFIG_MAPS, last - 11))
        .isEqualTo(
            Outcome.rejected(
                new Rejection.Expired(
                    "too old resource version: " + (last - 11) + " (" + (last - 10) + ")")));
    assertThat(replica.at(CONFIG_MAPS, last - 10).isDone()).isTrue();
    assertThat(replica.at(CONFIG_MAPS, last - 11).isDone()).isFalse();
  }

  @Test
  void aCursorThatTheWindowLeavesBehindIsExpiredAndOthersAreNot() throws Exception {
    Replica replica = replica(new WindowLimits(Duration.ZERO, 10, 1 << 30));
    WatchCursor slow = replica.watch(CONFIG_MAPS, 0).orElseThrow();
    WatchCursor quick = replica.watch(CONFIG_MAPS, 0).orElseThrow();
    CompletableFuture<Outcome<List<WatchEvent>>> first = quick.next().toCompletableFuture();
    applyRandom(replica, CONFIG_MAPS, 50);
    assertThat(first.get().orElseThrow()).isNotEmpty();
    assertThat(slow.next().toCompletableFuture().get())
        .isInstanceOf(Outcome.Rejected.class)
        .asString()
        .contains("Expired");
  }

  @Test
  void youngChangesAreKeptBeyondTheCount() {
    Replica replica = replica(new WindowLimits(Duration.ofDays(1), 10, 1 << 30));
    applyRandom(replica, CONFIG_MAPS, 50);
    assertThat(replica.watch(CONFIG_MAPS, 0).isDone()).isTrue();
  }

  @Test
  void theCostliestWindowGivesWayToTheShareOfTheHeap() {
    Replica replica = replica(new WindowLimits(Duration.ofDays(1), 10_000, 20_000));
    GroupResource small = GroupResource.parse("leases.coordination.k8s.io");
    applyRandom(replica, small, 10);
    applyRandom(replica, CONFIG_MAPS, 500);
    assertThat(replica.watch(small, 0).isDone()).isTrue();
    assertThat(replica.watch(CONFIG_MAPS, 0).isDone()).isFalse();
    long last = replica.state(CONFIG_MAPS).version();
    assertThat(replica.watch(CONFIG_MAPS, last - 5).isDone()).isTrue();
  }

  @Test
  void aBatchThatCannotFollowChangesNothing() {
    Replica replica = replica(WindowLimits.standard());
    List<RegistryEvent> events = RandomHistory.events(CONFIG_MAPS, false, new Random(1), 5);
    assertThat(replica.apply(CONFIG_MAPS, events.subList(0, 2))).isEmpty();
    assertThat(replica.apply(CONFIG_MAPS, List.of(events.get(2), events.get(4)))).isPresent();
    assertThat(replica.apply(CONFIG_MAPS, events.subList(1, 3))).isPresent();
    assertThat(replica.state(CONFIG_MAPS).version()).isEqualTo(2);
    assertThat(replica.apply(CONFIG_MAPS, events.subList(2, 5))).isEmpty();
  }

  @Test
  void aClosedWatcherIsForgotten() {
    Replica replica = replica(WindowLimits.standard());
    CompletableFuture<Outcome<List<WatchEvent>>> pending;
    try (WatchCursor cursor = replica.watch(CONFIG_MAPS, 0).orElseThrow()) {
      pending = cursor.next().toCompletableFuture();
      assertThat(pending).isNotDone();
    }
    assertThat(pending.join()).isEqualTo(Outcome.done(List.of()));
    applyRandom(replica, CONFIG_MAPS, 3);
  }
}
