package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.endpointslice.EndpointPod;
import io.luotsi.core.controller.endpointslice.EndpointSliceReconcile;
import io.luotsi.core.controller.endpointslice.ServiceView;
import io.luotsi.core.informer.Index;
import io.luotsi.core.informer.Informer;
import io.luotsi.core.informer.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs {@link EndpointSliceReconcile}. Keys are those of Services. */
final class EndpointSliceLoop implements Loop<ObjectKey> {
  /** Slices of this controller, by namespace and name of their Service. */
  private static final Index BY_SERVICE =
      new Index("service", slice -> service(slice).map(ObjectKey::toString).stream().toList());

  private final Informers informers;
  private final Hands hands;
  private final Projection<ServiceView> services = new Projection<>(ServiceView::of);
  private final Projection<EndpointPod> pods = new Projection<>(EndpointPod::of);

  EndpointSliceLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
  }

  @Override
  public String name() {
    return "endpoint-slice-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(
        Resources.SERVICES,
        (key, before, after) -> {
          if (after.isEmpty()) {
            services.forget(key);
          }
          wants.accept(key);
        });
    all.listen(
        Resources.ENDPOINT_SLICES,
        (key, before, after) -> {
          before.flatMap(EndpointSliceLoop::service).ifPresent(wants);
          after.flatMap(EndpointSliceLoop::service).ifPresent(wants);
        },
        BY_SERVICE);
    all.listen(
        Resources.PODS,
        (key, before, after) -> {
          onPod(key, before, after, wants);
          if (after.isEmpty()) {
            pods.forget(key);
          }
        });
    all.listen(Resources.NODES, (key, before, after) -> {});
  }

  private static Optional<ObjectKey> service(StoredObject slice) {
    return Optional.ofNullable(slice.labels().get(EndpointSliceReconcile.SERVICE_NAME))
        .filter(
            name ->
                !name.isEmpty()
                    && EndpointSliceReconcile.CONTROLLER.equals(
                        slice.labels().get(EndpointSliceReconcile.MANAGED_BY)))
        .map(name -> ObjectKey.of(slice.key().namespace(), name));
  }

  private void onPod(
      ObjectKey key,
      Optional<StoredObject> before,
      Optional<StoredObject> after,
      Consumer<ObjectKey> wants) {
    Optional<Informer> known = informers.find(Resources.SERVICES);
    if (known.isEmpty()) {
      return; // the Services' first list is still to come, and wants them all
    }
    for (StoredObject stored : known.get().objects(key.namespace())) {
      ServiceView service = services.of(stored);
      boolean was = before.filter(pod -> selects(service, pod)).isPresent();
      boolean is = after.filter(pod -> selects(service, pod)).isPresent();
      if (was != is || is && differ(before, after)) {
        wants.accept(stored.key());
      }
    }
  }

  private boolean differ(Optional<StoredObject> before, Optional<StoredObject> after) {
    // The old one first: what is asked for last is what is kept.
    Optional<EndpointPod> was = before.map(pods::of);
    return !was.equals(after.map(pods::of));
  }

  private static boolean selects(ServiceView service, StoredObject pod) {
    return service.selector().map(selector -> selector.matches(pod.labels())).orElse(false);
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.SERVICES, key);
    if (found.isEmpty()) {
      return Result.DONE; // its slices go with their owner
    }
    ServiceView service = services.of(found.get());
    List<EndpointPod> selected = new ArrayList<>();
    if (service.selector().isPresent()) {
      for (StoredObject pod : informers.of(Resources.PODS).objects(key.namespace())) {
        if (selects(service, pod)) {
          selected.add(pods.of(pod));
        }
      }
    }
    List<Action> actions =
        EndpointSliceReconcile.plan(
            service,
            selected,
            informers.of(Resources.ENDPOINT_SLICES).find(BY_SERVICE, key.toString()),
            this::zone);
    Round round = hands.round();
    Optional<Rejection> failure = round.run(actions);
    failure
        .filter(why -> !(why instanceof Rejection.Conflict))
        .ifPresent(
            why ->
                round.say(
                    Action.warning(
                        service.subject(),
                        "FailedToUpdateEndpointSlices",
                        "Error updating Endpoint Slices for Service %s: %s"
                            .formatted(key, Hands.message(why)))));
    return round.end(failure);
  }

  private Optional<String> zone(String nodeName) {
    return informers
        .get(Resources.NODES, ObjectKey.of(nodeName))
        .map(node -> node.labels().getOrDefault("topology.kubernetes.io/zone", ""))
        .filter(zone -> !zone.isEmpty());
  }
}
