package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.nodelifecycle.Evictions;
import io.luotsi.core.controller.nodelifecycle.Evictions.Taint;
import io.luotsi.core.informer.Projection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Evicts pods that do not tolerate their node's taints. Keys are those of pods. */
final class TaintEvictionLoop implements Loop<ObjectKey> {
  private static final String NODE_NAME = "spec.nodeName";

  private final Informers informers;
  private final Hands hands;
  private final Clock clock;
  private final Duration evictionAfter;
  private final Projection<List<Taint>> taints = new Projection<>(Evictions::noExecute);

  /** Since when pods have been seen to suffer, for taints that do not say since when they are. */
  private final Map<ObjectKey, Instant> suffering = new ConcurrentHashMap<>();

  TaintEvictionLoop(Informers informers, Hands hands, Duration evictionAfter, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.evictionAfter = evictionAfter;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "taint-eviction-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(
        Resources.NODES,
        (key, before, after) -> {
          List<Taint> was = before.map(taints::of).orElse(List.of());
          List<Taint> is = after.map(taints::of).orElse(List.of());
          if (!is.equals(was)) {
            informers
                .find(Resources.PODS)
                .ifPresent(
                    pods ->
                        pods.find(Informers.PODS_BY_NODE, key.name())
                            .forEach(pod -> wants.accept(pod.key())));
          }
          if (after.isEmpty()) {
            taints.forget(key);
          }
        });
    all.listen(
        Resources.PODS,
        (key, before, after) -> {
          if (after.isEmpty()) {
            suffering.remove(key);
          }
          boolean bound =
              after.filter(pod -> !pod.field(NODE_NAME).isEmpty()).isPresent()
                  && before.filter(pod -> !pod.field(NODE_NAME).isEmpty()).isEmpty();
          if (bound) {
            wants.accept(key);
          }
        },
        Informers.PODS_BY_NODE);
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.PODS, key);
    if (found.isEmpty() || found.get().deleting()) {
      return Result.DONE;
    }
    StoredObject pod = found.get();
    String node = pod.field(NODE_NAME);
    List<Taint> suffered =
        node.isEmpty()
            ? List.of()
            : informers.get(Resources.NODES, ObjectKey.of(node)).map(taints::of).orElse(List.of());
    if (suffered.isEmpty()) {
      suffering.remove(key);
      return Result.DONE;
    }
    Instant now = clock.instant();
    Instant since = suffering.computeIfAbsent(key, first -> now);
    Optional<Instant> due =
        Evictions.due(
            pod, suffered.stream().map(taint -> taint.since(since)).toList(), evictionAfter, now);
    if (due.isEmpty()) {
      return Result.DONE;
    }
    if (due.get().isAfter(now)) {
      return new Result.Done(Optional.of(Duration.between(now, due.get())));
    }
    Round round = hands.round();
    return round.end(round.run(Evictions.evict(pod, now)));
  }
}
