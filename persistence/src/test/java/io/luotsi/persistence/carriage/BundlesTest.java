package io.luotsi.persistence.carriage;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.draft;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.registry.PendingWrite;
import io.luotsi.persistence.registry.WriteFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.BehaviorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Carriers here are run by the test, message by message. */
class BundlesTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final Leader ELSEWHERE = new Leader.Elsewhere("b");

  private final FakeMember member = new FakeMember(KIT, ELSEWHERE);
  private final BehaviorTestKit<Carrier.Command> carrier =
      BehaviorTestKit.create(Carrier.create(member, 1));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private CompletableFuture<Outcome<StoredObject>> submit(Write write, Duration within) {
    CompletableFuture<Outcome<StoredObject>> outcome = new CompletableFuture<>();
    long deadline = System.nanoTime() + within.toNanos();
    carrier.run(new Carrier.Submit(new Parcel(CONFIG_MAPS, write, outcome, deadline)));
    return outcome;
  }

  private CompletableFuture<Outcome<StoredObject>> submit(String name) {
    return submit(create(name), Duration.ofMinutes(5));
  }

  /** What a carrier that reads bundles says to a first write. */
  private void showThatBundlesAreRead() {
    submit("first");
    answerTogether(List.of(member.nextRequest()), new Carrier.Stored(2));
  }

  private void answerTogether(List<Carrier.Request> requests, Carrier.Result result) {
    carrier.run(
        new Carrier.Answers(
            requests.stream()
                .map(request -> new Carrier.Answer(request.call(), CONFIG_MAPS, result))
                .toList()));
  }

  private void runWhatItTellsItself() {
    carrier.selfInbox().getAllReceived().forEach(carrier::run);
  }

  private List<Carrier.Request> nextBundle() {
    return member.peer.expectMessageClass(Carrier.Requests.class).requests();
  }

  private static List<String> names(List<Carrier.Request> requests) {
    return requests.stream().map(request -> request.write().orElseThrow().key().name()).toList();
  }

  private static Rejection rejection(CompletableFuture<Outcome<StoredObject>> outcome)
      throws Exception {
    return ((Outcome.Rejected<StoredObject>) outcome.get(10, TimeUnit.SECONDS)).rejection();
  }

  @Test
  void whatComesWhileTheCarrierIsBusyLeavesTogetherAndInItsOrder() {
    showThatBundlesAreRead();
    List.of("a", "b", "c").forEach(this::submit);
    runWhatItTellsItself();
    assertThat(names(nextBundle())).containsExactly("a", "b", "c");

    submit("d");
    runWhatItTellsItself();
    assertThat(names(List.of(member.nextRequest()))).containsExactly("d");
  }

  @Test
  void aBundleIsBoundedAndKeepsTheOrder() {
    showThatBundlesAreRead();
    String value = "x".repeat(10_000);
    List<String> sent = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      sent.add("a" + i);
      submit(new Write.Create(draft("default", "a" + i, "uid", value)), Duration.ofMinutes(5));
    }
    sent.add("large");
    String large = "x".repeat(3 << 20);
    submit(new Write.Create(draft("default", "large", "uid", large)), Duration.ofMinutes(5));
    sent.add("last");
    submit("last");
    runWhatItTellsItself();

    List<String> received = new ArrayList<>();
    int messages = 0;
    while (received.size() < sent.size()) {
      Carrier.Wire message = member.peer.receiveMessage();
      messages++;
      if (message instanceof Carrier.Requests(List<Carrier.Request> requests)) {
        int bytes = requests.stream().mapToInt(Carrier.Request::sizeBytes).sum();
        assertThat(bytes).isLessThanOrEqualTo(Bundle.MAX_BYTES);
        received.addAll(names(requests));
      } else {
        received.addAll(names(List.of((Carrier.Request) message)));
      }
    }
    assertThat(received).isEqualTo(sent);
    assertThat(messages).isBetween(5, 7);
  }

  @Test
  void bundlesGoToThoseWhoAreKnownToReadThemAndToNobodyElse() {
    submit("a");
    submit("b");
    Carrier.Request first = member.nextRequest();
    assertThat(names(List.of(first, member.nextRequest()))).containsExactly("a", "b");
    assertThat(first.asker().readsBundles()).isTrue();
    carrier.run(new Carrier.Answer(first.call(), CONFIG_MAPS, new Carrier.Stored(2)));
    submit("c");
    submit("d");
    assertThat(names(List.of(member.nextRequest(), member.nextRequest())))
        .containsExactly("c", "d");

    showThatBundlesAreRead();
    carrier.run(new Carrier.LeaderChanged()); // it may be back with an older version
    submit("e");
    submit("f");
    assertThat(names(List.of(member.nextRequest(), member.nextRequest())))
        .containsExactly("e", "f");
  }

  @Test
  void whatLeavesAloneOvertakesNothing() {
    showThatBundlesAreRead();
    submit("a");
    carrier.run(new Carrier.LeaderChanged());
    submit("b");
    runWhatItTellsItself();
    assertThat(names(List.of(member.nextRequest(), member.nextRequest())))
        .containsExactly("a", "b");
  }

  @Test
  void aMemberThatIsSilentIsNotTakenForOneThatReadsBundles() throws Exception {
    showThatBundlesAreRead();
    var late = submit(create("a"), Duration.ofSeconds(-1));
    runWhatItTellsItself();
    member.nextRequest();
    carrier.run(new Carrier.Tick());
    assertThat(rejection(late)).isInstanceOf(Rejection.Timeout.class);
    submit("b");
    submit("c");
    assertThat(names(List.of(member.nextRequest(), member.nextRequest())))
        .containsExactly("b", "c");
  }

  @Test
  void everyWriteOfABundleThatALeaderTookWithItIsUnknownAndIsNeverSentAgain() throws Exception {
    showThatBundlesAreRead();
    List<CompletableFuture<Outcome<StoredObject>>> outcomes =
        List.of(
            submit(create("a"), Duration.ofSeconds(-1)),
            submit(create("b"), Duration.ofSeconds(-1)));
    runWhatItTellsItself();
    List<Carrier.Request> lost = nextBundle();
    member.leader = new Leader.Elsewhere("c");
    carrier.run(new Carrier.LeaderChanged());
    carrier.run(new Carrier.Tick());
    for (CompletableFuture<Outcome<StoredObject>> outcome : outcomes) {
      assertThat(rejection(outcome)).isInstanceOf(Rejection.Timeout.class);
    }
    answerTogether(lost, new Carrier.NotHere()); // too late to matter
    submit("d");
    assertThat(names(List.of(member.nextRequest()))).containsExactly("d");
  }

  @Test
  void aBundleThatALeaderHandsBackGoesToTheNextOneInItsOrder() {
    showThatBundlesAreRead();
    List.of("a", "b", "c").forEach(this::submit);
    runWhatItTellsItself();
    List<Carrier.Request> sent = nextBundle();
    member.leader = new Leader.Unknown();
    answerTogether(sent, new Carrier.NotHere());
    member.leader = new Leader.Elsewhere("c");
    carrier.run(new Carrier.LeaderChanged());
    List<Carrier.Request> again =
        List.of(member.nextRequest(), member.nextRequest(), member.nextRequest());
    assertThat(names(again)).containsExactly("a", "b", "c");
  }

  private Carrier.Request request(long call, boolean readsBundles) {
    return new Carrier.Request(
        call,
        CONFIG_MAPS,
        Optional.of(create("a" + call)),
        Duration.ofSeconds(10),
        new Carrier.Asker(member.peer.ref(), readsBundles));
  }

  private List<Long> callsOfNextAnswers() {
    return member.peer.expectMessageClass(Carrier.Answers.class).answers().stream()
        .map(Carrier.Answer::call)
        .toList();
  }

  private static void refuse(PendingWrite write) {
    write.outcome().complete(Outcome.rejected(new Rejection.NotFound(CONFIG_MAPS, "a")));
  }

  @Test
  void outcomesOfOneTaskLeaveTogetherForThoseWhoReadBundles() throws Exception {
    member.leader = new Leader.Here();
    carrier.run(new Carrier.Requests(List.of(request(1, true), request(2, true))));
    carrier.run(request(3, false));
    carrier.run(request(4, true));
    List<PendingWrite> batch =
        List.of(member.nextSubmitted(), member.nextSubmitted(), member.nextSubmitted());
    Carrier.answersTogether(Runnable::run).execute(() -> batch.forEach(BundlesTest::refuse));
    assertThat(member.peer.expectMessageClass(Carrier.Answer.class).call()).isEqualTo(3);
    assertThat(callsOfNextAnswers()).containsExactly(1L, 2L);

    refuse(member.nextSubmitted());
    assertThat(callsOfNextAnswers()).containsExactly(4L);
  }

  @Test
  void whatATaskHasAnsweredLeavesAlsoIfTheTaskFails() throws Exception {
    member.leader = new Leader.Here();
    carrier.run(request(1, true));
    PendingWrite write = member.nextSubmitted();
    Runnable failing =
        () -> {
          write.outcome().completeExceptionally(new WriteFailure.NotDone("deposed"));
          throw new IllegalStateException("as tests want it");
        };
    try {
      Carrier.answersTogether(Runnable::run).execute(failing);
    } catch (IllegalStateException expected) {
      assertThat(callsOfNextAnswers()).containsExactly(1L);
      return;
    }
    throw new AssertionError("the failure was kept from whoever runs the task");
  }

  @Test
  void manyAnswersAreSeveralMessages() {
    member.leader = ELSEWHERE; // who does not lead answers at once
    List<Carrier.Request> asked =
        LongStream.rangeClosed(1, 1_000).mapToObj(call -> request(call, true)).toList();
    carrier.run(new Carrier.Requests(asked));
    List<Long> answered = new ArrayList<>();
    int messages = 0;
    while (answered.size() < asked.size()) {
      answered.addAll(callsOfNextAnswers());
      messages++;
    }
    assertThat(answered).isEqualTo(asked.stream().map(Carrier.Request::call).toList());
    assertThat(messages).isBetween(4, 5);
  }
}
