package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.endpointslice.EndpointPod;
import io.luotsi.core.controller.endpointslice.ServiceView;
import io.luotsi.core.informer.Informer;
import io.luotsi.core.informer.Projection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Which pods a Service selects, and which Services a change of a pod concerns. */
final class ServicePods {
  private final Informers informers;
  private final Projection<ServiceView> services = new Projection<>(ServiceView::of);
  private final Projection<EndpointPod> pods = new Projection<>(EndpointPod::of);

  ServicePods(Informers informers) {
    this.informers = informers;
  }

  /**
   * @param wants is told of Services
   */
  void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(
        Resources.SERVICES,
        (key, before, after) -> {
          if (after.isEmpty()) {
            services.forget(key);
          }
          wants.accept(key);
        });
    all.listen(
        Resources.PODS,
        (key, before, after) -> {
          onPod(key, before, after, wants);
          if (after.isEmpty()) {
            pods.forget(key);
          }
        });
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

  ServiceView service(StoredObject stored) {
    return services.of(stored);
  }

  /** None of a Service whose endpoints are somebody else's business. */
  List<EndpointPod> of(ServiceView service) {
    List<EndpointPod> selected = new ArrayList<>();
    if (service.selector().isPresent()) {
      for (StoredObject pod : informers.of(Resources.PODS).objects(service.key().namespace())) {
        if (selects(service, pod)) {
          selected.add(pods.of(pod));
        }
      }
    }
    return selected;
  }
}
