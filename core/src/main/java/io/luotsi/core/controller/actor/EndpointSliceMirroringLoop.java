package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.endpoints.EndpointSliceMirror;
import io.luotsi.core.controller.endpointslice.EndpointSliceReconcile;
import io.luotsi.core.controller.endpointslice.ServiceView;
import io.luotsi.core.informer.Index;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs {@link EndpointSliceMirror}. Keys are those of Endpoints, which Services share. */
final class EndpointSliceMirroringLoop implements Loop<ObjectKey> {
  /** Slices of this controller, by namespace and name of their Endpoints. */
  private static final Index BY_ENDPOINTS =
      new Index("endpoints", slice -> mirrored(slice).map(ObjectKey::toString).stream().toList());

  private final Informers informers;
  private final Hands hands;

  EndpointSliceMirroringLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
  }

  @Override
  public String name() {
    return "endpointslice-mirroring-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(Resources.SERVICES, (key, before, after) -> wants.accept(key));
    all.listen(Resources.ENDPOINTS, (key, before, after) -> wants.accept(key));
    all.listen(
        Resources.ENDPOINT_SLICES,
        (key, before, after) -> {
          before.flatMap(EndpointSliceMirroringLoop::mirrored).ifPresent(wants);
          after.flatMap(EndpointSliceMirroringLoop::mirrored).ifPresent(wants);
        },
        BY_ENDPOINTS);
  }

  private static Optional<ObjectKey> mirrored(StoredObject slice) {
    String name = slice.labels().getOrDefault(EndpointSliceReconcile.SERVICE_NAME, "");
    boolean ours =
        EndpointSliceMirror.CONTROLLER.equals(
            slice.labels().get(EndpointSliceReconcile.MANAGED_BY));
    return ours && !name.isEmpty()
        ? Optional.of(ObjectKey.of(slice.key().namespace(), name))
        : Optional.empty();
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Round round = hands.round();
    Optional<Rejection> failure =
        round.run(
            EndpointSliceMirror.plan(
                informers.get(Resources.SERVICES, key).map(ServiceView::of),
                informers.get(Resources.ENDPOINTS, key),
                informers.of(Resources.ENDPOINT_SLICES).find(BY_ENDPOINTS, key.toString())));
    return round.end(failure);
  }
}
