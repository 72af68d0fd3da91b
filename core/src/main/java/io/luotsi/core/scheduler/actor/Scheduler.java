package io.luotsi.core.scheduler.actor;

import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.FieldSelector.Term;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.informer.Informer;
import io.luotsi.core.scheduler.BindPlugin;
import io.luotsi.core.scheduler.DefaultBinder;
import io.luotsi.core.scheduler.NodeReader;
import io.luotsi.core.scheduler.NodeView;
import io.luotsi.core.scheduler.PodReader;
import io.luotsi.core.scheduler.PodScheduledPatch;
import io.luotsi.core.scheduler.PodView;
import io.luotsi.core.scheduler.SchedulingEngine;
import io.luotsi.core.scheduler.SchedulingEngine.Decision;
import io.luotsi.core.scheduler.SchedulingEngine.Trials;
import io.luotsi.core.scheduler.SchedulingRecorder;
import io.luotsi.core.scheduler.SchedulingRecorder.Attempt;
import io.luotsi.core.scheduler.SchedulingRecorder.Result;
import io.luotsi.core.scheduler.SelectorReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The scheduler of a cluster: binds pods that have no node. Spawned when this member begins to lead
 * and stopped when it ceases to. Two that overlap do no harm: a binding is refused to the second,
 * who then hears of the first one's.
 *
 * <p>Many bindings are under way at once, so that the pods' registry can commit them together.
 */
public final class Scheduler extends AbstractMatchingBehavior<Scheduler.Command> {

  /** What the scheduler hears; all of it from itself. */
  public sealed interface Command {}

  private record NodeSeen(NodeView node) implements Command {}

  private record NodeGone(String name) implements Command {}

  private record PodSeen(PodView pod) implements Command {}

  private record PodGone(String uid) implements Command {}

  private record ServiceSeen(ObjectKey key, Map<String, String> selector) implements Command {}

  private record WorkloadSeen(String kind, ObjectKey key, Optional<LabelSelector> selector)
      implements Command {}

  private record Synced() implements Command {}

  private record Work() implements Command {}

  private record Tick() implements Command {}

  /**
   * @param attempt that the binding ends
   * @param trials with this one
   */
  private record Placement(PodView pod, String nodeName, Attempt attempt, Trials trials) {}

  private record BindingDone(Placement placement, Outcome<StoredObject> outcome)
      implements Command {}

  private record PatchDone(PodView pod, Outcome<StoredObject> outcome) implements Command {}

  /**
   * A resource whose objects own pods and select them.
   *
   * @param kind as owner references name it
   */
  public record Workload(String kind, GroupVersionResource resource) {
    public static final Workload REPLICA_SET =
        new Workload("ReplicaSet", GroupVersionResource.of("apps/v1", "replicasets"));
    public static final Workload REPLICATION_CONTROLLER =
        new Workload(
            "ReplicationController", GroupVersionResource.of("v1", "replicationcontrollers"));
  }

  /**
   * @param api as {@code system:kube-scheduler}
   * @param workloads whose pods are spread by default; all must be served, because nothing is
   *     scheduled before each has been listed
   * @param random breaks ties between equally good nodes
   * @param recorder is told what happens
   */
  public record Parts(
      ApiClient api,
      SchedulingEngine.Settings settings,
      List<Workload> workloads,
      Clock clock,
      RandomGenerator random,
      SchedulingRecorder recorder) {
    public Parts {
      workloads = List.copyOf(workloads);
    }

    /** Of a scheduler of which nobody wants figures. */
    public Parts(
        ApiClient api,
        SchedulingEngine.Settings settings,
        List<Workload> workloads,
        Clock clock,
        RandomGenerator random) {
      this(api, settings, workloads, clock, random, SchedulingRecorder.NONE);
    }
  }

  /** Bindings under way at once; while there are so many, nothing is decided. */
  static final int MAX_BINDINGS = 1_024;

  /** Patches of conditions under way at once; further ones wait, one for each pod at most. */
  static final int MAX_PATCHES = 128;

  /** Decisions made before other messages have their turn. */
  private static final int DECISIONS_A_TURN = 64;

  private static final Duration TICK = Duration.ofSeconds(15);
  private static final String RETRY = "retry";
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final GroupVersionResource SERVICES = GroupVersionResource.of("v1", "services");
  private static final GroupVersionKind POD = GroupVersionKind.of("v1", "Pod");
  private static final Selection UNFINISHED_PODS =
      new Selection(
          Optional.empty(),
          LabelSelector.EVERYTHING,
          new FieldSelector(
              List.of(
                  new Term("status.phase", false, "Succeeded"),
                  new Term("status.phase", false, "Failed"))));

