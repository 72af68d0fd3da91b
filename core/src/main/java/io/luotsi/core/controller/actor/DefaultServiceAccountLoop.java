package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.bootstrap.SystemObjects;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Gives every namespace its default ServiceAccount. Keys are names of namespaces. */
final class DefaultServiceAccountLoop implements Loop<String> {
  private final Informers informers;
  private final Hands hands;

  DefaultServiceAccountLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
  }

  @Override
  public String name() {
    return "serviceaccount-controller";
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    all.listen(Resources.NAMESPACES, (key, before, after) -> wants.accept(key.name()));
    all.listen(
        Resources.SERVICE_ACCOUNTS,
        (key, before, after) -> {
          if (after.isEmpty()) {
            wants.accept(key.namespace());
          }
        });
  }

  @Override
  public Result reconcile(String namespace) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.NAMESPACES, ObjectKey.of(namespace));
    boolean wanted = found.isPresent() && !found.get().deleting();
    if (!wanted
        || informers
            .get(Resources.SERVICE_ACCOUNTS, ObjectKey.of(namespace, "default"))
            .isPresent()) {
      return Result.DONE;
    }
    return hands.ensure(
        List.of(
            new Action.Create(
                Resources.SERVICE_ACCOUNTS,
                namespace,
                SystemObjects.defaultServiceAccount(namespace))));
  }
}
