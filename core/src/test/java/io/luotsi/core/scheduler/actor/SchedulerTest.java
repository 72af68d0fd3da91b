package io.luotsi.core.scheduler.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.scheduler.Objects;
import io.luotsi.core.scheduler.SchedulingEngine.Settings;
import io.luotsi.core.scheduler.actor.FakeCluster.Heard;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The scheduler's shell against an API that it does not know to be a fake. */
class SchedulerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ActorTestKit kit = ActorTestKit.create();
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  private ActorRef<Scheduler.Command> start() {
    Settings quick =
        new Settings(
            Set.of("default-scheduler"),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            100_000);
    return kit.spawn(
        Scheduler.create(
            new Scheduler.Parts(
                cluster,
                quick,
                List.of(Scheduler.Workload.REPLICA_SET),
                Clock.systemUTC(),
                new SplittableRandom(1))));
  }

  private Heard hear() throws InterruptedException {
    Heard heard = cluster.heard().poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(heard).as("something heard in time").isNotNull();
    return heard;
  }

  /** The next thing heard of that sort; others are passed over. */
  private Heard hear(String what) throws InterruptedException {
    Heard heard = hear();
    while (!heard.what().equals(what)) {
      heard = hear();
    }
    return heard;
  }

  private static ObjectNode asking(String name, String cpu) {
    ObjectNode pod = Objects.podJson(name);
    pod.withObject("/spec/containers/0/resources/requests").put("cpu", cpu);
    return pod;
  }

  @Test
  void pendingPodIsBoundAndAnEventSaysSo() throws InterruptedException {
    cluster.of("nodes").put(Objects.nodeJson("a"));
    cluster.of("pods").put(Objects.podJson("p"));
    start();
    assertThat(hear()).isEqualTo(new Heard("bound", "p", "a"));
    assertThat(hear())
        .isEqualTo(new Heard("Scheduled", "p", "Successfully assigned default/p to a"));
  }

  @Test
  void podThatFitsNowhereIsSaidToAndBoundOnceItFits() throws InterruptedException {
    cluster.of("nodes").put(Objects.nodeJson("a"));
    cluster.of("pods").put(asking("p", "5"));
    start();
    String message =
        "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available: 1"
            + " Preemption is not helpful for scheduling.";
    assertThat(List.of(hear(), hear()))
        .containsExactlyInAnyOrder(
            new Heard("FailedScheduling", "p", message),
            new Heard("condition Unschedulable", "p", message));
    ObjectNode large = Objects.nodeJson("b");
    large.withObject("/status/allocatable").put("cpu", "8");
    cluster.of("nodes").put(large);
    assertThat(hear("bound")).isEqualTo(new Heard("bound", "p", "b"));
  }

  @Test
  void podIsNotBoundWhileItsConditionIsStillBeingWritten() throws InterruptedException {
    CompletableFuture<Boolean> release = cluster.holdPatches();
    cluster.of("nodes").put(Objects.nodeJson("a"));
    cluster.of("pods").put(asking("p", "5"));
    start();
    hear("condition Unschedulable");
    ObjectNode large = Objects.nodeJson("b");
    large
        .withObject("/status/allocatable")
        .put("cpu", "800")
        .put("memory", "8Ti")
        .put("pods", "100000");
    cluster.of("nodes").put(large);
    // p's longest backoff is 100 ms; others are bound all the while.
    long until = System.nanoTime() + Duration.ofMillis(300).toNanos();
    for (int i = 0; System.nanoTime() < until; i++) {
      cluster.of("pods").put(asking("other" + i, "1m"));
      assertThat(hear("bound").pod()).isEqualTo("other" + i);
    }
    release.complete(true);
    assertThat(hear("bound")).isEqualTo(new Heard("bound", "p", "b"));
  }

  @Test
  void refusedBindingFreesTheNodeAndIsTriedAgain() throws InterruptedException {
    cluster.refuseNextBinding(new Rejection.TooManyRequests("busy", Duration.ofSeconds(1)));
    cluster.of("nodes").put(Objects.nodeJson("a"));
    cluster.of("pods").put(asking("p", "4"));
    start();
    assertThat(hear("refused binding")).isEqualTo(new Heard("refused binding", "p", "a"));
    assertThat(hear("bound")).isEqualTo(new Heard("bound", "p", "a"));
  }

  @Test
  void podThatIsGoneWhenItIsBoundFreesTheNodeForOthers() throws InterruptedException {
    cluster.refuseNextBinding(new Rejection.NotFound(GroupResource.parse("pods"), "gone"));
    cluster.of("nodes").put(Objects.nodeJson("a"));
    cluster.of("pods").put(asking("gone", "4"));
    start();
    assertThat(hear("refused binding").pod()).isEqualTo("gone");
    cluster.of("pods").put(asking("p", "4"));
    assertThat(hear("bound")).isEqualTo(new Heard("bound", "p", "a"));
  }

  @Test
  void deletedPodMakesRoomForOneThatWaits() throws InterruptedException {
    cluster.of("nodes").put(Objects.nodeJson("a"));
    ObjectNode running = asking("running", "4");
    running.withObject("/spec").put("nodeName", "a");
    cluster.of("pods").put(running);
    cluster.of("pods").put(asking("p", "2"));
    start();
    hear("FailedScheduling");
    cluster.of("pods").remove(ObjectKey.of("default", "running"));
    assertThat(hear("bound")).isEqualTo(new Heard("bound", "p", "a"));
  }

  @Test
  void bindingsAreUnderWayTogetherUpToTheLimit() throws InterruptedException {
    cluster.hold();
    for (int i = 0; i < 20; i++) {
      ObjectNode node = Objects.nodeJson("n" + i);
      node.withObject("/status/allocatable").put("cpu", "100").put("memory", "100Gi");
      cluster.of("nodes").put(node);
    }
    for (int i = 0; i < Scheduler.MAX_BINDINGS + 50; i++) {
      cluster.of("pods").put(Objects.podJson("p" + i));
    }
    start();
    await(() -> cluster.held() >= Scheduler.MAX_BINDINGS);
    // One round trip through the actor's mailbox shows that it has settled at the limit.
    cluster.of("nodes").put(Objects.nodeJson("late"));
    await(() -> cluster.held() == Scheduler.MAX_BINDINGS);
    assertThat(cluster.held()).isEqualTo(Scheduler.MAX_BINDINGS);
  }

  @Test
  void twoSchedulersAtOnceBindEachPodOnce() throws InterruptedException {
    cluster.of("nodes").put(Objects.nodeJson("a"));
    cluster.of("nodes").put(Objects.nodeJson("b"));
    start();
    start();
    for (int i = 0; i < 60; i++) {
      cluster.of("pods").put(Objects.podJson("p" + i));
    }
    List<String> bound = new ArrayList<>();
    while (bound.size() < 60) {
      bound.add(hear("bound").pod());
    }
    assertThat(bound).doesNotHaveDuplicates();
    Heard more = cluster.heard().poll();
    while (more != null) {
      assertThat(more.what()).as("of %s", more.pod()).isNotEqualTo("bound");
      more = cluster.heard().poll();
    }
  }

  @Test
  void stoppedSchedulerWatchesNothingAndBindsNothing() throws InterruptedException {
    cluster.of("nodes").put(Objects.nodeJson("a"));
    ActorRef<Scheduler.Command> scheduler = start();
    cluster.of("pods").put(Objects.podJson("p"));
    hear("bound");
    kit.stop(scheduler, PATIENCE);
    for (String resource : List.of("pods", "nodes", "services", "replicasets")) {
      await(() -> cluster.of(resource).openWatches() == 0);
    }
    cluster.of("pods").put(Objects.podJson("late"));
    assertThat(cluster.of("pods").openWatches()).isZero();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.onSpinWait();
      Thread.yield();
    }
  }
}
