package io.luotsi.node.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import io.luotsi.core.session.SessionRequest.Streams;
import io.luotsi.node.TestClients;
import io.luotsi.node.TestMembers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.SerializationTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Sessions in pods of node b, for clients of node a, in a cluster of two ActorSystems. */
@Tag("long")
@Timeout(60)
class SessionRelayTest {
  private static final RelayTimes QUICK =
      new RelayTimes(Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(1));
  private static final SessionRequest LS =
      new SessionRequest.Exec("main", List.of("ls", "-l"), new Streams(true, true, false, true));

  private final TestMembers members = new TestMembers();
  private final FakeKubelet kubelet = new FakeKubelet();

  /** The end in the pod; what the client has in its hands is called client. */
  private final BlockingEnd pod = new BlockingEnd();

  private final BlockingEnd client = new BlockingEnd();
  private ActorSystem<Void> a;
  private ActorSystem<Void> b;
  private NodeRelay relay;

  @BeforeEach
  void join() throws Exception {
    a = members.join("a");
    b = members.join("b");
    relay = NodeRelay.start(a, "a", new FakeKubelet(), QUICK);
    kubelet.sessions(Outcome.done(pod));
  }

  @AfterEach
  void stop() {
    members.close();
  }

  private Outcome<Session> ask(String node) throws Exception {
    return relay
        .session(node, ObjectKey.of("shop", "cart-0"), "uid-1", LS)
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private void open() throws Exception {
    NodeRelay.start(b, "b", kubelet, QUICK);
    Session.connect(ask("b").orElseThrow(), client);
  }

  private static Rejection why(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Done<?> done -> throw new AssertionError("not refused");
      case Outcome.Rejected<?>(Rejection why) -> why;
    };
  }

  @Test
  void manyFramesArriveWholeAndInOrderBothWays() throws Exception {
    open();
    assertThat(kubelet.wanted).contains(LS);
    byte[] bytes = new byte[4_000_000];
    new Random(7).nextBytes(bytes);
    Thread echo = Thread.ofVirtual().start(this::echo);
    Thread writer = TestClients.type(client, bytes);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (var f = client.take(); f.isPresent(); f = client.take()) {
      out.writeBytes(f.get().bytes());
    }
    writer.join();
    echo.join();

    assertThat(Arrays.equals(out.toByteArray(), bytes)).isTrue();
    assertThat(client.isOver()).isTrue();
  }

