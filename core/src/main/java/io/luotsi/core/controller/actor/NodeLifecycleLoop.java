package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
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
  private final Duration grace;
  private final Map<String, Instant> heard = new ConcurrentHashMap<>();
  private final Set<String> silent = ConcurrentHashMap.newKeySet();
  private final Set<String> lost = ConcurrentHashMap.newKeySet();
  private final Set<String> distrusted = ConcurrentHashMap.newKeySet();
  private final Map<String, EventSubject> registered = new ConcurrentHashMap<>();

  NodeLifecycleLoop(Informers informers, Hands hands, Duration grace, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.grace = grace;
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
          if (key.namespace().equals(LEASES_OF_NODES) && after.isPresent()) {
            hear(key.name(), wants);
          }
        });
    all.listen(
        Resources.NODES,
        (key, before, after) -> {
          boolean beat =
              before.isPresent()
                  && after.isPresent()
                  && !NodeLifecycle.heartbeat(before.get())
                      .equals(NodeLifecycle.heartbeat(after.get()));
          if (beat) {
            hear(key.name(), wants);
          }
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

  private void hear(String node, Consumer<String> wants) {
    heard.put(node, clock.instant());
    lost.remove(node);
    if (silent.remove(node)) {
      wants.accept(node);
    }
  }

  /** A failure detector's word; a node that is heard of again counts as back. */
  void reachable(String node, boolean reachable) {
    if (reachable) {
      lost.remove(node);
    } else {
      lost.add(node);
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
    Instant last = heard.computeIfAbsent(name, unheard -> now);
    Duration left = Duration.between(now, last.plus(grace));
    List<Action> actions = new ArrayList<>();
    boolean quiet = lost.contains(name) || left.isNegative() || left.isZero();
    if (quiet) {
      silent.add(name);
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
    return round.end(pods, quiet ? Optional.empty() : Optional.of(left));
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
    heard.remove(name);
    silent.remove(name);
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
