package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.scheduler.SchedulingQueue.Waiting;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The scheduler without its shell: told what is, it says which pod goes where. A decision to bind
 * is assumed to hold at once, so that the next decision reckons with it, until the pod is seen on
 * its node or the binding is reported failed.
 *
 * <p>A function of the calls made to it and of the given randomness. Not for several threads.
 */
public final class SchedulingEngine {

  /** What is to be done about a pod. */
  public sealed interface Decision {
    PodView pod();

    /** Bind it, and report how that went. */
    record Bind(PodView pod, String nodeName) implements Decision {}

    /** Say that it stays pending, with the condition's reason and message. */
    record Pend(PodView pod, String reason, String message) implements Decision {}
  }

  /**
   * @param schedulerNames of the pods that are ours
   * @param initialBackoff after a pod's first failure, doubled up to {@code maxBackoff}
   * @param maxUnschedulable after which a pod that no node could take is tried again regardless
   * @param assumedFor how long a binding of unknown outcome is taken to have happened
   * @param maxPlanCells bound on the memory of cached plans: plans times nodes
   */
  public record Settings(
      Set<String> schedulerNames,
      Duration initialBackoff,
      Duration maxBackoff,
      Duration maxUnschedulable,
      Duration assumedFor,
      int maxPlanCells) {
    public static final Settings DEFAULT =
        new Settings(
            Set.of("default-scheduler"),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30),
            1_000_000);