  public static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Scheduler(context, timers, parts)));
  }

  private final ActorContext<Command> context;
  private final ActorRef<Command> self;
  private final TimerScheduler<Command> timers;
  private final ApiClient api;
  private final Clock clock;
  private final SchedulingRecorder recorder;
  private final SchedulingEngine engine;
  private final BindPlugin binder = new DefaultBinder();
  private final EventRecorder events;
  private final List<Informer> informers = new ArrayList<>();
  private final LinkedHashMap<String, Decision.Pend> patches = new LinkedHashMap<>();
  private boolean synced;
  private boolean working;
  private Optional<Instant> retryAt = Optional.empty();
  private int bindings;
  private final Map<String, CompletionStage<Outcome<StoredObject>>> patching = new HashMap<>();

  private Scheduler(ActorContext<Command> context, TimerScheduler<Command> timers, Parts parts) {
    super(context);
    this.context = context;
    this.self = context.getSelf();
    this.timers = timers;
    this.api = parts.api();
    this.clock = parts.clock();
    this.recorder = parts.recorder();
    this.engine = new SchedulingEngine(parts.settings(), parts.random(), recorder);
    this.events = EventRecorder.start(api, "default-scheduler", "", clock);
    watchNodes();
    watchPods();
    watchServices();
    parts.workloads().forEach(this::watchWorkload);
    CompletableFuture<?>[] lists =
        informers.stream()
            .map(informer -> informer.synced().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new);
    context.pipeToSelf(CompletableFuture.allOf(lists), (done, bug) -> new Synced());
    timers.startTimerWithFixedDelay(new Tick(), TICK);
  }

  // Objects are read on the informers' threads; what reaches the actor is immutable and small.

  private void watchNodes() {
    informers.add(
        Informer.start(
            api,
            NODES,
            Selection.EVERYTHING,
            (key, before, after) ->
                self.tell(
                    after
                        .<Command>map(node -> new NodeSeen(NodeReader.read(node)))
                        .orElseGet(() -> new NodeGone(key.name())))));
  }

  private void watchPods() {
    PodReader reader = new PodReader();
    informers.add(
        Informer.start(
            api,
            PODS,
            UNFINISHED_PODS,
            (key, before, after) -> {
              after.ifPresent(pod -> self.tell(new PodSeen(reader.read(pod))));
              before
                  .filter(gone -> after.isEmpty())
                  .ifPresent(gone -> self.tell(new PodGone(gone.uid())));
            }));
  }

  private void watchServices() {
    informers.add(
        Informer.start(
            api,
            SERVICES,
            Selection.EVERYTHING,
            (key, before, after) ->
                self.tell(
                    new ServiceSeen(key, after.map(SelectorReader::ofService).orElse(Map.of())))));
  }

  private void watchWorkload(Workload workload) {
    informers.add(
        Informer.start(
            api,
            workload.resource(),
            Selection.EVERYTHING,
            (key, before, after) ->
                self.tell(
                    new WorkloadSeen(
                        workload.kind(), key, after.map(SelectorReader::ofWorkload)))));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case NodeSeen(NodeView node) -> engine.putNode(node);
      case NodeGone(String name) -> engine.removeNode(name);
      case PodSeen(PodView pod) -> engine.putPod(pod, clock.instant());
      case PodGone(String uid) -> onPodGone(uid);
      case ServiceSeen(ObjectKey key, Map<String, String> selector) ->
          engine.putService(key, selector);
      case WorkloadSeen(String kind, ObjectKey key, Optional<LabelSelector> selector) ->
          engine.putWorkload(kind, key, selector);
      case Synced synchronised -> synced = true;
      case Work work -> onWork();
      case Tick tick -> engine.tick(clock.instant());
      case BindingDone done -> onBindingDone(done);
      case PatchDone done -> onPatchDone(done);
    }
    recorder.pending(engine.pending());
    workSoon();
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      recorder.pending(SchedulingRecorder.Pending.NONE);
      informers.forEach(Informer::close);
      Thread.ofVirtual().name("scheduler-events-close").start(events::close); // takes a second
    }
    return this;
  }

  private void onPodGone(String uid) {
    patches.remove(uid);
    engine.removePod(uid);
  }

  /** What was heard meanwhile comes first, so a decision knows all that this actor was told. */
  private void workSoon() {
    if (!synced || working || bindings >= MAX_BINDINGS) {
      return;
    }
    if (engine.hasWork()) {
      working = true;
      self.tell(new Work());
    } else if (!engine.nextRetry().equals(retryAt)) {
      retryAt = engine.nextRetry();
      retryAt.ifPresentOrElse(this::workAt, () -> timers.cancel(RETRY));
    }
  }

  private void workAt(Instant time) {
    Duration wait = Duration.between(clock.instant(), time).plusMillis(1);
    timers.startSingleTimer(RETRY, new Work(), wait.isNegative() ? Duration.ZERO : wait);
  }

  private void onWork() {
    working = false;
    retryAt = Optional.empty();
    Instant now = clock.instant();
    for (int i = 0; i < DECISIONS_A_TURN && bindings < MAX_BINDINGS; i++) {
      Attempt attempt = recorder.attempt();
      Optional<Decision> decision = engine.next(now);
      if (decision.isEmpty()) {
        return;
      }
      switch (decision.get()) {
        case Decision.Bind(PodView pod, String nodeName) ->
            bind(new Placement(pod, nodeName, attempt, engine.trials(pod.uid()).orElseThrow()));
        case Decision.Pend pend -> pend(pend, attempt);
      }
    }
  }

  private void bind(Placement placement) {
    PodView pod = placement.pod();
    bindings++;
    patches.remove(pod.uid());
    // The condition of an earlier failure must not land on a pod that is bound by then.
    CompletionStage<Outcome<StoredObject>> binding =
        patching.containsKey(pod.uid())
            ? patching
                .get(pod.uid())
                .handle((patched, bug) -> true)
                .thenCompose(over -> create(placement))
            : create(placement);
    context.pipeToSelf(
        binding,
        (outcome, bug) ->
            new BindingDone(placement, bug == null ? outcome : Outcome.rejected(bugOf(bug))));
  }

  private CompletionStage<Outcome<StoredObject>> create(Placement placement) {
    PodView pod = placement.pod();
    return api.createSubresource(
        PODS, pod.key(), "binding", binder.bind(pod, placement.nodeName()));
  }

  private static Rejection bugOf(Throwable bug) {
    return new Rejection.InternalError(String.valueOf(bug));
  }

  private void onBindingDone(BindingDone done) {
    bindings--;
    PodView pod = done.placement().pod();
    done.placement()
        .attempt()
        .ended(pod.schedulerName(), done.outcome().isDone() ? Result.SCHEDULED : Result.ERROR);
    switch (done.outcome()) {
      case Outcome.Done<StoredObject> bound -> onBound(done.placement());
      case Outcome.Rejected<StoredObject>(Rejection.NotFound gone) -> engine.removePod(pod.uid());
      case Outcome.Rejected<StoredObject>(Rejection.Timeout unknown) ->
          engine.bindUnknown(pod.uid(), clock.instant());
      case Outcome.Rejected<StoredObject>(Rejection why) -> onBindingRefused(done, why);
    }
  }

  private void onBound(Placement placement) {
    Trials trials = placement.trials();
    recorder.bound(Duration.between(trials.entered(), clock.instant()), trials.attempts());
    PodView pod = placement.pod();
    events.event(
        subject(pod),
        EventRecorder.Type.NORMAL,
        "Scheduled",
        "Successfully assigned " + pod.key() + " to " + placement.nodeName());
  }

  private void onBindingRefused(BindingDone done, Rejection why) {
    PodView pod = done.placement().pod();
    // Bound already by somebody else, and we have heard of it: nothing has gone wrong.
    if (engine.isAssumed(pod.uid())) {
      context
          .getLog()
          .info("cannot bind {} to {}: {}", pod.key(), done.placement().nodeName(), why);
      engine.bindFailed(pod.uid(), clock.instant());
    }
  }

  private void pend(Decision.Pend pend, Attempt attempt) {
    if (pend.reason().equals(SchedulingEngine.UNSCHEDULABLE)) { // and was not gated
      attempt.ended(pend.pod().schedulerName(), Result.UNSCHEDULABLE);
      events.event(
          subject(pend.pod()), EventRecorder.Type.WARNING, "FailedScheduling", pend.message());
    }
    if (!pend.pod().isSaidToPend(pend.reason(), pend.message())) {
      patches.put(pend.pod().uid(), pend);
      patchMore();
    }
  }

  private void patchMore() {
    Iterator<Decision.Pend> waiting = patches.values().iterator();
    while (patching.size() < MAX_PATCHES && waiting.hasNext()) {
      Decision.Pend pend = waiting.next();
      PodView pod = pend.pod();
      if (!patching.containsKey(pod.uid())) {
        waiting.remove();
        CompletionStage<Outcome<StoredObject>> patch =
            api.patch(
                PODS,
                pod.key(),
                "status",
                PatchType.STRATEGIC_MERGE,
                PodScheduledPatch.of(pod, pend.reason(), pend.message(), clock.instant()));
        patching.put(pod.uid(), patch);
        context.pipeToSelf(
            patch,
            (outcome, bug) ->
                new PatchDone(pod, bug == null ? outcome : Outcome.rejected(bugOf(bug))));
      }
    }
  }

  /** A condition that could not be written is written with the next attempt to schedule. */
  private void onPatchDone(PatchDone done) {
    patching.remove(done.pod().uid());
    if (done.outcome() instanceof Outcome.Rejected<StoredObject>(Rejection why)
        && !(why instanceof Rejection.NotFound)) {
      context.getLog().info("cannot say why {} is pending: {}", done.pod().key(), why);
    }
    patchMore();
  }

  private static EventSubject subject(PodView pod) {
    return new EventSubject(POD, pod.key(), pod.uid(), Long.toString(pod.resourceVersion()), "");
  }
}
