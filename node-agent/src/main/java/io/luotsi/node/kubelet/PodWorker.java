package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.EventRecorder.Type;
import io.luotsi.core.client.TypedView;
import io.luotsi.node.kubelet.PodOperations.Result;
import io.luotsi.node.kubelet.PodPlan.Step;
import io.luotsi.node.kubelet.PodView.Failure;
import io.luotsi.node.kubelet.PodView.Waiting;
import io.luotsi.node.kubelet.ProbeWorker.Report;
import io.luotsi.node.kubelet.Unsupported.Refusal;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import io.luotsi.node.runtime.ContainerRuntime.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Looks after one pod from the moment it is bound here until nothing of it is left.
 * Level-triggered: whatever happens, it looks at the pod and at the runtime and does what {@link
 * PodPlan} says, one plan at a time; what it reports is {@link PodStatus} of the same view.
 */
final class PodWorker extends AbstractMatchingBehavior<PodWorker.Command> {
  sealed interface Command {}

  /** The pod is now like this. */
  record Update(StoredObject pod) implements Command {}

  /** The API has no such pod any more. */
  record Gone() implements Command {}

  /** A container of this pod has ended. */
  record Exited() implements Command {}

  private record Look() implements Command {}

  private record Done(List<Result> results) implements Command {}

  private record Removed() implements Command {}

  private record Probed(Report report) implements Command {}

  private record PullWaits(String container) implements Command {}

  /** Another pod of the node has given something back. */
  private record RoomMade() implements Command {}

  /** {@link StatusReport}'s. */
  record Written(StatusWriter.Outcome outcome) implements Command {}

  /** {@link StatusReport}'s. */
  record Released(boolean done) implements Command {}

  /** {@link EarlierKubelet}'s. */
  record Learn() implements Command {}

  /** {@link EarlierKubelet}'s. */
  record Learned(boolean all) implements Command {}

  /** {@link VolumeRefresh}'s. */
  record RefreshVolumes() implements Command {}

  /** {@link VolumeRefresh}'s. */
  record VolumesRefreshed() implements Command {}

  private static final Duration REFUSED_AGAIN = Duration.ofMinutes(2);
  private static final Duration FAILED_AGAIN = Duration.ofSeconds(2);

  /** What a pod that was deleted without grace is given: as upstream. */
  private static final Duration FORCED_GRACE = Duration.ofSeconds(1);

  private final KubeletParts parts;
  private final PodTools tools;
  private final TimerScheduler<Command> timers;
  private final EarlierKubelet earlier;
  private final PodMemory memory;
  private final PodProbes probes;
  private final StatusReport report;
  private final VolumeRefresh volumes;
  private final BackOffEvents backOffs;
  private Pod pod;
  private Pod underWay;
  private Optional<Failure> failure = Optional.empty();
  private boolean busy;
  private boolean gone;

  /** Whether room was made while something was under way that may have needed it. */
  private boolean roomMade;

  private PodWorker(
      ActorContext<Command> context,
      KubeletParts parts,
      PodTools tools,
      StoredObject stored,
      TimerScheduler<Command> timers) {
    super(context);
    this.parts = parts;
    this.tools = tools;
    this.timers = timers;
    this.probes =
        new PodProbes(
            context,
            parts.executor(),
            tools.prober(),
            context.messageAdapter(Report.class, Probed::new));
    this.report = new StatusReport(context, parts.statuses(), tools);
    this.volumes = new VolumeRefresh(context, parts, tools.operations());
    this.backOffs = new BackOffEvents(tools.events());
    // Kept, unlike a controller's views: a node has a hundred pods, and each is read at every
    // event.
    this.pod = TypedView.of(stored, Pod.class);
    this.underWay = pod;
    List<ContainerRuntime.Container> left = parts.runtime().containers(PodSpecs.uid(pod));
    this.earlier = new EarlierKubelet(context, parts, tools.operations());
    this.memory = PodMemory.recalled(pod, left, tools.node().runtime());
    volumes.start(pod, timers);
    earlier.learn(pod, sandbox());
    look();
  }

