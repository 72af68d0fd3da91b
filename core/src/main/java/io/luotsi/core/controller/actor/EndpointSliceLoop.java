package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.endpointslice.EndpointSliceReconcile;
import io.luotsi.core.controller.endpointslice.ServiceView;
import io.luotsi.core.informer.Index;
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
  private final ServicePods members;

  EndpointSliceLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
    this.members = new ServicePods(informers);
  }

  @Override
  public String name() {
    return "endpointslice-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    members.watch(all, wants);
    all.listen(
        Resources.ENDPOINT_SLICES,
        (key, before, after) -> {
          before.flatMap(EndpointSliceLoop::service).ifPresent(wants);
          after.flatMap(EndpointSliceLoop::service).ifPresent(wants);
        },
        BY_SERVICE);
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

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.SERVICES, key);
    if (found.isEmpty()) {
      return Result.DONE; // its slices go with their owner
    }
    ServiceView service = members.service(found.get());
    List<Action> actions =
        EndpointSliceReconcile.plan(
            service,
            members.of(service),
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
