package io.luotsi.persistence.registry;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.create;
import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The batcher and its registry over a journal that obeys the test. */
class BatcherTest {
  private static final ActorTestKit KIT =
      ActorTestKit.create(
          PersistenceTestKitPlugin.config()
              .withFallback(
                  ConfigFactory.parseString(
                      """
                      pekko.persistence.testkit.events.serialize = off
                      pekko.loglevel = OFF
                      """))
              .withFallback(ConfigFactory.load()));
  private static final PersistenceTestKit JOURNAL = PersistenceTestKit.create(KIT.system());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static ActorRef<Batcher.Command> batcher(Batcher.Confirmation confirmation) {
    JOURNAL.clearAll();
    return KIT.spawn(
        Batcher.create(
            new Batcher.Settings(
                CONFIG_MAPS,
                ResourceSettings.DEFAULT,
                PersistenceTestKitPlugin.PluginId(),
                "pekko.persistence.no-snapshot-store",
                () -> RegistryState.empty(CONFIG_MAPS, false),
                confirmation,
                () -> true,
                Runnable::run),
            InstantSource.system()));
  }

  private static ActorRef<Batcher.Command> leading(Batcher.Confirmation confirmation) {
    ActorRef<Batcher.Command> batcher = batcher(confirmation);
    batcher.tell(new Batcher.LeadershipChanged(OptionalLong.of(1)));
    return batcher;
  }

  private static Batcher.Confirmation always() {
    return term -> CompletableFuture.completedFuture(true);
  }

  private static CompletableFuture<Outcome<StoredObject>> submit(
      ActorRef<Batcher.Command> batcher, String name, Duration timeout) {
    CompletableFuture<Outcome<StoredObject>> outcome = new CompletableFuture<>();
    batcher.tell(
        new Batcher.Submit(
            new PendingWrite(create(name), outcome, System.nanoTime() + timeout.toNanos())));
    return outcome;
  }

  private static Outcome<StoredObject> outcome(CompletableFuture<Outcome<StoredObject>> stage)
      throws Exception {
    return stage.get(10, TimeUnit.SECONDS);
  }

  @Test
  void writesThatQueueBehindABatchAreCommittedTogether() throws Exception {
    ActorRef<Batcher.Command> batcher = leading(always());
    List<CompletableFuture<Outcome<StoredObject>>> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(submit(batcher, "a" + i, Duration.ofSeconds(10)));
    }
    for (int i = 0; i < all.size(); i++) {
      assertThat(outcome(all.get(i)).orElseThrow().resourceVersion()).isEqualTo(i + 2);
    }
    assertThat(JOURNAL.persistedInStorage(CONFIG_MAPS.toString())).hasSize(201);
  }

  @Test
  void withoutALeaderAWriteIsRefusedAtItsDeadline() throws Exception {
    ActorRef<Batcher.Command> batcher = batcher(always());
    CompletableFuture<Outcome<StoredObject>> late = submit(batcher, "a", Duration.ofMillis(300));
    assertThat(outcome(late)).asString().contains("TooManyRequests").contains("no leader");
    CompletableFuture<Outcome<StoredObject>> patient = submit(batcher, "b", Duration.ofSeconds(10));
    batcher.tell(new Batcher.LeadershipChanged(OptionalLong.of(1)));
    assertThat(outcome(patient).isDone()).isTrue();
    assertThat(JOURNAL.persistedInStorage(CONFIG_MAPS.toString())).hasSize(2);
  }

  @Test
  void aFullQueueIsRefusedAtOnce() throws Exception {
    ActorRef<Batcher.Command> batcher = batcher(always());
    for (int i = 0; i < WriteQueue.MAX_WRITES; i++) {
      submit(batcher, "a" + i, Duration.ofSeconds(60));
    }
    assertThat(outcome(submit(batcher, "b", Duration.ofSeconds(60))))
        .asString()
        .contains("TooManyRequests")
        .contains("too many writes");
  }

  @Test
  void aRefusalLeavesOnlyWhenLeadershipIsConfirmed() throws Exception {
    CompletableFuture<Boolean> confirmed = new CompletableFuture<>();
    CompletableFuture<Long> asked = new CompletableFuture<>();
    ActorRef<Batcher.Command> batcher =
        leading(
            term -> {
              asked.complete(term);
              return confirmed;
            });
    assertThat(outcome(submit(batcher, "a", Duration.ofSeconds(10))).isDone()).isTrue();
    CompletableFuture<Outcome<StoredObject>> refused = submit(batcher, "a", Duration.ofSeconds(10));
    CompletableFuture<Outcome<StoredObject>> behind = submit(batcher, "b", Duration.ofSeconds(10));
    assertThat(asked.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    assertThat(refused).isNotDone();
    confirmed.complete(true);
    assertThat(outcome(refused)).asString().contains("AlreadyExists");
    assertThat(outcome(behind).isDone()).isTrue();
  }

  @Test
  void aDeposedRegistrysRefusalNeverLeaves() throws Exception {
    List<Boolean> answers = new ArrayList<>(List.of(false, true));
    ActorRef<Batcher.Command> batcher =
        leading(term -> CompletableFuture.completedFuture(answers.removeFirst()));
    assertThat(outcome(submit(batcher, "a", Duration.ofSeconds(10))).isDone()).isTrue();
    CompletableFuture<Outcome<StoredObject>> refused = submit(batcher, "a", Duration.ofSeconds(10));
    assertThat(outcome(refused)).asString().contains("AlreadyExists");
    assertThat(answers).isEmpty();
  }

  @Test
  void aBatchOfUnknownFateIsATimeoutAndTheNextRegistryGoesOn() throws Exception {
    ActorRef<Batcher.Command> batcher = leading(always());
    assertThat(outcome(submit(batcher, "a", Duration.ofSeconds(10))).isDone()).isTrue();
    JOURNAL.failNextPersisted(CONFIG_MAPS.toString(), new WriteFailure.Unconfirmed("who knows"));
    assertThat(outcome(submit(batcher, "b", Duration.ofSeconds(10))))
        .asString()
        .contains("Timeout");
    assertThat(outcome(submit(batcher, "c", Duration.ofSeconds(10))).isDone()).isTrue();
  }

  @Test
  void aBatchThatWasFencedOffIsTriedAgain() throws Exception {
    ActorRef<Batcher.Command> batcher = leading(always());
    JOURNAL.failNextPersisted(CONFIG_MAPS.toString(), new WriteFailure.NotDone("fenced"));
    assertThat(outcome(submit(batcher, "a", Duration.ofSeconds(10))).orElseThrow())
        .extracting(StoredObject::resourceVersion)
        .isEqualTo(2L);
    assertThat(JOURNAL.persistedInStorage(CONFIG_MAPS.toString())).hasSize(2);
  }
}