  static Behavior<Command> create(KubeletParts parts, PodTools tools, StoredObject pod) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new PodWorker(context, parts, tools, pod, timers)));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    return switch (command) {
      case Update(StoredObject stored) -> onUpdate(stored);
      case Gone message -> onGone();
      case Exited message -> look();
      case Look message -> look();
      case Done(List<Result> results) -> onDone(results);
      case Probed(Report report) -> onProbed(report);
      case Written(StatusWriter.Outcome outcome) -> onWritten(outcome);
      case Learn message -> learn();
      case Learned(boolean all) -> onLearned(all);
      case PullWaits(String container) -> onPullWaits(container);
      case Released(boolean done) -> onReleased(done);
      case Removed message -> Behaviors.stopped();
      case RoomMade message -> onRoomMade();
      case RefreshVolumes message -> refreshVolumes();
      case VolumesRefreshed message -> onVolumesRefreshed();
    };
  }

  private Behavior<Command> onUpdate(StoredObject stored) {
    boolean wasDeleting = PodSpecs.isDeleting(pod);
    long grace = PodSpecs.graceSeconds(pod);
    Pod before = pod;
    pod = TypedView.of(stored, Pod.class);
    if (VolumeRefresh.isDue(before, pod)) {
      refreshVolumes();
    }
    report.seen(pod, stored);
    boolean hurried = wasDeleting && PodSpecs.graceSeconds(pod) < grace;
    if (busy && hurried) {
      hurry(Duration.ofSeconds(PodSpecs.graceSeconds(pod)));
    }
    return look();
  }

  private Behavior<Command> refreshVolumes() {
    volumes.look(withVolumes());
    return this;
  }

  private Behavior<Command> onVolumesRefreshed() {
    volumes.looked(withVolumes());
    if (gone && !busy) {
      remove();
    }
    return this;
  }

  /** The pod, if its volumes are there and needed: before, they are made with its place. */
  private Optional<Pod> withVolumes() {
    boolean needed =
        !gone && !PodSpecs.isDeleting(pod) && sandbox().isPresent() && !view().isTerminal();
    return needed ? Optional.of(pod) : Optional.empty();
  }

  /** Somebody wants it gone sooner than the end that is under way. */
  private void hurry(Duration grace) {
    for (var container : parts.runtime().containers(PodSpecs.uid(pod))) {
      parts.executor().execute(() -> parts.runtime().stop(container.id(), grace));
    }
  }

  private Behavior<Command> onGone() {
    gone = true;
    probes.stop();
    if (busy) {
      hurry(FORCED_GRACE);
    } else if (!volumes.isUnderWay()) {
      remove();
    }
    return this;
  }

  private void remove() {
    busy = true;
    PodView view = view();
    getContext()
        .pipeToSelf(
            CompletableFuture.runAsync(
                () -> tools.operations().remove(view.pod(), view.sandbox(), FORCED_GRACE),
                parts.executor()),
            (nothing, bug) -> {
              logBug(bug);
              return new Removed();
            });
  }

  /** Looks at everything anew, reports it, and starts what is to be done. */
  private Behavior<Command> look() {
    if (gone) {
      return this;
    }
    PodView view = view();
    probes.adjust(view);
    report.write(view);
    backOffs.tellCrashLoops(view);
    account(view);
    if (busy) {
      return this; // looked at again when that is done
    }
    PodPlan plan = PodPlan.decide(view);
    timers.cancel(Look.class);
    plan.again().ifPresent(at -> lookAt(view, at));
    if (plan.steps().isEmpty()) {
      return this;
    }
    switch (plan.steps().getFirst()) {
      case Step.Finish finish -> report.release(pod);
      case Step.Fail(Failure why) -> {
        failure = Optional.of(why);
        tools.events().tell(pod, Type.NORMAL, why.reason(), why.message());
        getContext().getSelf().tell(new Look());
      }
      case Step.CreateSandbox create when isRefused() ->
          lookAt(view, view.now().plus(REFUSED_AGAIN));
      case Step.CreateSandbox create -> carryOut(view, plan.steps());
      case Step.Start start -> carryOut(view, plan.steps());
      case Step.Kill kill -> carryOut(view, plan.steps());
      case Step.Resize resize -> carryOut(view, plan.steps());
    }
    return this;
  }

  /** Tells what the pod has of the node, unless that is just being changed. */
  private void account(PodView view) {
    boolean over = view.isTerminal() || view.failure().isPresent();
    if (over && !view.anythingRuns()) {
      tools.operations().allocations().release(PodSpecs.uid(pod));
    } else if (!busy) {
      tools.operations().allocations().hold(PodSpecs.uid(pod), PodAmounts.inForce(view));
    }
  }

  private Behavior<Command> onRoomMade() {
    if (busy) {
      roomMade = true;
      return this;
    }
    memory.retryResizes();
    return look();
  }

  private void lookAt(PodView view, Instant at) {
    Duration wait = Duration.between(view.now(), at);
    timers.startSingleTimer(Look.class, new Look(), wait.isNegative() ? Duration.ZERO : wait);
  }

  private boolean isRefused() {
    List<Refusal> refusals = Unsupported.refusals(pod, tools.abilities());
    refusals.forEach(r -> tools.events().tell(pod, Type.WARNING, r.reason(), r.message()));
    return !refusals.isEmpty();
  }

  private Optional<Sandbox> sandbox() {
    String uid = PodSpecs.uid(pod);
    return parts.runtime().sandboxes().stream().filter(s -> s.podUid().equals(uid)).findFirst();
  }

  private PodView view() {
    String uid = PodSpecs.uid(pod);
    return new PodView(
        report.over(pod),
        sandbox(),
        parts.runtime().containers(uid),
        memory.containers(),
        failure,
        parts.clock().instant());
  }

  private void carryOut(PodView view, List<Step> steps) {
    busy = true;
    underWay = view.pod();
    ActorRef<Command> self = getContext().getSelf();
    for (Step step : steps) {
      if (step instanceof Step.Start start) {
        // Now, not when it has started: its status may be reported as soon as it runs.
        memory.given(start.container(), asked(start.container()));
      }
    }
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(
                () -> tools.operations().carryOut(view, steps, () -> self.tell(new RoomMade())),
                parts.executor()),
            (results, bug) -> {
              logBug(bug);
              return new Done(bug == null ? results : List.of(new Result.SandboxFailed()));
            });
  }

  private Behavior<Command> onDone(List<Result> results) {
    busy = false;
    Instant now = parts.clock().instant();
    boolean failed = false;
    for (Result result : results) {
      switch (result) {
        case Result.SandboxMade made -> {}
        case Result.SandboxFailed sandbox -> failed = true;
        case Result.Started(String name, int attempt) -> memory.running(name, attempt > 0, now);
        case Result.Unstarted(String name, int attempt) -> memory.running(name, attempt > 0, now);
        case Result.StartFailed(String name, Waiting why) -> startFailed(name, why, now);
        case Result.Killed killed -> {}
        case Result.Resized(String name) -> memory.given(name, asked(name));
        case Result.NotResized(String name, String reason, String why) -> {
          if (memory.refused(name, asked(name), reason, why)) {
            tools.events().tell(pod, name, Type.WARNING, "Resize" + reason, why);
          }
        }
      }
    }
    if (roomMade) {
      roomMade = false;
      memory.retryResizes();
    }
    if (gone) {
      if (!volumes.isUnderWay()) {
        remove(); // else when that is done, which might make anew what is removed
      }
      return this;
    }
    if (failed) {
      timers.startSingleTimer(Look.class, new Look(), FAILED_AGAIN);
      return this;
    }
    return look();
  }

  /** CPU and memory in the pod as it was when what is done now was begun. */
  private ResourceRequirements asked(String container) {
    return PodSpecs.named(underWay, container)
        .map(PodSpecs::cpuAndMemory)
        .orElseGet(ResourceRequirements::new);
  }

  private void startFailed(String name, Waiting why, Instant now) {
    ContainerMemory failed = memory.failed(name, why, now);
    if (why.reason().equals("ErrImagePull")) {
      Duration half = failed.backoff().delay().dividedBy(2);
      timers.startSingleTimer("pull-" + name, new PullWaits(name), half);
    }
  }

  private Behavior<Command> onPullWaits(String name) {
    Optional<Waiting> why = memory.of(name).waiting();
    Optional<Container> spec = PodSpecs.named(pod, name);
    if (why.isEmpty() || spec.isEmpty() || !why.get().reason().equals("ErrImagePull")) {
      return this;
    }
    memory.waitingFor(name, backOffs.tellPullWaits(pod, spec.get(), why.get()));
    return look();
  }

  private Behavior<Command> onProbed(Report report) {
    String id = report.containerId();
    Optional<String> found =
        parts.runtime().containers(PodSpecs.uid(pod)).stream()
            .filter(c -> c.id().equals(id) && c.state() instanceof State.Running)
            .map(ContainerRuntime.Container::name)
            .findFirst();
    if (found.isEmpty() || gone) {
      return this;
    }
    String name = found.get();
    switch (report) {
      case Report.Failed(String container, ProbeSpec.Kind kind, String detail) ->
          tools
              .events()
              .tell(pod, name, Type.WARNING, "Unhealthy", kind.word() + " probe failed: " + detail);
      case Report.Turned turned -> memory.turned(name, turned);
    }
    return look();
  }

  private Behavior<Command> onWritten(StatusWriter.Outcome outcome) {
    report.written(outcome);
    switch (outcome) {
      case StatusWriter.Outcome.Accepted accepted -> {
        return look();
      }
      case StatusWriter.Outcome.TryAgain(String why) -> {
        getContext().getLog().info("status of {} not written: {}", PodSpecs.format(pod), why);
        timers.startSingleTimer("report", new Exited(), FAILED_AGAIN);
        return this;
      }
      case StatusWriter.Outcome.PodGone nothing -> {
        return this; // the informer will say so, too
      }
    }
  }

  private Behavior<Command> onReleased(boolean done) {
    if (!done) {
      report.notReleased();
      timers.startSingleTimer("release", new Exited(), FAILED_AGAIN);
    }
    return this;
  }

  private Behavior<Command> learn() {
    earlier.learn(pod, sandbox());
    return this;
  }

  private Behavior<Command> onLearned(boolean all) {
    EarlierKubelet.learned(all || gone, timers);
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      parts.statuses().remove(PodSpecs.uid(pod));
      tools.operations().allocations().release(PodSpecs.uid(pod));
      tools.operations().forget(PodSpecs.uid(pod));
      return this;
    }
    return Behaviors.unhandled();
  }

  /** What went wrong is a bug; the worker looks again all the same, later. */
  static void logBug(ActorContext<Command> context, Pod pod, @Nullable Throwable bug) {
    if (bug != null) {
      context.getLog().error("pod {}", PodSpecs.format(pod), bug);
    }
  }

  private void logBug(@Nullable Throwable bug) {
    logBug(getContext(), pod, bug);
  }
}
