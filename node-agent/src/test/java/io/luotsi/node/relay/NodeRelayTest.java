package io.luotsi.node.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.node.TestMembers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.testkit.typed.javadsl.SerializationTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.remote.RemoteActorRefProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Logs of node b, read on node a, in a cluster of two ActorSystems. */
class NodeRelayTest {
  private static final RelayTimes QUICK =
      new RelayTimes(Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(1));
  private static final ObjectKey POD = ObjectKey.of("shop", "cart-0");
  private static final LogOptions ALL =
      new LogOptions(
          false, false, false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty());

  private final TestMembers members = new TestMembers();
  private final FakeKubelet kubeletOfA = new FakeKubelet();
  private final FakeKubelet kubeletOfB = new FakeKubelet();
  private ActorSystem<Void> a;
  private ActorSystem<Void> b;
  private NodeRelay relay;

  @BeforeEach
  void join() throws Exception {
    a = members.join("a");
    b = members.join("b");
    relay = NodeRelay.start(a, "a", kubeletOfA, QUICK);
  }

  @AfterEach
  void stop() {
    members.close();
  }

  private void startB() {
    NodeRelay.start(b, "b", kubeletOfB, QUICK);
  }

  private Outcome<Flow.Publisher<ByteBuffer>> logs(String node, LogOptions options)
      throws Exception {
    return relay
        .logs(node, POD, "uid-1", "main", options)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private Collected read(Collected reader) throws Exception {
    logs("b", ALL).orElseThrow().subscribe(reader);
    return reader;
  }

  private static Rejection why(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Done<?> done -> throw new AssertionError("not refused");
      case Outcome.Rejected<?>(Rejection why) -> why;
    };
  }

  @Test
  void aLogOfAnotherNodeArrivesWholeAndInOrder() throws Exception {
    startB();
    int chunks = 300;
    kubeletOfB.says(chunks, 100_000); // larger than what goes into one message
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    for (int i = 0; i < chunks; i++) {
      said.writeBytes(FakeKubelet.chunk(i, 100_000));
    }

    Collected reader = read(Collected.all());

    assertThat(reader.whole.get(30, TimeUnit.SECONDS)).isEqualTo(said.toByteArray());
    assertThat(kubeletOfB.taken).hasValue(chunks);
  }

  @Test
  void everyOptionReachesTheNode() throws Exception {
    startB();
    kubeletOfB.says(0, 1);
    LogOptions options =
        new LogOptions(
            true,
            true,
            true,
            Optional.of(Instant.parse("2026-01-02T03:04:05.000000006Z")),
            OptionalLong.of(7),
            OptionalLong.of(1L << 40));
    Collected reader = Collected.all();
    logs("b", options).orElseThrow().subscribe(reader);

    assertThat(reader.whole.get(10, TimeUnit.SECONDS)).isEmpty();
    assertThat(kubeletOfB.asked)
        .contains(new LogRequest("b", "shop", "cart-0", "uid-1", "main", options));
  }

  @Test
  void noMoreIsReadThanIsTaken() throws Exception {
    startB();
    Collected reader = read(Collected.first(10));
    TestMembers.await(() -> reader.chunks.get() == 10);
    long beats = 5 * QUICK.beat().toMillis();
    TimeUnit.MILLISECONDS.sleep(beats); // time to send too much

    assertThat(reader.chunks).hasValue(10);
    assertThat(kubeletOfB.taken.get()).isBetween(10L, 11L + LogReader.WINDOW);

    reader.subscription.join().cancel();
    assertThat(kubeletOfB.cancelled.await(5, TimeUnit.SECONDS)).isTrue();
    assertThat(reader.whole).isNotDone();
  }

  @Test
  void aQuietLogStaysOpenAndGoesOn() throws Exception {
    startB();
    Collected reader = Collected.all();
    try (SubmissionPublisher<ByteBuffer> log = new SubmissionPublisher<>()) {
      kubeletOfB.answers(Outcome.done(log));
      read(reader);
      TestMembers.await(() -> log.getNumberOfSubscribers() == 1);
      log.submit(ByteBuffer.wrap(new byte[] {1}));
      TestMembers.await(() -> reader.chunks.get() == 1);
      TimeUnit.MILLISECONDS.sleep(QUICK.silence().plus(QUICK.beat().multipliedBy(3)).toMillis());
      log.submit(ByteBuffer.wrap(new byte[] {2}));
    }
    assertThat(reader.whole.get(10, TimeUnit.SECONDS)).containsExactly(1, 2);
  }

