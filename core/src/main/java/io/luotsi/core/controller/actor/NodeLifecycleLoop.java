package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.nodelifecycle.Heartbeats;
import io.luotsi.core.controller.nodelifecycle.Heartbeats.Source;
import io.luotsi.core.controller.nodelifecycle.NodeLifecycle;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Runs {@link NodeLifecycle}. Keys are names of nodes. A node lives as long as its lease or its
 * status moves, by this member's own clock; a failure detector may say sooner that it does not.
 */
final class NodeLifecycleLoop implements Loop<String> {
  private static final String LEASES_OF_NODES = "kube-node-lease";

  private final Informers informers;
  private final Hands hands;
  private final Clock clock;
  private final Heartbeats heartbeats;
  private final Set<String> distrusted = ConcurrentHashMap.newKeySet();
  private final Map<String, EventSubject> registered = new ConcurrentHashMap<>();

  NodeLifecycleLoop(Informers informers, Hands hands, Duration grace, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.heartbeats = new Heartbeats(grace);
    this.clock = clock;
  }

  @Override
  public String name() {
    return "node-lifecycle-controller";
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    all.listen(
        Resources.LEASES,
        (key, before, after) -> {
          if (key.namespace().equals(LEASES_OF_NODES)) {
            after.ifPresent(lease -> hear(key.name(), lease, wants));
          }
        });
    all.listen(
        Resources.NODES,
        (key, before, after) -> {
          after.ifPresent(this::look);
          wants.accept(key.name());
        });
    // A pod may say that it is ready when its node has been given up, or the cache may hear late.
    all.listen(
        Resources.PODS,
        (key, before, after) ->
            after
                .map(pod -> pod.field("spec.nodeName"))
                .filter(distrusted::contains)
                .ifPresent(wants),
        Informers.PODS_BY_NODE);
  }

  private void hear(String node, StoredObject lease, Consumer<String> wants) {
    if (heartbeats.heard(node, Source.LEASE, lease.resourceVersion(), clock.instant())) {
      wants.accept(node);
    }
  }

  /** Takes notice of the heartbeat in a node's status. */
  private void look(StoredObject node) {
    heartbeats.seen(
        node.key().name(), NodeLifecycle.heartbeat(node), node.resourceVersion(), clock.instant());
  }

  /** A failure detector's word; a node that gives a sign of life after it counts as back. */
  void reachable(String node, boolean reachable) {
    if (reachable) {
      heartbeats.found(node);
    } else {
      heartbeats.lost(node);
    }
  }

  @Override
  public Result reconcile(String name) throws InterruptedException {
    Round round = hands.round();
    Optional<StoredObject> found = informers.get(Resources.NODES, ObjectKey.of(name));
    if (found.isEmpty()) {
      forget(name, round);
      return Result.DONE;
    }
    StoredObject node = found.get();
    Instant now = clock.instant();
    register(node, round);
    look(node); // the cache may have it before its listener has heard of it
    if (heartbeats.wantsPlace(name)) {
      Optional<Rejection> unknown = place(name, round);
      if (unknown.isPresent()) {
        return round.end(unknown);
      }
    }
    Duration patience = heartbeats.patience(name, now);
    List<Action> actions = new ArrayList<>();
    if (patience.isZero()) {
      actions.addAll(NodeLifecycle.declareUnknown(node, now));
    }
    if (actions.isEmpty()) {
      NodeLifecycle.taint(node, now).ifPresent(actions::add);
    }
    Optional<Rejection> failure = round.run(actions);
    if (failure.isPresent() || !actions.isEmpty()) {
      // The next step is planned from what this one wrote.
      return failure.isPresent()
          ? round.end(failure)
          : round.end(failure, Optional.of(Duration.ZERO));
    }
    Optional<Rejection> pods = Optional.empty();
    if (NodeLifecycle.trusted(node)) {
      distrusted.remove(name);
    } else {
      distrusted.add(name); // before looking: what comes later is heard of
      pods = distrust(name, round, now);
    }
    return round.end(pods, patience.isZero() ? Optional.empty() : Optional.of(patience));
  }

  /** Looks up what a node that was lost had written until now. */
  private Optional<Rejection> place(String name, Round round) throws InterruptedException {
    ObjectKey lease = ObjectKey.of(LEASES_OF_NODES, name);
    Outcome<Long> lastBeat = version(round.get(Resources.LEASES, lease));
    Outcome<Long> lastStatus = version(round.get(Resources.NODES, ObjectKey.of(name)));
    Outcome<Heartbeats.Place> place =
        lastBeat.flatMap(beat -> lastStatus.map(status -> new Heartbeats.Place(beat, status)));
    return switch (place) {
      case Outcome.Done<Heartbeats.Place>(Heartbeats.Place known) -> {
        heartbeats.lostAt(name, known);
        yield Optional.empty();
      }
      case Outcome.Rejected<Heartbeats.Place>(Rejection why) -> Optional.of(why);
    };
  }

  /** 0 of what is not there: whatever comes is newer. */
  private static Outcome<Long> version(Outcome<StoredObject> found) {
    return switch (found) {
      case Outcome.Done<StoredObject>(StoredObject object) ->
          Outcome.done(object.resourceVersion());
      case Outcome.Rejected<StoredObject>(Rejection.NotFound absent) -> Outcome.done(0L);
      case Outcome.Rejected<StoredObject>(Rejection why) -> Outcome.rejected(why);
    };
  }

  private Optional<Rejection> distrust(String name, Round round, Instant now)
      throws InterruptedException {
    List<Action> patches = new ArrayList<>();
    List<Action.Event> events = new ArrayList<>();
    for (StoredObject pod : informers.of(Resources.PODS).find(Informers.PODS_BY_NODE, name)) {
      for (Action action : NodeLifecycle.markNotReady(pod, now)) {
        if (action instanceof Action.Event event) {
          events.add(event);
        } else {
          patches.add(action);
        }
      }
    }
    Optional<Rejection> failure = Optional.empty();
    for (Outcome<StoredObject> outcome : round.runTogether(patches)) {
      if (outcome instanceof Outcome.Rejected<StoredObject>(Rejection why)
          && !(why instanceof Rejection.NotFound)) {
        failure = Optional.of(why);
      }
    }
    if (failure.isEmpty()) {
      events.forEach(round::say);
    }
    return failure;
  }

  private void register(StoredObject node, Round round) {
    String name = node.key().name();
    if (registered.put(name, EventSubject.of(Resources.NODE, node)) == null) {
      round.say(
          Action.normal(
              EventSubject.of(Resources.NODE, node),
              "RegisteredNode",
              "Node " + name + " event: Registered Node " + name + " in Controller"));
    }
  }

  private void forget(String name, Round round) {
    heartbeats.forget(name);
    distrusted.remove(name);
    EventSubject gone = registered.remove(name);
    if (gone != null) {
      round.say(
          Action.normal(
              gone,
              "RemovingNode",
              "Node " + name + " event: Removing Node " + name + " from Controller"));
    }
  }
}
