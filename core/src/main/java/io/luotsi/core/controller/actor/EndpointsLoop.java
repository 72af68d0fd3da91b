package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.endpoints.EndpointsReconcile;
import io.luotsi.core.controller.endpointslice.EndpointPod;
import io.luotsi.core.controller.endpointslice.ServiceView;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs {@link EndpointsReconcile}. Keys are those of Services, which Endpoints share. */
final class EndpointsLoop implements Loop<ObjectKey> {
  private final Informers informers;
  private final Hands hands;
  private final ServicePods members;

  EndpointsLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
    this.members = new ServicePods(informers);
  }

  @Override
  public String name() {
    return "endpoints-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    members.watch(all, wants);
    all.listen(Resources.ENDPOINTS, (key, before, after) -> wants.accept(key));
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> service = informers.get(Resources.SERVICES, key);
    Optional<StoredObject> endpoints = informers.get(Resources.ENDPOINTS, key);
    Optional<Action> action;
    Optional<ServiceView> view = service.map(members::service);
    if (view.isEmpty()) {
      action = endpoints.flatMap(EndpointsReconcile::orphaned);
    } else {
      List<EndpointPod> pods = members.of(view.get());
      action = EndpointsReconcile.plan(view.get(), pods, endpoints);
    }
    Round round = hands.round();
    Optional<Rejection> failure = round.run(action.stream().toList());
    if (view.isPresent()) {
      failure
          .filter(why -> !(why instanceof Rejection.Conflict))
          .ifPresent(
              why ->
                  round.say(
                      Action.warning(
                          view.get().subject(),
                          endpoints.isEmpty() ? "FailedToCreateEndpoint" : "FailedToUpdateEndpoint",
                          "Failed to %s endpoint %s: %s"
                              .formatted(
                                  endpoints.isEmpty() ? "create" : "update",
                                  key,
                                  Hands.message(why)))));
    }
    return round.end(Hands.unlessThere(failure));
  }
}
