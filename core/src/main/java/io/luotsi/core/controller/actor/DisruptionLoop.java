package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.OwnerReference;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.disruption.DisruptionBudget;
import io.luotsi.core.controller.disruption.DisruptionBudget.Bounds;
import io.luotsi.core.informer.Projection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * Keeps the status of PodDisruptionBudgets: how many pods an eviction may take now. Keys are those
 * of budgets.
 *
 * @see "Source: pkg/controller/disruption"
 */
final class DisruptionLoop implements Loop<ObjectKey> {
  private static final GroupVersionResource BUDGETS = Resources.DISRUPTION_BUDGETS;

  /** What a budget's share is taken of, by the kind of a pod's controller. */
  private static final Map<String, GroupVersionResource> CONTROLLERS =
      Map.of(
          "ReplicaSet",
          Resources.REPLICA_SETS,
          "Deployment",
          Resources.DEPLOYMENTS,
          "StatefulSet",
          GroupVersionResource.of("apps/v1", "statefulsets"),
          "ReplicationController",
          Resources.REPLICATION_CONTROLLERS);

  private final Informers informers;
  private final Hands hands;
  private final Projection<PodView> pods;
  private final Clock clock;

  DisruptionLoop(Informers informers, Hands hands, Projection<PodView> pods, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.pods = pods;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "disruption-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(BUDGETS, (key, before, after) -> wants.accept(key));
    all.listen(
        Resources.PODS,
        (key, before, after) -> {
          before.ifPresent(pod -> covering(pod).forEach(wants));
          after.ifPresent(pod -> covering(pod).forEach(wants));
        });
    CONTROLLERS
        .values()
        .forEach(
            resource ->
                all.listen(
                    resource,
                    (key, before, after) ->
                        budgets(key.namespace()).forEach(it -> wants.accept(it.key()))));
  }

  private List<StoredObject> budgets(String namespace) {
    return informers.find(BUDGETS).stream()
        .flatMap(all -> all.objects(namespace).stream())
        .toList();
  }

  private List<ObjectKey> covering(StoredObject pod) {
    return budgets(pod.key().namespace()).stream()
        .filter(it -> DisruptionBudget.covers(Json.readObject(it.json()), pod.labels()))
        .map(StoredObject::key)
        .toList();
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(BUDGETS, key);
    if (found.isEmpty()) {
      return Result.DONE;
    }
    ObjectNode budget = Json.readObject(found.get().json());
    List<StoredObject> covered =
        informers.of(Resources.PODS).objects(key.namespace()).stream()
            .filter(pod -> DisruptionBudget.covers(budget, pod.labels()))
            .toList();
    List<PodView> views = covered.stream().map(pods::of).toList();
    Instant now = clock.instant();
    Round round = hands.round();
    if (views.isEmpty()) {
      round.say(Action.normal(subject(found.get()), "NoPods", "No matching pods found"));
    }
    SortedMap<String, Instant> pending = DisruptionBudget.pending(budget, views, now);
    Optional<ObjectNode> changed;
    try {
      int scale = DisruptionBudget.dependsOnScale(budget.path("spec")) ? scale(covered, round) : 0;
      changed =
          DisruptionBudget.status(
              budget,
              Bounds.of(budget.path("spec"), scale, views.size()),
              DisruptionBudget.healthy(views, pending),
              pending,
              now);
    } catch (UnknownScale unknown) {
      String why = String.valueOf(unknown.getMessage());
      round.say(
          Action.warning(
              subject(found.get()),
              "CalculateExpectedPodCountFailed",
              "Failed to calculate the number of expected pods: " + why));
      changed = DisruptionBudget.unknown(budget, why, now);
    }
    Optional<Rejection> failure =
        round.run(
            changed.stream()
                .<Action>map(it -> new Action.Update(BUDGETS, key, "status", it))
                .toList());
    return round.end(
        failure,
        pending.values().stream()
            .min(Instant::compareTo)
            .map(
                first ->
                    Duration.between(now, first.plus(DisruptionBudget.EVICTION_TAKES))
                        .plusSeconds(1)));
  }

  private static EventSubject subject(StoredObject budget) {
    return EventSubject.of(Resources.DISRUPTION_BUDGET, budget);
  }

  /** No controller that we know says how many pods there should be. */
  private static final class UnknownScale extends Exception {
    private static final long serialVersionUID = 1L;

    UnknownScale(String message) {
      super(message);
    }
  }

  /** Of all controllers of the pods together; a Deployment stands for its ReplicaSets. */
  private int scale(List<StoredObject> covered, Round round)
      throws UnknownScale, InterruptedException {
    Map<String, Integer> scales = new HashMap<>();
    for (StoredObject pod : covered) {
      Optional<OwnerReference> owner = pod.controller();
      if (owner.isPresent() && !scales.containsKey(owner.get().uid())) {
        StoredObject controller = controller(pod, owner.get(), round);
        scales.put(owner.get().uid(), 0);
        scales.put(controller.uid(), replicas(controller));
      }
    }
    return scales.values().stream().mapToInt(Integer::intValue).sum();
  }

  private static int replicas(StoredObject controller) {
    return Json.readObject(controller.json()).at("/spec/replicas").asInt(1);
  }

  private StoredObject controller(StoredObject pod, OwnerReference owner, Round round)
      throws UnknownScale, InterruptedException {
    StoredObject controller =
        find(pod.key().namespace(), owner, round)
            .orElseThrow(
                () ->
                    new UnknownScale("found no controllers for pod \"" + pod.key().name() + "\""));
    Optional<OwnerReference> above = controller.controller();
    if (above.filter(it -> it.kind().equals("Deployment")).isEmpty()) {
      return controller;
    }
    return find(pod.key().namespace(), above.get(), round).orElse(controller);
  }

  private Optional<StoredObject> find(String namespace, OwnerReference owner, Round round)
      throws InterruptedException {
    GroupVersionResource resource = CONTROLLERS.get(owner.kind());
    if (resource == null) {
      return Optional.empty();
    }
    ObjectKey key = ObjectKey.of(namespace, owner.name());
    Optional<StoredObject> cached = informers.get(resource, key);
    if (cached.isEmpty() && round.get(resource, key) instanceof Outcome.Done<StoredObject> fresh) {
      cached = Optional.of(fresh.value());
    }
    return cached.filter(it -> it.uid().equals(owner.uid()));
  }
}
