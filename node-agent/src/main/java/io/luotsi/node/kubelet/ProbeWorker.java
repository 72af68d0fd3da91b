package io.luotsi.node.kubelet;

import io.luotsi.node.kubelet.Prober.Finding;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One probe of one running container: checks at its period and tells the pod's worker when its
 * result changes, and of every single failure. Never two checks at once.
 */
final class ProbeWorker extends AbstractMatchingBehavior<ProbeWorker.Command> {
  sealed interface Command {}

  private record Tick() implements Command {}

  private record Checked(Finding finding) implements Command {}

  /** What the pod's worker hears. */
  sealed interface Report {
    String containerId();

    ProbeSpec.Kind kind();

    /** The threshold was reached. */
    record Turned(String containerId, ProbeSpec.Kind kind, boolean success, String detail)
        implements Report {}

    /** One check failed. */
    record Failed(String containerId, ProbeSpec.Kind kind, String detail) implements Report {}
  }

  /**
   * @param startedAt of the container: the initial delay counts from there
   * @param check carries out one check elsewhere
   */
  record Setup(
      String containerId,
      ProbeSpec spec,
      Instant startedAt,
      Instant now,
      Supplier<CompletionStage<Finding>> check) {}

  private final Setup setup;
  private final ActorRef<Report> parent;
  private final TimerScheduler<Command> timers;
  private int successes;
  private int failures;
  private boolean checking;

  private ProbeWorker(
      ActorContext<Command> context,
      Setup setup,
      ActorRef<Report> parent,
      TimerScheduler<Command> timers) {
    super(context);
    this.setup = setup;
    this.parent = parent;
    this.timers = timers;
    Duration left =
        Duration.between(setup.now(), setup.startedAt().plus(setup.spec().initialDelay()));
    timers.startTimerAtFixedRate(
        new Tick(), left.isNegative() ? Duration.ZERO : left, setup.spec().period());
  }

  static Behavior<Command> create(Setup setup, ActorRef<Report> parent) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new ProbeWorker(context, setup, parent, timers)));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    return switch (command) {
      case Tick tick -> onTick();
      case Checked(Finding finding) -> onChecked(finding);
    };
  }

  private Behavior<Command> onTick() {
    if (!checking) {
      checking = true;
      getContext()
          .pipeToSelf(
              setup.check().get(),
              (finding, bug) ->
                  new Checked(bug == null ? finding : new Finding(false, bug.toString())));
    }
    return this;
  }

  private Behavior<Command> onChecked(Finding finding) {
    checking = false;
    ProbeSpec spec = setup.spec();
    if (finding.success()) {
      failures = 0;
      successes++;
      if (successes == spec.successThreshold()) {
        parent.tell(new Report.Turned(setup.containerId(), spec.kind(), true, finding.detail()));
      }
    } else {
      successes = 0;
      failures++;
      parent.tell(new Report.Failed(setup.containerId(), spec.kind(), finding.detail()));
      if (failures == spec.failureThreshold()) {
        parent.tell(new Report.Turned(setup.containerId(), spec.kind(), false, finding.detail()));
      }
    }
    return this;
  }
}
