package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.luotsi.node.kubelet.ProbeSpec.Check;
import io.luotsi.node.kubelet.ProbeSpec.Kind;
import io.luotsi.node.kubelet.ProbeWorker.Report;
import io.luotsi.node.kubelet.Prober.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProbeWorkerTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  private final ActorTestKit actors = ActorTestKit.create(ManualTime.config());
  private final ManualTime time = ManualTime.get(actors.system());
  private final TestProbe<Report> reports = actors.createTestProbe(Report.class);
  private final AtomicInteger checks = new AtomicInteger();

  @AfterEach
  void stop() {
    actors.shutdownTestKit();
  }

  /** Its timers run when this returns: time that passes before would be lost on it. */
  private void start(ProbeSpec spec, Supplier<CompletionStage<Finding>> check) {
    CountDownLatch started = new CountDownLatch(1);
    ProbeWorker.Setup setup =
        new ProbeWorker.Setup(
            "c",
            spec,
            NOW,
            NOW.plusSeconds(1),
            () -> {
              checks.incrementAndGet();
              return check.get();
            });
    actors.spawn(
        Behaviors.intercept(() -> new Started(started), ProbeWorker.create(setup, reports.ref())));
    assertThatCode(started::await).doesNotThrowAnyException();
  }

  private static final class Started
      extends BehaviorInterceptor<ProbeWorker.Command, ProbeWorker.Command> {
    private final CountDownLatch started;

    Started(CountDownLatch started) {
      super(ProbeWorker.Command.class);
      this.started = started;
    }

    @Override
    public Behavior<ProbeWorker.Command> aroundStart(
        TypedActorContext<ProbeWorker.Command> context,
        PreStartTarget<ProbeWorker.Command> target) {
      Behavior<ProbeWorker.Command> running = target.start(context);
      started.countDown();
      return running;
    }

    @Override
    public Behavior<ProbeWorker.Command> aroundReceive(
        TypedActorContext<ProbeWorker.Command> context,
        ProbeWorker.Command message,
        ReceiveTarget<ProbeWorker.Command> target) {
      return target.apply(context, message);
    }
  }

  private static ProbeSpec spec(int delay, int successes, int failures) {
    return new ProbeSpec(
        Kind.READINESS,
        new Check.Tcp("", 80),
        Duration.ofSeconds(delay),
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        successes,
        failures);
  }

  private static Supplier<CompletionStage<Finding>> always(boolean success) {
    return () -> CompletableFuture.completedStage(new Finding(success, "detail"));
  }

  @Test
  void initialDelayCountsFromTheContainersStart() {
    start(spec(5, 1, 1), always(true));
    time.expectNoMessageFor(Duration.ofMillis(3900), reports);
    time.timePasses(Duration.ofMillis(200));
    reports.expectMessage(new Report.Turned("c", Kind.READINESS, true, "detail"));
  }

  @Test
  void turnsOnlyWhenTheThresholdIsReached() {
    start(spec(2, 2, 3), always(true));
    time.expectNoMessageFor(Duration.ofMillis(1500), reports);
    time.timePasses(Duration.ofSeconds(10));
    reports.expectMessage(new Report.Turned("c", Kind.READINESS, true, "detail"));
    time.expectNoMessageFor(Duration.ofSeconds(20), reports);
  }

  @Test
  void everyFailureIsToldAndTheThirdTurns() {
    start(spec(2, 1, 3), always(false));
    Report failed = new Report.Failed("c", Kind.READINESS, "detail");
    time.timePasses(Duration.ofSeconds(1));
    reports.expectMessage(failed);
    time.timePasses(Duration.ofSeconds(10));
    reports.expectMessage(failed);
    reports.expectNoMessage(Duration.ofMillis(20));
    time.timePasses(Duration.ofSeconds(10));
    reports.expectMessage(failed);
    reports.expectMessage(new Report.Turned("c", Kind.READINESS, false, "detail"));
  }

  @Test
  void checkThatTakesLongIsNotOvertakenByTheNext() {
    CompletableFuture<Finding> slow = new CompletableFuture<>();
    start(spec(2, 1, 1), () -> slow);
    time.timePasses(Duration.ofSeconds(1));
    reports.expectNoMessage(Duration.ofMillis(20));
    time.timePasses(Duration.ofSeconds(30));
    reports.expectNoMessage(Duration.ofMillis(20));
    assertThat(checks).hasValue(1);
    slow.complete(new Finding(true, ""));
    reports.expectMessage(new Report.Turned("c", Kind.READINESS, true, ""));
  }
}
