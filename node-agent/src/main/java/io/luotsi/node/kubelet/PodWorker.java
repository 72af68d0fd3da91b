package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.EventRecorder.Type;
import io.luotsi.core.client.TypedView;
import io.luotsi.node.kubelet.PodOperations.Result;
import io.luotsi.node.kubelet.PodPlan.Step;
import io.luotsi.node.kubelet.PodView.Failure;
import io.luotsi.node.kubelet.PodView.Given;
import io.luotsi.node.kubelet.PodView.Refused;
import io.luotsi.node.kubelet.PodView.Waiting;
import io.luotsi.node.kubelet.ProbeWorker.Report;
import io.luotsi.node.kubelet.Unsupported.Refusal;
import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import io.luotsi.node.runtime.ContainerRuntime.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
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

  private record Probed(Report report) implements Command {}

  private record Written(StatusWriter.Outcome outcome) implements Command {}

  private record Learn() implements Command {}

  private record Learned(boolean all) implements Command {}

  private record PullWaits(String container) implements Command {}

  private record Released(boolean done) implements Command {}

  private record Removed() implements Command {}

  /** Another pod of the node has given something back. */
  private record RoomMade() implements Command {}

  private record RefreshVolumes() implements Command {}

  private record Refreshed() implements Command {}

  private static final Duration REFUSED_AGAIN = Duration.ofMinutes(2);
  private static final Duration FAILED_AGAIN = Duration.ofSeconds(2);
  private static final Duration LEARN_AGAIN = Duration.ofSeconds(10);

  /** What a pod that was deleted without grace is given: as upstream. */
  private static final Duration FORCED_GRACE = Duration.ofSeconds(1);

  private final KubeletParts parts;
  private final PodTools tools;
  private final TimerScheduler<Command> timers;
  private final Map<String, ContainerMemory> memory = new HashMap<>();
  private final PodProbes probes;
  private final Set<String> announced = new HashSet<>();
  private Pod pod;
  private Pod underWay;
  private long writtenVersion;
  private Optional<Failure> failure = Optional.empty();
  private Optional<ObjectNode> reported = Optional.empty();
  private boolean busy;
  private boolean writing;
  private boolean releasing;
  private boolean refreshing;
  private boolean refreshAgain;
  private boolean gone;

  /** Whether room was made while something was under way that may have needed it. */
  private boolean roomMade;

  /** Shared by all workers of a kubelet. */
  record PodTools(
      PodOperations operations,
      Prober prober,
      StatusWriter writer,
      PodStatus.Node node,
      Unsupported.Abilities abilities) {}

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
    // Kept, unlike a controller's views: a node has a hundred pods, and each is read at every
    // event.
    this.pod = TypedView.of(stored, Pod.class);
    this.underWay = pod;
    List<ContainerRuntime.Container> left = parts.runtime().containers(PodSpecs.uid(pod));
    memory.putAll(ContainerMemory.recalled(pod, left, tools.node().runtime()));
    keepVolumesFresh();
    learn();
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
      case Refreshed message -> onRefreshed();
    };
  }

  private Behavior<Command> onUpdate(StoredObject stored) {
    boolean wasDeleting = PodSpecs.isDeleting(pod);
    long grace = PodSpecs.graceSeconds(pod);
    ObjectMeta before = pod.getMetadata();
    pod = TypedView.of(stored, Pod.class);
    if (PodVolumes.of(pod).stream().anyMatch(VolumeFiles::tellsOfThePod)
        && !(Objects.equals(pod.getMetadata().getLabels(), before.getLabels())
            && Objects.equals(pod.getMetadata().getAnnotations(), before.getAnnotations()))) {
      refreshVolumes();
    }
    if (stored.resourceVersion() > writtenVersion
        && reported.filter(status -> ReportedStatus.differs(pod, status)).isPresent()) {
      reported = Optional.empty(); // somebody else wrote it; a node controller, for one
    }
    boolean hurried = wasDeleting && PodSpecs.graceSeconds(pod) < grace;
    if (busy && hurried) {
      hurry(Duration.ofSeconds(PodSpecs.graceSeconds(pod)));
    }
    return look();
  }

  /** As long as the pod is there, at times of its own: a node's pods may all begin at once. */
  private void keepVolumesFresh() {
    if (PodVolumes.of(pod).stream().anyMatch(VolumeFiles::hasFiles)) {
      long percent = 50 + Math.floorMod(PodSpecs.uid(pod).hashCode(), 50);
      Duration each = parts.volumes().refreshed();
      timers.startTimerWithFixedDelay(
          RefreshVolumes.class,
          new RefreshVolumes(),
          each.multipliedBy(percent).dividedBy(100),
          each);
    }
  }

  /** What it holds when the pod has its place; before, it is made with that. */
  private Behavior<Command> refreshVolumes() {
    refreshAgain = refreshing;
    if (gone || refreshing || sandbox().isEmpty() || PodSpecs.isDeleting(pod)) {
      return this;
    }
    refreshing = true;
    Pod known = pod;
    getContext()
        .pipeToSelf(
            CompletableFuture.runAsync(
                () -> tools.operations().makeVolumes(known), parts.executor()),
            (nothing, bug) -> {
              logBug(bug);
              return new Refreshed();
            });
    return this;
  }

  private Behavior<Command> onRefreshed() {
    refreshing = false;
    if (gone && !busy) {
      remove();
    } else if (refreshAgain) {
      refreshAgain = false;
      refreshVolumes();
    }
    return this;
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
    } else if (!refreshing) {
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
    report(view);
    announceCrashLoops(view);
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
      case Step.Finish finish -> release();
      case Step.Fail(Failure why) -> {
        failure = Optional.of(why);
        tools.operations().event(pod, Type.NORMAL, why.reason(), why.message());
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
    retryResizes();
    return look();
  }

  private void retryResizes() {
    roomMade = false;
    memory.replaceAll(
        (name, known) -> known.given().map(it -> known.withGiven(it.retried())).orElse(known));
  }

  private void lookAt(PodView view, Instant at) {
    Duration wait = Duration.between(view.now(), at);
    timers.startSingleTimer(Look.class, new Look(), wait.isNegative() ? Duration.ZERO : wait);
  }

  private boolean isRefused() {
    List<Refusal> refusals = Unsupported.refusals(pod, tools.abilities());
    refusals.forEach(r -> tools.operations().event(pod, Type.WARNING, r.reason(), r.message()));
    return !refusals.isEmpty();
  }

  private Optional<Sandbox> sandbox() {
    String uid = PodSpecs.uid(pod);
    return parts.runtime().sandboxes().stream().filter(s -> s.podUid().equals(uid)).findFirst();
  }

  private PodView view() {
    String uid = PodSpecs.uid(pod);
    Pod known = reported.map(status -> ReportedStatus.over(pod, status)).orElse(pod);
    return new PodView(
        known,
        sandbox(),
        parts.runtime().containers(uid),
        memory,
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
        String name = start.container();
        memory.put(name, memory(name).withGiven(Given.of(asked(name))));
      }
    }
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> results(view, steps, self), parts.executor()),
            (results, bug) -> {
              logBug(bug);
              return new Done(bug == null ? results : List.of(new Result.SandboxFailed()));
            });
  }

  private List<Result> results(PodView view, List<Step> steps, ActorRef<Command> self) {
    List<Result> results = new ArrayList<>();
    for (Step step : steps) {
      switch (step) {
        case Step.CreateSandbox create -> results.add(tools.operations().createSandbox(view.pod()));
        case Step.Start start ->
            results.add(tools.operations().start(view.pod(), view.sandbox().orElseThrow(), start));
        case Step.Kill kill ->
            results.add(tools.operations().kill(view.pod(), view.sandbox(), kill));
        case Step.Resize resize ->
            results.add(
                tools
                    .operations()
                    .resize(
                        view.pod(),
                        view.latest(resize.container()).orElseThrow(),
                        resize,
                        () -> self.tell(new RoomMade())));
        case Step.Fail fail -> throw new IllegalStateException("not an operation: " + fail);
        case Step.Finish finish -> throw new IllegalStateException("not an operation: " + finish);
      }
    }
    return results;
  }

  private Behavior<Command> onDone(List<Result> results) {
    busy = false;
    Instant now = parts.clock().instant();
    boolean failed = false;
    for (Result result : results) {
      switch (result) {
        case Result.SandboxMade made -> {}
        case Result.SandboxFailed sandbox -> failed = true;
        case Result.Started(String name, int attempt) ->
            memory.put(name, memory(name).running(attempt > 0, now));
        case Result.Unstarted(String name, int attempt) ->
            memory.put(name, memory(name).running(attempt > 0, now));
        case Result.StartFailed(String name, Waiting why) -> startFailed(name, why, now);
        case Result.Killed killed -> {}
        case Result.Resized(String name) ->
            memory.put(name, memory(name).withGiven(Given.of(asked(name))));
        case Result.NotResized(String name, String reason, String why) ->
            notResized(name, reason, why);
      }
    }
    if (roomMade) {
      retryResizes();
    }
    if (gone) {
      if (!refreshing) {
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

  private void notResized(String name, String reason, String why) {
    ContainerMemory before = memory(name);
    ResourceRequirements wanted = asked(name);
    boolean known =
        before
            .given()
            .flatMap(Given::refused)
            .filter(it -> it.wanted().equals(wanted) && it.reason().equals(reason))
            .isPresent();
    before
        .given()
        .ifPresent(
            given ->
                memory.put(
                    name,
                    before.withGiven(
                        new Given(
                            given.inForce(),
                            Optional.of(new Refused(wanted, reason, why, false))))));
    if (!known) {
      tools.operations().event(pod, name, Type.WARNING, "Resize" + reason, why);
    }
  }

  /** An image that is not there is first an error, then something that is waited for. */
  private void startFailed(String name, Waiting why, Instant now) {
    ContainerMemory failed = memory(name).failed(why, now);
    memory.put(name, failed);
    if (why.reason().equals("ErrImagePull")) {
      Duration half = failed.backoff().delay().dividedBy(2);
      timers.startSingleTimer("pull-" + name, new PullWaits(name), half);
    }
  }

  private Behavior<Command> onPullWaits(String name) {
    Optional<Waiting> why = memory(name).waiting();
    Optional<Container> spec = PodSpecs.named(pod, name);
    if (why.isEmpty() || spec.isEmpty() || !why.get().reason().equals("ErrImagePull")) {
      return this;
    }
    String text = "Back-off pulling image \"" + spec.get().getImage() + "\"";
    tools.operations().event(pod, name, Type.NORMAL, "BackOff", text);
    tools.operations().event(pod, name, Type.WARNING, "Failed", "Error: ImagePullBackOff");
    Waiting waits =
        new Waiting("ImagePullBackOff", text + ": ErrImagePull: " + why.get().message());
    memory.put(name, memory(name).waitingFor(waits));
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
              .operations()
              .event(
                  pod, name, Type.WARNING, "Unhealthy", kind.word() + " probe failed: " + detail);
      case Report.Turned turned -> memory.put(name, memory(name).turned(name, turned));
    }
    return look();
  }

  private void announceCrashLoops(PodView view) {
    for (Container spec : PodSpecs.all(pod)) {
      String name = spec.getName();
      boolean backsOff =
          view.exit(name).isPresent()
              && view.memory(name).waiting().isEmpty()
              && !PodSpecs.isDeleting(pod)
              && view.backingOff(name).isPresent();
      if (backsOff && announced.add(view.latest(name).orElseThrow().id())) {
        String text = "Back-off restarting failed container " + name + " in pod ";
        tools.operations().event(pod, name, Type.WARNING, "BackOff", text + PodSpecs.format(pod));
      }
    }
  }

  private void report(PodView view) {
    if (view.isTerminal() && view.containers().isEmpty()) {
      return; // of a pod that was over before this state began, the API knows more than we do
    }
    ObjectNode status = PodStatus.compute(view, tools.node());
    parts.statuses().put(PodSpecs.uid(pod), status);
    if (writing || reported.filter(status::equals).isPresent()) {
      return;
    }
    writing = true;
    getContext()
        .pipeToSelf(
            tools.writer().write(pod, status),
            (outcome, bug) -> {
              logBug(bug);
              return new Written(
                  bug == null ? outcome : new StatusWriter.Outcome.TryAgain(bug.toString()));
            });
  }

  private Behavior<Command> onWritten(StatusWriter.Outcome outcome) {
    writing = false;
    switch (outcome) {
      case StatusWriter.Outcome.Accepted(ObjectNode status, long version) -> {
        reported = Optional.of(status);
        writtenVersion = version;
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

  /** Lets the API have the object: nothing runs, and that has been reported. */
  private void release() {
    if (writing || releasing) {
      return;
    }
    releasing = true;
    getContext()
        .pipeToSelf(
            tools.writer().delete(pod),
            (done, bug) -> {
              logBug(bug);
              return new Released(bug == null && done);
            });
  }

  private Behavior<Command> onReleased(boolean done) {
    if (!done) {
      releasing = false;
      timers.startSingleTimer("release", new Exited(), FAILED_AGAIN);
    }
    return this;
  }

  /** What an earlier kubelet started is to be started again even if there is nobody to ask then. */
  private Behavior<Command> learn() {
    Pod known = pod;
    sandbox()
        .ifPresent(
            sandbox ->
                getContext()
                    .pipeToSelf(
                        CompletableFuture.supplyAsync(
                            () -> tools.operations().learn(known, sandbox), parts.executor()),
                        (all, bug) -> {
                          logBug(bug);
                          return new Learned(bug != null || all);
                        }));
    return this;
  }

  private Behavior<Command> onLearned(boolean all) {
    if (!all && !gone) {
      timers.startSingleTimer(Learn.class, new Learn(), LEARN_AGAIN);
    }
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

  private ContainerMemory memory(String name) {
    return memory.getOrDefault(name, ContainerMemory.NOTHING);
  }

  /** What went wrong is a bug; the worker looks again all the same, later. */
  private void logBug(@Nullable Throwable bug) {
    if (bug != null) {
      getContext().getLog().error("pod {}", PodSpecs.format(pod), bug);
    }
  }
}
