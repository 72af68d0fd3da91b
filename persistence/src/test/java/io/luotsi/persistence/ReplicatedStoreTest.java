package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.await;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.done;
import static io.luotsi.persistence.Drafts.key;
import static io.luotsi.persistence.Drafts.latest;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.SnapshotPolicy;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplicatedStoreTest {
  @TempDir Path directory;

  @Test
  void whatWasAcknowledgedIsThereAfterARestart() throws Exception {
    StoredObject before;
    try (LocalStore one = LocalStore.start(directory)) {
      before = done(one.store().commit(CONFIG_MAPS, create("a")));
      assertThat(before.resourceVersion()).isEqualTo(2);
    }
    try (LocalStore again = LocalStore.start(directory)) {
      ResourceSnapshot after = latest(again.store(), CONFIG_MAPS);
      assertThat(after.version()).isEqualTo(2);
      assertThat(after.get(key("a")).orElseThrow().json()).isEqualTo(before.json());
      assertThat(done(again.store().commit(CONFIG_MAPS, create("b"))).resourceVersion())
          .isEqualTo(3);
    }
  }

  @Test
  void aNewActorSystemGoesOnWhereTheOldOneEnded() throws Exception {
    try (LocalStore one = LocalStore.start(directory)) {
      done(one.store().commit(CONFIG_MAPS, create("a")));
      one.rebuildSystem();
      assertThat(done(one.store().commit(CONFIG_MAPS, create("b"))).resourceVersion()).isEqualTo(3);
      assertThat(await(one.store().commit(CONFIG_MAPS, create("a"))).isDone()).isFalse();
    }
  }

  @Test
  void aRestartExpiresNoWatcher() throws Exception {
    long from;
    try (LocalStore one = CrashWriter.start(directory)) {
      from = done(one.store().commit(CONFIG_MAPS, create("a"))).resourceVersion();
      for (int i = 0; i < 150; i++) { // two snapshots
        done(one.store().commit(CONFIG_MAPS, create("b" + i)));
      }
    }
    try (LocalStore again = CrashWriter.start(directory)) {
      latest(again.store(), CONFIG_MAPS);
      for (long version = 0; version < from + 150; version++) {
        try (WatchCursor cursor = again.store().watch(CONFIG_MAPS, version).orElseThrow()) {
          assertThat(await(cursor.next()).orElseThrow().getFirst().version())
              .isEqualTo(Math.max(2, version + 1));
        }
      }
      assertThat(
              await(again.store().read(CONFIG_MAPS, new ReadVersion.Exact(from)))
                  .orElseThrow()
                  .objects()
                  .keySet())
          .containsExactly(key("a"));
    }
  }

  @Test
  void aWatchOutsideTheWindowIsExpiredAfterARestartToo() throws Exception {
    LocalStore.Options options =
        LocalStore.Options.STANDARD.with(
            new MemberSettings.Tuning(
                Groups.ONE,
                new WindowLimits(Duration.ZERO, 10, 1 << 30),
                new SnapshotPolicy(20, 1 << 20)));
    long last;
    try (LocalStore one = LocalStore.start(directory, options)) {
      for (int i = 0; i < 60; i++) {
        done(one.store().commit(CONFIG_MAPS, create("b" + i)));
      }
      last = latest(one.store(), CONFIG_MAPS).version();
      assertThat(one.store().watch(CONFIG_MAPS, last - 30)).isInstanceOf(Outcome.Rejected.class);
    }
    try (LocalStore again = LocalStore.start(directory, options)) {
      latest(again.store(), CONFIG_MAPS);
      assertThat(again.store().watch(CONFIG_MAPS, 1)).isInstanceOf(Outcome.Rejected.class);
      assertThat(again.store().watch(CONFIG_MAPS, last - 10).isDone()).isTrue();
    }
  }

  @Test
  void objectsWithATimeToLiveExpireEvenIfNobodyWrites() throws Exception {
    AtomicLong now = new AtomicLong(1_000_000);
    InstantSource clock = () -> Instant.ofEpochMilli(now.get());
    LocalStore.Options options =
        LocalStore.Options.STANDARD.with(
            resource ->
                new ResourceSettings(SelectableFields.NONE, Optional.of(Duration.ofHours(1))),
            clock);
    try (LocalStore one = LocalStore.start(directory, options)) {
      done(one.store().commit(CONFIG_MAPS, create("a")));
      done(one.store().commit(CONFIG_MAPS, create("b")));
    }
    try (LocalStore again = LocalStore.start(directory, options)) {
      long before = latest(again.store(), CONFIG_MAPS).version();
      try (WatchCursor cursor = again.store().watch(CONFIG_MAPS, before).orElseThrow()) {
        now.addAndGet(Duration.ofHours(1).toMillis() + 1);
        List<WatchEvent> gone = new ArrayList<>();
        while (gone.size() < 2) {
          gone.addAll(await(cursor.next()).orElseThrow());
        }
        assertThat(gone).allMatch(WatchEvent.Deleted.class::isInstance);
        assertThat(gone).extracting(e -> e.object().key()).containsExactly(key("a"), key("b"));
      }
      assertThat(latest(again.store(), CONFIG_MAPS).objects()).isEmpty();
    }
  }

  @Test
  void theReplicaHoldsTheObjectThatTheWriterWasGiven() throws Exception {
    try (LocalStore one = LocalStore.start(directory)) {
      StoredObject given = done(one.store().commit(CONFIG_MAPS, create("a")));
      assertThat(latest(one.store(), CONFIG_MAPS).get(key("a")).orElseThrow()).isSameAs(given);
    }
  }

  @Test
  void anObjectThatIsTooLargeIsRefusedAndALargeOneIsNot() throws Exception {
    try (LocalStore one = LocalStore.start(directory)) {
      String large = "x".repeat((3 << 20) - 1_000);
      assertThat(
              done(one.store()
                      .commit(
                          CONFIG_MAPS, new Write.Create(Drafts.draft("default", "l", "u", large))))
                  .resourceVersion())
          .isEqualTo(2);
      Outcome<StoredObject> tooLarge =
          await(
              one.store()
                  .commit(
                      CONFIG_MAPS,
                      new Write.Create(Drafts.draft("default", "m", "u", large + large))));
      assertThat(tooLarge).asString().contains("RequestEntityTooLarge");
      assertThat(done(one.store().commit(CONFIG_MAPS, create("a"))).resourceVersion()).isEqualTo(3);
    }
  }

  @Test
  void aClosedStoreRefusesWrites() throws Exception {
    try (LocalStore one = LocalStore.start(directory)) {
      one.store().close();
      assertThat(await(one.store().commit(CONFIG_MAPS, create("a"))))
          .asString()
          .contains("TooManyRequests");
    }
  }

  /** Most of them are still on their way to an actor then. */
  @Test
  void whoeverWaitsWhenTheSystemEndsIsAnswered() throws Exception {
    List<CompletableFuture<Outcome<StoredObject>>> outcomes = new ArrayList<>();
    try (LocalStore one = LocalStore.start(directory)) {
      done(one.store().commit(CONFIG_MAPS, create("a")));
      for (int i = 0; i < 5_000; i++) {
        outcomes.add(one.store().commit(CONFIG_MAPS, create("b" + i)).toCompletableFuture());
      }
    }
    for (CompletableFuture<Outcome<StoredObject>> outcome : outcomes) {
      await(outcome);
    }
    assertThat(outcomes).anyMatch(outcome -> outcome.join() instanceof Outcome.Rejected);
  }

  @Test
  void whoComesWhenTheSystemHasEndedIsAnswered() throws Exception {
    try (LocalStore one = LocalStore.start(directory)) {
      done(one.store().commit(CONFIG_MAPS, create("a")));
      one.system().terminate();
      await(one.system().getWhenTerminated());
      assertThat(await(one.store().commit(CONFIG_MAPS, create("b"))))
          .isInstanceOf(Outcome.Rejected.class);
    }
  }
}
