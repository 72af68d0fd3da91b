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

/** Makes the PriorityClasses that every cluster has. Keys are their names. */
final class SystemPriorityLoop implements Loop<String> {
  private final Informers informers;
  private final Hands hands;

  SystemPriorityLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
  }

  @Override
  public String name() {
    return "system-priority-classes-controller";
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    SystemObjects.PRIORITIES.keySet().forEach(wants);
    all.listen(
        Resources.PRIORITY_CLASSES,
        (key, before, after) -> {
          if (after.isEmpty() && SystemObjects.PRIORITIES.containsKey(key.name())) {
            wants.accept(key.name());
          }
        });
  }

  @Override
  public Result reconcile(String name) throws InterruptedException {
    if (informers.get(Resources.PRIORITY_CLASSES, ObjectKey.of(name)).isPresent()) {
      return Result.DONE;
    }
    Round round = hands.round();
    Optional<Rejection> failure =
        round.run(
            List.of(
                new Action.Create(
                    Resources.PRIORITY_CLASSES, "", SystemObjects.priorityClass(name))));
    return round.end(failure.filter(why -> !(why instanceof Rejection.AlreadyExists)));
  }
}