  @Test
  void whatTheNodeRefusesIsRefusedInItsWords() throws Exception {
    startB();
    Rejection waiting = new Rejection.BadRequest("container \"main\" is waiting to start: x");
    kubeletOfB.answers(Outcome.rejected(waiting));
    assertThat(why(logs("b", ALL))).isEqualTo(waiting);

    kubeletOfB.answers(Outcome.rejected(new Rejection.InternalError("disk")));
    assertThat(why(logs("b", ALL))).isInstanceOf(Rejection.InternalError.class);
  }

  @Test
  void theOwnNodeNeedsNobodyElse() throws Exception {
    kubeletOfA.says(1, 20);
    Collected reader = Collected.all();
    logs("a", ALL).orElseThrow().subscribe(reader);
    assertThat(reader.whole.get(10, TimeUnit.SECONDS)).isEqualTo(FakeKubelet.chunk(0, 20));
  }

  @Test
  void aNodeThatIsNoMemberIsUnavailableAtOnce() throws Exception {
    assertThat(why(logs("c", ALL)))
        .isEqualTo(new Rejection.ServiceUnavailable("node c cannot be reached"));
  }

  @Test
  void aNodeThatDoesNotAnswerIsUnavailableInTime() throws Exception {
    b.systemActorOf(Behaviors.ignore(), LogDesk.NAME, Props.empty()); // as if stopped by a signal
    long began = System.nanoTime();
    assertThat(why(logs("b", ALL)))
        .isEqualTo(new Rejection.ServiceUnavailable("node b cannot be reached"));
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isBetween(QUICK.opening(), QUICK.opening().plusSeconds(3));
  }

  @Test
  void aNodeThatDiesBreaksTheLogAndDoesNotEndIt() throws Exception {
    startB();
    Collected reader = read(Collected.first(10));
    TestMembers.await(() -> reader.chunks.get() == 10);
    members.kill(b);

    assertThatThrownBy(() -> reader.whole.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class)
        .hasMessageContaining("node b has fallen silent");
  }

  @Test
  void aReaderThatDiesIsNotReadFor() throws Exception {
    startB();
    Collected reader = read(Collected.first(10));
    TestMembers.await(() -> reader.chunks.get() == 10);
    members.kill(a);

    assertThat(kubeletOfB.cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> reader.whole.get(1, TimeUnit.SECONDS))
        .hasMessageContaining("left the cluster");
  }

  @Test
  void aLogThatNobodyCollectsIsLetGo() throws Exception {
    startB();
    Flow.Publisher<ByteBuffer> log = logs("b", ALL).orElseThrow();
    assertThat(kubeletOfB.cancelled.await(10, TimeUnit.SECONDS)).isTrue();

    Collected late = Collected.all();
    log.subscribe(late);
    assertThatThrownBy(() -> late.whole.get(1, TimeUnit.SECONDS))
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void whatCrossesIsWrittenByJackson() {
    ActorRef<LogReader.Wire> reader = a.systemActorOf(Behaviors.ignore(), "reader", Props.empty());
    ActorRef<LogWriter.Wire> writer = a.systemActorOf(Behaviors.ignore(), "writer", Props.empty());
    LogRequest request = new LogRequest("b", "shop", "cart-0", "u", "main", ALL);
    SerializationTestKit serialization = new SerializationTestKit(a);
    List<Relayed> messages =
        List.of(
            new LogDesk.Open(request, reader),
            new LogReader.Opened(writer),
            new LogReader.Refused(LogReader.Reason.BAD_REQUEST, "no"),
            new LogReader.Alive(3),
            new LogReader.Ended(4),
            new LogReader.Broken("disk"),
            new LogWriter.Credit(5),
            new LogWriter.Cancel());
    messages.forEach(message -> serialization.verifySerialization(message, true));
    LogReader.Chunk chunk =
        serialization.verifySerialization(new LogReader.Chunk(9, new byte[] {1, 2}), false);
    assertThat(chunk.bytes()).containsExactly(1, 2);
  }

  @Test
  void logsHaveALaneOfTheirOwn() throws Exception {
    startB();
    var provider = (RemoteActorRefProvider) ((ExtendedActorSystem) Adapter.toClassic(b)).provider();
    var destinations = provider.remoteSettings().Artery().LargeMessageDestinations();
    assertThat(destinations.find(elements("system", LogReaders.NAME, "$a")).isDefined()).isTrue();
    assertThat(destinations.find(elements("system", LogDesk.NAME)).isDefined()).isFalse();
    assertThat(destinations.find(elements("system", "carrier")).isDefined()).isFalse();
  }

  private static scala.collection.immutable.Seq<String> elements(String... names) {
    return scala.jdk.javaapi.CollectionConverters.asScala(List.of(names)).toSeq();
  }
}