  private void echo() {
    try {
      for (Frame f = pod.take().orElseThrow();
          f.channel() == Channel.STDIN;
          f = pod.take().orElseThrow()) {
        pod.send(new Frame(Channel.STDOUT, f.bytes()));
      }
      pod.close();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** It may be over before its client has said that it listens. */
  @Test
  void aShortSessionIsHeardByWhoAsksBeforeItListens() throws Exception {
    NodeRelay.start(b, "b", kubelet, QUICK);
    Session session = ask("b").orElseThrow();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                pod.send(Frame.text(Channel.STDOUT, "out"));
                pod.send(Frame.text(Channel.STATUS, "done"));
                pod.close();
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    List<String> heard = new CopyOnWriteArrayList<>();
    CompletableFuture<Void> whole = new CompletableFuture<>();
    session.subscribe(
        new Flow.Subscriber<>() {
          @Override
          public void onSubscribe(Flow.Subscription subscription) {
            subscription.request(10);
            try {
              TestMembers.await(() -> heard.size() == 2);
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
          }

          @Override
          public void onNext(Frame frame) {
            heard.add(frame.text());
          }

          @Override
          public void onError(Throwable failure) {
            whole.completeExceptionally(failure);
          }

          @Override
          public void onComplete() {
            whole.complete(null);
          }
        });
    whole.get(10, TimeUnit.SECONDS);
    assertThat(heard).containsExactly("out", "done");
  }

  @Test
  void neitherSideSendsMoreThanTheOtherTakes() throws Exception {
    open();
    AtomicLong said = new AtomicLong();
    AtomicLong typed = new AtomicLong();
    Thread speaker = Thread.ofVirtual().start(() -> sendForEver(pod, Channel.STDOUT, said));
    Thread typist = Thread.ofVirtual().start(() -> sendForEver(client, Channel.STDIN, typed));
    TestMembers.await(() -> said.get() >= 4 && typed.get() >= 4);
    TimeUnit.MILLISECONDS.sleep(5 * QUICK.beat().toMillis()); // time to send too much
    // A window in the end that takes, one on the way, and one at most in between.
    assertThat(said.get()).isBetween(4L, 4L * SessionEnd.WINDOW);
    assertThat(typed.get()).isBetween(4L, 4L * SessionEnd.WINDOW);

    long before = said.get();
    for (int i = 0; i < 100; i++) {
      client.take();
    }
    TestMembers.await(() -> said.get() >= before + 100 - 4L * SessionEnd.WINDOW);
    client.close();
    speaker.join();
    typist.join();
  }

  private static void sendForEver(BlockingEnd end, Channel channel, AtomicLong sent) {
    try {
      while (true) {
        end.send(new Frame(channel, new byte[100]));
        sent.incrementAndGet();
      }
    } catch (IOException | InterruptedException over) {
      return;
    }
  }

  @Test
  void aQuietSessionStaysOpen() throws Exception {
    open();
    TimeUnit.MILLISECONDS.sleep(QUICK.silence().plus(QUICK.beat().multipliedBy(3)).toMillis());
    pod.send(Frame.text(Channel.STDOUT, "still here"));
    assertThat(client.take().orElseThrow().text()).isEqualTo("still here");
  }

  @Test
  void aClientThatGoesIsGoneForThePod() throws Exception {
    open();
    client.send(Frame.text(Channel.STDIN, "x"));
    assertThat(pod.take().orElseThrow().text()).isEqualTo("x");
    client.close();
    assertThat(pod.take(Duration.ofSeconds(5))).isEmpty();
    assertThat(pod.isOver()).isTrue();
  }

  @Test
  void whatTheNodeRefusesIsRefusedInItsWords() throws Exception {
    NodeRelay.start(b, "b", kubelet, QUICK);
    for (Rejection refusal :
        List.of(
            new Rejection.Unclassified("container not found (\"main\")"),
            new Rejection.BadRequest("no standard input"),
            new Rejection.ServiceUnavailable("too many"))) {
      kubelet.sessions(Outcome.rejected(refusal));
      assertThat(why(ask("b"))).isEqualTo(refusal);
    }
    kubelet.sessions(Outcome.rejected(new Rejection.Timeout("odd")));
    assertThat(why(ask("b"))).isInstanceOf(Rejection.InternalError.class);
    assertThat(why(ask("c")))
        .isEqualTo(new Rejection.ServiceUnavailable("node c cannot be reached"));
  }

  @Test
  void aNodeThatDoesNotAnswerIsUnavailableInTime() throws Exception {
    b.systemActorOf(Behaviors.ignore(), SessionDesk.NAME, Props.empty());
    assertThat(why(ask("b")))
        .isEqualTo(new Rejection.ServiceUnavailable("node b cannot be reached"));
  }

  @Test
  void aNodeThatDiesIsAnErrorToTheClient() throws Exception {
    open();
    members.kill(b);
    assertThatThrownBy(() -> client.take(Duration.ofSeconds(10)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("node b has fallen silent");
  }

  @Test
  void aMemberInTheMiddleThatDiesIsAnErrorToThePodAndToItsClient() throws Exception {
    open();
    members.kill(a);
    assertThatThrownBy(() -> pod.take(Duration.ofSeconds(10)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the client is connected to has fallen silent");
    assertThatThrownBy(() -> client.take(Duration.ofSeconds(1)))
        .hasMessageContaining("left the cluster");
  }

  @Test
  void aSessionThatNobodyComesForIsGivenUp() throws Exception {
    NodeRelay.start(b, "b", kubelet, QUICK);
    ask("b").orElseThrow();
    assertThatThrownBy(() -> pod.take(Duration.ofSeconds(10)))
        .hasMessageContaining("nobody came for the session");
  }

  @Test
  void whatCrossesIsWrittenByJackson() {
    ActorRef<SessionEnd.Wire> end = a.systemActorOf(Behaviors.ignore(), "end", Props.empty());
    SerializationTestKit serialization = new SerializationTestKit(a);
    List<SessionRequest> requests =
        List.of(
            LS,
            new SessionRequest.Attach("main", new Streams(false, true, true, false)),
            new SessionRequest.PortForward(8080));
    for (SessionRequest request : requests) {
      serialization.verifySerialization(
          new SessionDesk.Open("b", "shop", "cart-0", "u", request, end), true);
    }
    List<Relayed> messages =
        List.of(
            new SessionEnd.Opened(end),
            new SessionEnd.Refused(new Refusal(Refusal.Reason.UNCLASSIFIED, "no")),
            new SessionEnd.Credit(3, 4),
            new SessionEnd.Ended(5),
            new SessionEnd.Broken("disk"));
    messages.forEach(message -> serialization.verifySerialization(message, true));
    SessionEnd.Sent sent =
        serialization.verifySerialization(
            new SessionEnd.Sent(9, Channel.STDERR, new byte[] {1, 2}), false);
    assertThat(sent.bytes()).containsExactly(1, 2);
    assertThat(sent.channel()).isEqualTo(Channel.STDERR);
  }
}
