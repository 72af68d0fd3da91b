package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.bootstrap.SystemObjects;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Makes the system namespaces, and makes them again. Keys are names of namespaces. */
final class SystemNamespaceLoop implements Loop<String> {
  private final Informers informers;
  private final Hands hands;

  SystemNamespaceLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
  }

  @Override
  public String name() {
    return "system-namespaces-controller";
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    SystemObjects.NAMESPACES.forEach(wants);
    all.listen(
        Resources.NAMESPACES,
        (key, before, after) -> {
          if (after.isEmpty() && SystemObjects.NAMESPACES.contains(key.name())) {
            wants.accept(key.name());
          }
        });
  }

  @Override
  public Result reconcile(String name) throws InterruptedException {
    if (informers.get(Resources.NAMESPACES, ObjectKey.of(name)).isPresent()) {
      return Result.DONE;
    }
    Round round = hands.round();
    Optional<Rejection> failure =
        round.run(
            List.of(new Action.Create(Resources.NAMESPACES, "", SystemObjects.namespace(name))));
    return round.end(failure.filter(why -> !(why instanceof Rejection.AlreadyExists)));
  }
}
