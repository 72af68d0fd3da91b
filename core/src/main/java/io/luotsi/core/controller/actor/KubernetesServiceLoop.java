package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.bootstrap.SystemObjects;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps the {@code kubernetes} Service and its endpoints. There is one key. */
final class KubernetesServiceLoop implements Loop<ObjectKey> {
  private final Informers informers;
  private final Hands hands;
  private final ControllerSettings settings;

  KubernetesServiceLoop(Informers informers, Hands hands, ControllerSettings settings) {
    this.informers = informers;
    this.hands = hands;
    this.settings = settings;
  }

  @Override
  public String name() {
    return "kubernetes-service-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    wants.accept(SystemObjects.KUBERNETES);
    for (var resource :
        List.of(Resources.SERVICES, Resources.ENDPOINT_SLICES, Resources.ENDPOINTS)) {
      all.listen(
          resource,
          (key, before, after) -> {
            if (key.equals(SystemObjects.KUBERNETES)) {
              wants.accept(key);
            }
          });
    }
    all.listen(
        Resources.NAMESPACES,
        (key, before, after) -> {
          if (key.name().equals(SystemObjects.KUBERNETES.namespace())) {
            wants.accept(SystemObjects.KUBERNETES);
          }
        });
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    boolean home =
        informers
            .get(Resources.NAMESPACES, ObjectKey.of(key.namespace()))
            .map(namespace -> !namespace.deleting())
            .orElse(false);
    if (!home) {
      return Result.DONE; // comes back with the namespace
    }
    List<Action> actions = new ArrayList<>();
    service(key).ifPresent(actions::add);
    if (!settings.apiAddresses().isEmpty()) {
      slice(key).ifPresent(actions::add);
      endpoints(key).ifPresent(actions::add);
    }
    return hands.ensure(actions);
  }

  private Optional<Action> service(ObjectKey key) {
    ObjectNode wanted =
        SystemObjects.kubernetesService(settings.kubernetesServiceAddress(), settings.apiPort());
    Optional<StoredObject> found = informers.get(Resources.SERVICES, key);
    if (found.isEmpty()) {
      return Optional.of(new Action.Create(Resources.SERVICES, key.namespace(), wanted));
    }
    JsonNode port = Json.readObject(found.get().json()).at("/spec/ports/0/targetPort");
    if (port.asInt() == settings.apiPort()) {
      return Optional.empty();
    }
    ObjectNode patch = Json.object();
    patch.putObject("metadata").put("resourceVersion", "" + found.get().resourceVersion());
    patch.putObject("spec").set("ports", wanted.at("/spec/ports"));
    return Optional.of(Action.merge(Resources.SERVICES, key, "", patch));
  }

  private Optional<Action> slice(ObjectKey key) {
    return kept(
        Resources.ENDPOINT_SLICES,
        key,
        SystemObjects.kubernetesEndpoints(settings.apiAddresses(), settings.apiPort()),
        List.of("endpoints", "ports"));
  }

  private Optional<Action> endpoints(ObjectKey key) {
    return kept(
        Resources.ENDPOINTS,
        key,
        SystemObjects.kubernetesOldEndpoints(settings.apiAddresses(), settings.apiPort()),
        List.of("subsets"));
  }

  private Optional<Action> kept(
      GroupVersionResource resource, ObjectKey key, ObjectNode wanted, List<String> fields) {
    Optional<StoredObject> found = informers.get(resource, key);
    if (found.isEmpty()) {
      return Optional.of(new Action.Create(resource, key.namespace(), wanted));
    }
    ObjectNode present = Json.readObject(found.get().json());
    if (fields.stream().allMatch(field -> present.path(field).equals(wanted.path(field)))) {
      return Optional.empty();
    }
    fields.forEach(field -> present.set(field, wanted.get(field)));
    return Optional.of(new Action.Update(resource, key, "", present));
  }
}
