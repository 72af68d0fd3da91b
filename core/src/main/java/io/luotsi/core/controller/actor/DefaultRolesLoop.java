package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.roles.DefaultRoles;
import io.luotsi.core.controller.roles.RoleReconcile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes the default roles and bindings, and gives them what they lack, once a term: as upstream,
 * whose API servers do so when they start, so that who removes one has it removed until then.
 */
final class DefaultRolesLoop implements Loop<DefaultRolesLoop.Wanted> {
  /** A role, or a binding, of that name. */
  record Wanted(GroupVersionResource resource, String name) {
    @Override
    public String toString() {
      return resource + " " + name;
    }
  }

  private final Informers informers;
  private final Hands hands;
  private final Map<String, ObjectNode> roles = DefaultRoles.roles();
  private final Map<String, ObjectNode> bindings = DefaultRoles.bindings();

  DefaultRolesLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
  }

  @Override
  public String name() {
    return "default-roles-controller";
  }

  @Override
  public void watch(Informers all, Consumer<Wanted> wants) {
    bindings.keySet().forEach(n -> wants.accept(new Wanted(Resources.CLUSTER_ROLE_BINDINGS, n)));
    roles.keySet().forEach(n -> wants.accept(new Wanted(Resources.CLUSTER_ROLES, n)));
    // Nothing wakes it, but it looks into these caches.
    all.listen(Resources.CLUSTER_ROLE_BINDINGS, (key, before, after) -> {});
    all.listen(Resources.CLUSTER_ROLES, (key, before, after) -> {});
  }

  @Override
  public Result reconcile(Wanted key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(key.resource(), ObjectKey.of(key.name()));
    List<Action> actions =
        key.resource().equals(Resources.CLUSTER_ROLES)
            ? RoleReconcile.role(roles.get(key.name()).deepCopy(), found)
            : RoleReconcile.binding(bindings.get(key.name()).deepCopy(), found);
    return hands.ensure(actions);
  }
}
