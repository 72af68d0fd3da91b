package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.apiservice.ApiServices;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Keeps an APIService for all that is served here. Keys are names: {@code v1.apps}. */
final class ApiServiceLoop implements Loop<String> {
  private final Informers informers;
  private final Hands hands;
  private final Map<String, ObjectNode> builtIn = ApiServices.builtIn();

  ApiServiceLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
  }

  @Override
  public String name() {
    return "autoregister-controller";
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    builtIn.keySet().forEach(wants);
    all.listen(Resources.API_SERVICES, (key, before, after) -> wants.accept(key.name()));
    all.listen(
        Resources.DEFINITIONS,
        (key, before, after) -> {
          before.ifPresent(definition -> defined(definition).keySet().forEach(wants));
          after.ifPresent(definition -> defined(definition).keySet().forEach(wants));
        });
  }

  private static Map<String, ObjectNode> defined(StoredObject definition) {
    return ApiServices.defined(Json.readObject(definition.json()));
  }

  @Override
  public Result reconcile(String name) throws InterruptedException {
    ObjectKey key = ObjectKey.of(name);
    Optional<StoredObject> found = informers.get(Resources.API_SERVICES, key);
    return hands.ensure(actions(key, found, wanted(name)));
  }

  private Optional<ObjectNode> wanted(String name) {
    ObjectNode known = builtIn.get(name);
    if (known != null) {
      return Optional.of(known.deepCopy());
    }
    String group = name.substring(name.indexOf('.') + 1);
    return informers.of(Resources.DEFINITIONS).objects().stream()
        // A definition is called by its plural and its group.
        .filter(definition -> definition.key().name().endsWith("." + group))
        .map(definition -> Optional.ofNullable(defined(definition).get(name)))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static List<Action> actions(
      ObjectKey key, Optional<StoredObject> found, Optional<ObjectNode> wanted) {
    if (found.isEmpty()) {
      return wanted
          .<List<Action>>map(
              service -> List.of(new Action.Create(Resources.API_SERVICES, "", service)))
          .orElse(List.of());
    }
    ObjectNode present = Json.readObject(found.get().json());
    if (wanted.isPresent()) {
      return ApiServices.change(wanted.get(), present)
          .<List<Action>>map(patch -> List.of(Action.merge(Resources.API_SERVICES, key, "", patch)))
          .orElse(List.of());
    }
    return ApiServices.isManaged(present)
        ? List.of(
            new Action.Delete(
                Resources.API_SERVICES,
                key,
                new DeleteOptions(
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.of(found.get().uid()),
                    Optional.empty())))
        : List.of();
  }
}