    public Settings {
      schedulerNames = Set.copyOf(schedulerNames);
    }
  }

  public static final String UNSCHEDULABLE = "Unschedulable";

  /** A pod that we have decided on and not yet seen on its node. */
  private static final class Assumed {
    final Waiting waiting;
    PodView latest;
    Optional<Instant> until = Optional.empty();

    Assumed(Waiting waiting) {
      this.waiting = waiting;
      this.latest = waiting.pod();
    }
  }

  private final Settings settings;
  private final RandomGenerator random;
  private final SchedulingRecorder recorder;
  private final Snapshot snapshot = new Snapshot();
  private final WorkloadSelectors workloads = new WorkloadSelectors();
  private final Plugins plugins = Plugins.standard(workloads);
  private final PlanCache plans;
  private final SchedulingQueue queue;
  private final Map<String, Assumed> assumed = new LinkedHashMap<>();
  private final Map<String, PodView> gated = new HashMap<>();
  private final ArrayDeque<Decision> outbox = new ArrayDeque<>();

  // What has happened since pods that wait were last asked whether it helps them.
  private final BitSet changedSlots = new BitSet();
  private final Set<PodShape> changedPods = new LinkedHashSet<>();
  private boolean nodesChanged;

  /** One of which nobody wants figures. */
  public SchedulingEngine(Settings settings, RandomGenerator random) {
    this(settings, random, SchedulingRecorder.NONE);
  }

  public SchedulingEngine(Settings settings, RandomGenerator random, SchedulingRecorder recorder) {
    this.settings = settings;
    this.random = random;
    this.recorder = recorder;
    this.plans = new PlanCache(snapshot, workloads, plugins, settings.maxPlanCells());
    this.queue =
        new SchedulingQueue(
            new SchedulingQueue.Timing(
                settings.initialBackoff(), settings.maxBackoff(), settings.maxUnschedulable()),
            recorder);
  }

  // ---- what is ----

  public void putNode(NodeView node) {
    long before = snapshot.changes();
    snapshot.putNode(node);
    if (snapshot.changes() != before) {
      changedSlots.set(snapshot.slot(node.name()));
      nodesChanged = true;
    }
  }

  public void removeNode(String name) {
    snapshot.removeNode(name);
    nodesChanged = true; // a domain less can make spreading possible
  }

  public void putService(ObjectKey key, Map<String, String> selector) {
    workloads.putService(key, selector);
  }

  public void putWorkload(String kind, ObjectKey key, Optional<LabelSelector> selector) {
    workloads.putWorkload(kind, key, selector);
  }

  /** Takes in a pod as it is now: on a node, waiting, or over. */
  public void putPod(PodView pod, Instant now) {
    if (pod.over()) {
      removePod(pod.uid());
    } else if (pod.bound()) {
      putBound(pod);
    } else if (assumed.containsKey(pod.uid())) {
      assumed.get(pod.uid()).latest = pod;
    } else {
      putWaiting(pod, now);
    }
  }

  private void putBound(PodView pod) {
    assumed.remove(pod.uid());
    gated.remove(pod.uid());
    queue.remove(pod.uid());
    int before = snapshot.placed(pod.uid()).map(Snapshot.Placed::slot).orElse(-1);
    long changes = snapshot.changes();
    snapshot.putPod(pod, pod.nodeName());
    if (snapshot.changes() != changes) {
      if (before >= 0) {
        changedSlots.set(before);
      }
      changedPods.add(pod.shape());
    }
  }

  private void putWaiting(PodView pod, Instant now) {
    if (!settings.schedulerNames().contains(pod.schedulerName())) {
      return;
    }
    if (pod.deleting()) {
      gated.remove(pod.uid());
      queue.remove(pod.uid());
      return;
    }
    for (PreEnqueuePlugin plugin : plugins.preEnqueue()) {
      Status status = plugin.preEnqueue(pod);
      if (!status.isSuccess()) {
        queue.remove(pod.uid());
        if (gated.put(pod.uid(), pod) == null) {
          recorder.incoming(SchedulingRecorder.Queue.GATED, "UnschedulablePodAdd");
        }
        String message = status.reasons().getFirst();
        if (!pod.isSaidToPend(SchedulingGates.REASON, message)) {
          outbox.add(new Decision.Pend(pod, SchedulingGates.REASON, message));
        }
        return;
      }
    }
    gated.remove(pod.uid());
    queue.put(pod, now);
  }

  /** The pod is gone, or needs nothing any more. */
  public void removePod(String uid) {
    assumed.remove(uid);
    gated.remove(uid);
    queue.remove(uid);
    free(uid);
  }

  private void free(String uid) {
    Optional<Snapshot.Placed> placed = snapshot.placed(uid);
    if (placed.isPresent()) {
      snapshot.removePod(uid);
      changedSlots.set(placed.get().slot());
      changedPods.add(placed.get().pod().shape());
    }
  }

  // ---- how bindings went ----

  /** The binding did not happen: what was assumed is forgotten, and the pod tried again. */
  public void bindFailed(String uid, Instant now) {
    Assumed forgotten = assumed.remove(uid);
    if (forgotten != null) {
      free(uid);
      queue.retry(forgotten.waiting, now);
      putWaiting(forgotten.latest, now);
    }
  }

  /** Nobody knows whether the binding happened: assumed for some time yet, then tried again. */
  public void bindUnknown(String uid, Instant now) {
    Assumed unsure = assumed.get(uid);
    if (unsure != null) {
      unsure.until = Optional.of(now.plus(settings.assumedFor()));
    }
  }

  /**
   * What it took to come to a decision that is still assumed.
   *
   * @param entered when the pod came into the queue for the first time
   * @param attempts at least 1
   */
  public record Trials(Instant entered, int attempts) {}

  public Optional<Trials> trials(String uid) {
    return Optional.ofNullable(assumed.get(uid))
        .map(decided -> new Trials(decided.waiting.entered(), decided.waiting.attempts()));
  }

  /** Whether a decision is still assumed: neither seen to have happened nor failed. */
  public boolean isAssumed(String uid) {
    return assumed.containsKey(uid);
  }

  // ---- what to do ----

  /** The next decision; empty if there is nothing to decide at this time. */
  public Optional<Decision> next(Instant now) {
    if (!outbox.isEmpty()) {
      return Optional.of(outbox.remove());
    }
    settle(now);
    Optional<Waiting> popped = queue.pop(now);
    return popped.map(waiting -> decide(waiting, now));
  }

  private Decision decide(Waiting waiting, Instant now) {
    PodView pod = waiting.pod();
    ShapePlan plan = plans.plan(pod.shape());
    OptionalInt slot = plan.choose(random);
    if (slot.isEmpty()) {
      String message = plan.diagnose().message();
      queue.setAside(waiting, now);
      return new Decision.Pend(pod, UNSCHEDULABLE, message);
    }
    String nodeName = snapshot.name(slot.getAsInt());
    snapshot.putPod(pod, nodeName);
    changedPods.add(pod.shape());
    assumed.put(pod.uid(), new Assumed(waiting));
    return new Decision.Bind(pod, nodeName);
  }

  /** To be called now and then (every half minute): what only time can bring about. */
  public void tick(Instant now) {
    queue.flush(now);
    List<String> expired =
        assumed.entrySet().stream()
            .filter(e -> e.getValue().until.filter(until -> !until.isAfter(now)).isPresent())
            .map(Map.Entry::getKey)
            .toList();
    expired.forEach(uid -> bindFailed(uid, now));
  }

  /** When {@link #next} should be asked again though nothing happens; empty for never. */
  public Optional<Instant> nextRetry() {
    return queue.nextRetry();
  }

  /** Whether {@link #next} would have something at once. */
  public boolean hasWork() {
    return !outbox.isEmpty()
        || queue.hasActive()
        || queue.hasUnschedulable() && somethingHappened();
  }

  private boolean somethingHappened() {
    return nodesChanged || !changedSlots.isEmpty() || !changedPods.isEmpty();
  }

  /** Pods that wait for a node, gated ones left out. */
  public int waiting() {
    return queue.size();
  }

  /** How many pods wait, and where. */
  public SchedulingRecorder.Pending pending() {
    return queue.pending(gated.size());
  }

  /** Moves the pods that the events since the last time may help. */
  private void settle(Instant now) {
    if (queue.hasUnschedulable() && somethingHappened()) {
      queue.move(this::mayHelp, event(), now);
    }
    nodesChanged = false;
    changedSlots.clear();
    changedPods.clear();
  }

  /** Of several things that happened at once the one that helps the most pods. */
  private String event() {
    if (nodesChanged) {
      return "NodeUpdate";
    }
    return changedSlots.isEmpty() ? "AssignedPodAdd" : "AssignedPodDelete";
  }

  /**
   * For most pods something has changed only if they now fit a node that changed; for those that
   * are spread, a pod that they count or any node may have made room elsewhere.
   */
  private boolean mayHelp(PodShape shape) {
    boolean counted = anyCountedBy(shape);
    if (!counted && !nodesChanged && changedSlots.isEmpty()) {
      return false;
    }
    try (ShapeFilters filters = new ShapeFilters(shape, snapshot, plugins)) {
      if (filters.refusal().isPresent()) {
        return false;
      }
      if (filters.dependOnOtherNodes() && (nodesChanged || counted)) {
        return true;
      }
      filters.refresh();
      for (int s = changedSlots.nextSetBit(0); s >= 0; s = changedSlots.nextSetBit(s + 1)) {
        if (s < snapshot.size() && filters.local(s).isSuccess()) {
          return true;
        }
      }
      return false;
    }
  }

  private boolean anyCountedBy(PodShape shape) {
    for (PodShape changed : changedPods) {
      for (SpreadConstraint constraint : shape.spread()) {
        if (constraint.hard()
            && changed.namespace().equals(shape.namespace())
            && constraint.selector().matches(changed.labels())) {
          return true;
        }
      }
    }
    return false;
  }
}
