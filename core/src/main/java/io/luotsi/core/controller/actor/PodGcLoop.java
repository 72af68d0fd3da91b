package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.nodelifecycle.Evictions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Removes pods that no kubelet will ever end. Keys are those of pods. */
final class PodGcLoop implements Loop<ObjectKey> {
  /** How long a node must have been missing: it may only be making itself anew. */
  static final Duration QUARANTINE = Duration.ofSeconds(40);

  private static final String NODE_NAME = "spec.nodeName";

  private final Informers informers;
  private final Hands hands;
  private final Clock clock;
  private final Map<String, Instant> missing = new ConcurrentHashMap<>();

  PodGcLoop(Informers informers, Hands hands, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "pod-garbage-collector-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(
        Resources.NODES,
        (key, before, after) -> {
          if (after.isPresent()) {
            missing.remove(key.name());
          } else {
            informers
                .find(Resources.PODS)
                .ifPresent(
                    pods ->
                        pods.find(Informers.PODS_BY_NODE, key.name())
                            .forEach(pod -> wants.accept(pod.key())));
          }
        });
    all.listen(
        Resources.PODS,
        (key, before, after) ->
            after
                .filter(pod -> homeless(pod) || pod.deleting() && pod.field(NODE_NAME).isEmpty())
                .ifPresent(pod -> wants.accept(key)),
        Informers.PODS_BY_NODE);
  }

  private boolean homeless(StoredObject pod) {
    String node = pod.field(NODE_NAME);
    return !node.isEmpty()
        && informers
            .find(Resources.NODES)
            .flatMap(nodes -> nodes.get(ObjectKey.of(node)))
            .isEmpty();
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.PODS, key);
    if (found.isEmpty()) {
      return Result.DONE;
    }
    StoredObject pod = found.get();
    Round round = hands.round();
    String node = pod.field(NODE_NAME);
    if (node.isEmpty()) {
      return pod.deleting() ? round.end(round.run(Evictions.drop(pod))) : Result.DONE;
    }
    if (!homeless(pod)) {
      return Result.DONE;
    }
    Instant now = clock.instant();
    Instant since = missing.computeIfAbsent(node, unknown -> now);
    Duration left = Duration.between(now, since.plus(QUARANTINE));
    if (left.isPositive()) {
      return new Result.Done(Optional.of(left));
    }
    return switch (round.get(Resources.NODES, ObjectKey.of(node))) {
      case Outcome.Done<StoredObject> there -> Result.DONE;
      case Outcome.Rejected<StoredObject>(Rejection.NotFound gone) ->
          round.end(round.run(Evictions.bury(pod, now)));
      case Outcome.Rejected<StoredObject>(Rejection why) -> round.end(Optional.of(why));
    };
  }
}
