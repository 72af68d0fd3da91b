package io.luotsi.persistence.carriage;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.registry.PendingWrite;
import io.luotsi.persistence.registry.RegistryEvent;
import io.luotsi.persistence.registry.WriteFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CarrierTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Leader ELSEWHERE = new Leader.Elsewhere("b");

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static CompletableFuture<Outcome<StoredObject>> submit(
      ActorRef<Carrier.Command> carrier, Write write, Duration timeout) {
    CompletableFuture<Outcome<StoredObject>> outcome = new CompletableFuture<>();
    long deadline = System.nanoTime() + timeout.toNanos();
    carrier.tell(new Carrier.Submit(new Parcel(CONFIG_MAPS, write, outcome, deadline)));
    return outcome;
  }

  private static Rejection rejection(CompletableFuture<Outcome<StoredObject>> outcome)
      throws Exception {
    return ((Outcome.Rejected<StoredObject>) outcome.get(10, TimeUnit.SECONDS)).rejection();
  }

  private static void answer(Carrier.Request request, Carrier.Result result) {
    request.asker().carrier().tell(new Carrier.Answer(request.call(), request.resource(), result));
  }

  @Test
  void anOutcomeWaitsForTheOwnReplica() throws Exception {
    FakeMember member = new FakeMember(KIT, ELSEWHERE);
    member.apply(new RegistryEvent.Created(1, 0));
    ActorRef<Carrier.Command> carrier = KIT.spawn(Carrier.create(member, 1));
    Write write = create("a");
    var outcome = submit(carrier, write, Duration.ofSeconds(10));
    answer(member.nextRequest(), new Carrier.Stored(2));
    var second = submit(carrier, create("b"), Duration.ofSeconds(10));
    member.nextRequest(); // by now the answer has been dealt with
    assertThat(outcome).isNotDone();

    StoredObject stored = ((Write.Create) write).draft().seal(2);
    member.apply(new RegistryEvent.Stored(stored, 0, 0));
    assertThat(outcome.get(10, TimeUnit.SECONDS).orElseThrow()).isSameAs(stored);
    assertThat(second).isNotDone();
  }

  @Test
  void aRefusalWaitsForWhatItRestsOn() throws Exception {
    FakeMember member = new FakeMember(KIT, ELSEWHERE);
    ActorRef<Carrier.Command> carrier = KIT.spawn(Carrier.create(member, 1));
    var outcome = submit(carrier, create("a"), Duration.ofSeconds(10));
    answer(
        member.nextRequest(),
        new Carrier.Refused(new Rejection.AlreadyExists(CONFIG_MAPS, "a"), 1));
    submit(carrier, create("b"), Duration.ofSeconds(10));
    member.nextRequest();
    assertThat(outcome).isNotDone();
    member.apply(new RegistryEvent.Created(1, 0));
    assertThat(rejection(outcome)).isInstanceOf(Rejection.AlreadyExists.class);
  }

  @Test
  void whatWasSentAndNotAnsweredIsUnknownAndNeverSentAgain() throws Exception {
    FakeMember member = new FakeMember(KIT, ELSEWHERE);
    ActorRef<Carrier.Command> carrier = KIT.spawn(Carrier.create(member, 1));
    var late = submit(carrier, create("a"), Duration.ofMillis(50));
    Carrier.Request request = member.nextRequest();
    assertThat(rejection(late)).isInstanceOf(Rejection.Timeout.class);
    answer(request, new Carrier.NotHere()); // too late to matter

    var lost = submit(carrier, create("b"), Duration.ofMinutes(5));
    member.nextRequest();
    member.leader = new Leader.Elsewhere("c");
    carrier.tell(new Carrier.LeaderChanged());
    assertThat(rejection(lost)).isInstanceOf(Rejection.Timeout.class);
    member.peer.expectNoMessage(Duration.ofMillis(100));
  }

  @Test
  void whatWasNotDoneGoesToTheNextLeader() throws Exception {
    FakeMember member = new FakeMember(KIT, ELSEWHERE);
    ActorRef<Carrier.Command> carrier = KIT.spawn(Carrier.create(member, 1));
    submit(carrier, create("a"), Duration.ofSeconds(10));
    Carrier.Request request = member.nextRequest();
    member.leader = new Leader.Here();
    answer(request, new Carrier.NotHere());
    PendingWrite here = member.nextSubmitted();

    member.leader = new Leader.Elsewhere("c");
    here.outcome().completeExceptionally(new WriteFailure.NotDone("deposed"));
    assertThat(member.nextRequest().write().orElseThrow().key()).isEqualTo(key("a"));
  }

  @Test
  void withoutALeaderAWriteWaitsUntilItsDeadlineAndIsCertainlyNotDone() throws Exception {
    FakeMember member = new FakeMember(KIT, new Leader.Unknown());
    ActorRef<Carrier.Command> carrier = KIT.spawn(Carrier.create(member, 1));
    var hopeless = submit(carrier, create("a"), Duration.ofMillis(100));
    var patient = submit(carrier, create("b"), Duration.ofSeconds(10));
    assertThat(rejection(hopeless)).isInstanceOf(Rejection.TooManyRequests.class);
    member.leader = ELSEWHERE;
    carrier.tell(new Carrier.LeaderChanged());
    assertThat(member.nextRequest().write().orElseThrow().key()).isEqualTo(key("b"));
    assertThat(patient).isNotDone();
  }

  @Test
  void tooManyWaitingWritesAreRefusedAndTooManySentOnesWait() throws Exception {
    FakeMember member = new FakeMember(KIT, ELSEWHERE);
    ActorRef<Carrier.Command> carrier = KIT.spawn(Carrier.create(member, 1));
    Write write = create("a");
    for (int i = 0; i < Carriage.MAX_HELD; i++) {
      submit(carrier, write, Duration.ofMinutes(5));
    }
    var tooMany = submit(carrier, write, Duration.ofMinutes(5));
    assertThat(rejection(tooMany)).isInstanceOf(Rejection.TooManyRequests.class);
    for (int i = 0; i < Carriage.MAX_SENT; i++) {
      member.nextRequest();
    }
    member.peer.expectNoMessage(Duration.ofMillis(100));
  }

  @Test
  void aRequestIsDoneByTheLeaderAndByNobodyElse() throws Exception {
    FakeMember member = new FakeMember(KIT, new Leader.Here());
    ActorRef<Carrier.Command> carrier = KIT.spawn(Carrier.create(member, 1));
    carrier.tell(request(1, member));
    member
        .nextSubmitted()
        .outcome()
        .complete(Outcome.rejected(new Rejection.NotFound(CONFIG_MAPS, "a")));
    assertThat(member.peer.receiveMessage()).asString().contains("NotFound");

    carrier.tell(request(2, member));
    member.nextSubmitted().outcome().completeExceptionally(new WriteFailure.NotDone("deposed"));
    assertThat(member.peer.receiveMessage()).asString().contains("NotHere");

    member.leader = ELSEWHERE;
    carrier.tell(request(3, member));
    assertThat(member.peer.receiveMessage()).asString().contains("NotHere");
    assertThat(member.submitted).isEmpty();
  }

  private static Carrier.Request request(long call, FakeMember member) {
    return new Carrier.Request(
        call,
        CONFIG_MAPS,
        Optional.of(create("a")),
        Duration.ofSeconds(10),
        new Carrier.Asker(member.peer.ref(), false));
  }

  @Test
  void whoeverStillWaitsWhenTheSystemEndsIsTold() throws Exception {
    FakeMember member = new FakeMember(KIT, ELSEWHERE);
    ActorRef<Carrier.Command> carrier = KIT.spawn(Carrier.create(member, 1));
    var sent = submit(carrier, create("a"), Duration.ofMinutes(5));
    member.nextRequest();
    member.leader = new Leader.Unknown();
    var held = submit(carrier, create("b"), Duration.ofMinutes(5));
    KIT.stop(carrier);
    assertThat(rejection(sent)).isInstanceOf(Rejection.Timeout.class);
    assertThat(rejection(held)).isInstanceOf(Rejection.TooManyRequests.class);
  }
}
