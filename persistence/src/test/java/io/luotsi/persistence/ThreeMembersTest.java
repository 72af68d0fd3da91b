package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.await;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.done;
import static io.luotsi.persistence.Drafts.key;
import static io.luotsi.persistence.Drafts.latest;
import static io.luotsi.persistence.Drafts.untilDone;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.History.Acknowledged;
import io.luotsi.persistence.raft.StorePlugins;
import io.luotsi.persistence.raft.TransferredLeadership;
import io.luotsi.persistence.registry.Batcher;
import io.luotsi.persistence.registry.PendingWrite;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.ResourceSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ThreeMembersTest {
  private static final int WRITERS_EACH = 4;
  private static final int WRITES_A_STAGE = 300;

  @TempDir Path directory;

  @Test
  void whatAnyMemberIsToldIsSeenByAllOfThem() throws Exception {
    try (Trio trio = Trio.start(directory, Trio.SETTINGS)) {
      List<Trio.One> all = List.copyOf(trio.living());
      for (Trio.One one : all) {
        StoredObject told = done(one.store().commit(CONFIG_MAPS, create(one.name())));
        ResourceSnapshot here = await(one.store().read(CONFIG_MAPS, ReadVersion.ANY)).orElseThrow();
        assertThat(here.get(key(one.name())).orElseThrow()).isSameAs(told);
        for (Trio.One other : all) {
          assertThat(latest(other.store(), CONFIG_MAPS).get(key(one.name()))).isPresent();
        }
        Outcome<StoredObject> taken = await(one.store().commit(CONFIG_MAPS, create("a")));
        assertThat(taken).asString().contains("AlreadyExists");
      }
      StoredObject gone =
          done(
              trio.follower()
                  .store()
                  .commit(CONFIG_MAPS, new Write.Delete(key("a"), Precondition.NONE)));
      assertThat(gone.resourceVersion()).isEqualTo(all.size() + 2L);
    }
  }

  @Test
  void nothingIsLostOrDoubledWhenTheLeaderStopsUnderWritersOnAllMembers() throws Exception {
    Told told = new Told();
    try (Trio trio = Trio.start(directory, Trio.SETTINGS)) {
      Map<String, Writers> writers = new LinkedHashMap<>();
      List<History.Watcher> watchers = new ArrayList<>();
      Trio.One first = trio.leader();
      for (Trio.One one : trio.living()) {
        writers.put(one.name(), new Writers(one.store(), one.name(), WRITERS_EACH, told));
        if (one != first) {
          watchers.add(new History.Watcher(one.store()));
        }
      }
      told.more(WRITES_A_STAGE);
      trio.stop(first);
      writers.get(first.name()).stop();
      told.more(WRITES_A_STAGE);
      Trio.One again = trio.start(first.name());
      told.more(WRITES_A_STAGE);
      for (Writers some : writers.values()) {
        some.end();
      }
      told.checkNothingWrong(3 * WRITES_A_STAGE);
      long last = latest(again.store(), CONFIG_MAPS).version();
      Map<Long, Acknowledged> events = History.events(again.store(), last);
      told.check(events);
      for (History.Watcher watcher : watchers) {
        assertThat(watcher.seen(events.size())).containsExactlyElementsOf(events.values());
        watcher.end();
      }
      for (Trio.One one : trio.living()) {
        assertThat(latest(one.store(), CONFIG_MAPS).version()).isEqualTo(last);
        assertThat(History.events(one.store(), last)).isEqualTo(events);
      }
    }
  }

  /** A page's continue token says no more than a version and a key. */
  @Test
  void aListIsContinuedAtItsVersionOnAnyMemberWhateverHappensMeanwhile() throws Exception {
    try (Trio trio = Trio.start(directory, Trio.SETTINGS)) {
      Trio.One first = trio.leader();
      List<Trio.One> others = trio.living().stream().filter(one -> one != first).toList();
      for (int i = 0; i < 10; i++) {
        done(first.store().commit(CONFIG_MAPS, create("a" + i)));
      }
      ResourceSnapshot page = latest(first.store(), CONFIG_MAPS);
      done(first.store().commit(CONFIG_MAPS, new Write.Delete(key("a3"), Precondition.NONE)));
      done(others.getFirst().store().commit(CONFIG_MAPS, create("a33")));
      for (Trio.One other : others) {
        assertSame(page, other);
      }
      trio.stop(first);
      StoredObject after = untilDone(others.getLast().store());
      assertThat(after.resourceVersion()).isGreaterThan(page.version() + 2);
      for (Trio.One other : others) {
        assertSame(page, other);
      }
      Trio.One again = trio.start(first.name());
      latest(
          again.store(), CONFIG_MAPS); // of what is in its log, a leader tells it what is committed
      assertSame(page, again);
      for (Trio.One one : trio.living()) {
        watchResumesAround(one, after.resourceVersion());
      }
    }
  }

  private static void assertSame(ResourceSnapshot page, Trio.One one) throws Exception {
    ResourceSnapshot again =
        await(one.store().read(CONFIG_MAPS, new ReadVersion.Exact(page.version()))).orElseThrow();
    assertThat(again.version()).isEqualTo(page.version());
    assertThat(again.objects().keySet()).isEqualTo(page.objects().keySet());
    assertThat(
            await(one.store().read(CONFIG_MAPS, new ReadVersion.NotOlderThan(page.version())))
                .orElseThrow()
                .version())
        .isGreaterThanOrEqualTo(page.version());
  }

  /** From every version that there ever was, and from one that a member has not heard of yet. */
  private static void watchResumesAround(Trio.One one, long last) throws Exception {
    for (long from = 1; from <= last; from += 4) {
      try (WatchCursor cursor = one.store().watch(CONFIG_MAPS, from).orElseThrow()) {
        long next = from + 1;
        while (cursor.version() < last) {
          for (WatchEvent event : await(cursor.next()).orElseThrow()) {
            assertThat(event.version()).isEqualTo(next++);
          }
        }
      }
    }
    try (WatchCursor early = one.store().watch(CONFIG_MAPS, last + 1_000).orElseThrow()) {
      assertThat(early.next().toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void aDeposedLeaderNeverRefusesFromWhatItNoLongerKnows() throws Exception {
    try (Trio trio = Trio.start(directory, Trio.SETTINGS)) {
      Trio.One old = trio.leader();
      Outcome<StoredObject> outcome = askDeposed(trio, old, old.group()::stillLeads);
      assertThat(outcome).asString().containsAnyOf("TooManyRequests", "Timeout");
    }
  }

  @Test
  void aLeaderThatAnsweredBeforeItWasConfirmedWouldBeCaught() throws Exception {
    try (Trio trio = Trio.start(directory, Trio.SETTINGS)) {
      Trio.One old = trio.leader();
      Batcher.Confirmation planted = term -> CompletableFuture.completedFuture(true);
      assertThat(askDeposed(trio, old, planted)).asString().contains("AlreadyExists");
    }
  }

  /**
   * Has a leader create an object, another member lead and delete it, and the first, which has not
   * heard of any of that, create it again.
   */
  private static Outcome<StoredObject> askDeposed(
      Trio trio, Trio.One old, Batcher.Confirmation confirmation) throws Exception {
    ActorRef<Batcher.Command> batcher = batcher(old, confirmation);
    batcher.tell(new Batcher.LeadershipChanged(old.group().leadership().readyTerm()));
    done(submit(batcher, create("x"), Duration.ofSeconds(10)));

    Trio.One young = trio.follower();
    TransferredLeadership.transfer(old.group(), young.raft());
    done(young.store().commit(CONFIG_MAPS, new Write.Delete(key("x"), Precondition.NONE)));
    assertThat(young.leads()).isTrue();
    return await(submit(batcher, create("x"), Duration.ofSeconds(1)));
  }

  private static ActorRef<Batcher.Command> batcher(
      Trio.One one, Batcher.Confirmation confirmation) {
    RegistryState heardOf = one.group().replica().state(CONFIG_MAPS);
    Batcher.Settings settings =
        new Batcher.Settings(
            CONFIG_MAPS,
            ResourceSettings.DEFAULT,
            StorePlugins.journal(0),
            StorePlugins.snapshots(0),
            () ->
                heardOf, // and of nothing that comes later, so that only the confirmation can tell
            confirmation,
            () -> true, // and so it waits for leadership instead of handing back
            one.raft().wakers());
    return one.system()
        .systemActorOf(Batcher.create(settings, InstantSource.system()), "deposed", Props.empty());
  }

  private static CompletionStage<Outcome<StoredObject>> submit(
      ActorRef<Batcher.Command> batcher, Write write, Duration timeout) {
    CompletableFuture<Outcome<StoredObject>> outcome = new CompletableFuture<>();
    batcher.tell(
        new Batcher.Submit(
            new PendingWrite(write, outcome, System.nanoTime() + timeout.toNanos())));
    return outcome;
  }

  @Test
  void oneOfThreeServesReadsRefusesTheRestInTimeAndGoesOnWhenOneIsBack() throws Exception {
    Duration timeout = Duration.ofSeconds(1);
    ReplicatedStore.Settings settings = new ReplicatedStore.Settings(timeout, timeout, timeout);
    try (Trio trio = Trio.start(directory, settings)) {
      Trio.One follower = trio.follower();
      StoredObject before = untilDone(follower.store());
      long version = before.resourceVersion();
      List<Trio.One> others = trio.living().stream().filter(one -> one != follower).toList();
      for (Trio.One other : others) {
        trio.stop(other);
      }
      ReplicatedStore store = follower.store();
      for (ReadVersion read :
          List.of(
              ReadVersion.ANY,
              new ReadVersion.NotOlderThan(version),
              new ReadVersion.Exact(version))) {
        assertThat(await(store.read(CONFIG_MAPS, read)).orElseThrow().get(before.key()))
            .isPresent();
      }
      long started = System.nanoTime();
      for (int i = 0; i < 2; i++) {
        assertThat(rejection(store.commit(CONFIG_MAPS, create("b" + i))))
            .isInstanceOfAny(Rejection.TooManyRequests.class, Rejection.Timeout.class);
      }
      assertThat(rejection(store.read(CONFIG_MAPS, ReadVersion.LATEST)))
          .isInstanceOf(Rejection.TooManyRequests.class);
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(8));

      Trio.One back = trio.start(others.getFirst().name());
      StoredObject after = untilDone(back.store()); // by itself, as soon as there is a leader
      assertThat(after.resourceVersion()).isGreaterThan(version);
      assertThat(untilDone(store).resourceVersion()).isGreaterThan(after.resourceVersion());
    }
  }

  private static <T> Rejection rejection(CompletionStage<Outcome<T>> stage) throws Exception {
    return ((Outcome.Rejected<T>) await(stage)).rejection();
  }
}
