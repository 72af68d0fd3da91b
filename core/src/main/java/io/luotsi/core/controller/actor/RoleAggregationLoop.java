package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.roles.RoleAggregation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;

/**
 * Keeps ClusterRoles that are made of others in step with them. Keys are names of such roles; as
 * there are few, all of them are looked at when any role changes.
 */
final class RoleAggregationLoop implements Loop<String> {
  private final Informers informers;
  private final Hands hands;
  private final Set<String> aggregated = new ConcurrentSkipListSet<>();

  RoleAggregationLoop(Informers informers, Hands hands) {
    this.informers = informers;
    this.hands = hands;
  }

  @Override
  public String name() {
    return "clusterrole-aggregation-controller";
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    all.listen(
        Resources.CLUSTER_ROLES,
        (key, before, after) -> {
          if (after.map(RoleAggregation::isAggregated).orElse(false)) {
            aggregated.add(key.name());
          } else {
            aggregated.remove(key.name());
          }
          aggregated.forEach(wants);
        });
  }

  @Override
  public Result reconcile(String name) throws InterruptedException {
    Optional<StoredObject> role = informers.get(Resources.CLUSTER_ROLES, ObjectKey.of(name));
    if (role.isEmpty()) {
      return Result.DONE;
    }
    List<Action> actions =
        RoleAggregation.reconcile(role.get(), informers.of(Resources.CLUSTER_ROLES).objects())
            .stream()
            .toList();
    Round round = hands.round();
    return round.end(round.run(actions));
  }
}
