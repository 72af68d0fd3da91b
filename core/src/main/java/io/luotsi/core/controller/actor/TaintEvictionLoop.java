package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.nodelifecycle.EvictionSchedule;
import io.luotsi.core.controller.nodelifecycle.Evictions;
import io.luotsi.core.controller.nodelifecycle.Evictions.Taint;
import io.luotsi.core.informer.Projection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Evicts pods that do not tolerate their node's taints. Keys are those of pods. */
final class TaintEvictionLoop implements Loop<ObjectKey> {
  private static final String NODE_NAME = "spec.nodeName";

  private final Informers informers;
  private final Hands hands;
  private final Clock clock;
  private final Duration evictionAfter;
  private final Projection<List<Taint>> taints = new Projection<>(Evictions::noExecute);
  private final EvictionSchedule schedule = new EvictionSchedule();

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
          boolean minds =
              after
                  .map(
                      pod ->
                          isBound(pod) && (before.filter(this::isBound).isEmpty() || suffers(pod)))
                  .orElseGet(() -> schedule.holds(key));
          if (minds) {
            wants.accept(key);
          }
        },
        Informers.PODS_BY_NODE);
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.PODS, key);
    if (found.isEmpty() || found.get().deleting()) {
      schedule.cancel(key);
      return Result.DONE;
    }
    StoredObject pod = found.get();
    Optional<Duration> patience =
        isBound(pod) ? Evictions.patience(pod, taintsOf(pod), evictionAfter) : Optional.empty();
    if (patience.isEmpty()) {
      boolean spared = schedule.cancel(key).filter(pod.uid()::equals).isPresent();
      return spared ? done(Evictions.spare(pod)) : Result.DONE;
    }
    Instant now = clock.instant();
    Instant due = schedule.due(key, pod.uid(), patience.get(), now);
    return due.isAfter(now)
        ? new Result.Done(Optional.of(Duration.between(now, due)))
        : done(Evictions.evict(pod, now));
  }

  private Result done(List<Action> actions) throws InterruptedException {
    Round round = hands.round();
    return round.end(round.run(actions));
  }

  private boolean isBound(StoredObject pod) {
    return !pod.field(NODE_NAME).isEmpty();
  }

  /** It may have been told to tolerate more, or less long. */
  private boolean suffers(StoredObject pod) {
    return !taintsOf(pod).isEmpty();
  }

  /** Of its node; none if it has no node, or one that is not known yet. */
  private List<Taint> taintsOf(StoredObject pod) {
    return informers
        .find(Resources.NODES)
        .flatMap(nodes -> nodes.get(ObjectKey.of(pod.field(NODE_NAME))))
        .map(taints::of)
        .orElse(List.of());
  }
}
