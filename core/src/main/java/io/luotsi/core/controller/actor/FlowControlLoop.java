package io.luotsi.core.controller.actor;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.flowcontrol.FlowUpkeep;
import io.luotsi.core.flowcontrol.DefaultFlows;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Consumer;

/**
 * Keeps the FlowSchemas and priority levels of every cluster, and the condition Dangling of all
 * FlowSchemas. As schemas are few, all of them are looked at when any level comes or goes.
 */
final class FlowControlLoop implements Loop<FlowControlLoop.Wanted> {
  /** A schema, or a level, of that name. */
  record Wanted(GroupVersionResource resource, String name) {
    @Override
    public String toString() {
      return resource + " " + name;
    }
  }

  private final Informers informers;
  private final Hands hands;
  private final InstantSource clock;
  private final Set<String> schemas = new ConcurrentSkipListSet<>();

  FlowControlLoop(Informers informers, Hands hands, InstantSource clock) {
    this.informers = informers;
    this.hands = hands;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "flow-control-controller";
  }

  @Override
  public void watch(Informers all, Consumer<Wanted> wants) {
    // Levels first, so that no schema is seen dangling without need.
    GroupVersionResource levels = Resources.PRIORITY_LEVELS;
    DefaultFlows.MANDATORY_LEVELS.keySet().forEach(n -> wants.accept(new Wanted(levels, n)));
    DefaultFlows.SUGGESTED_LEVELS.keySet().forEach(n -> wants.accept(new Wanted(levels, n)));
    GroupVersionResource flows = Resources.FLOW_SCHEMAS;
    DefaultFlows.MANDATORY_SCHEMAS.keySet().forEach(n -> wants.accept(new Wanted(flows, n)));
    DefaultFlows.SUGGESTED_SCHEMAS.keySet().forEach(n -> wants.accept(new Wanted(flows, n)));
    all.listen(
        levels,
        (key, before, after) -> {
          if (FlowUpkeep.isDefault(levels, key.name())) {
            wants.accept(new Wanted(levels, key.name()));
          }
          if (before.isEmpty() || after.isEmpty()) {
            schemas.forEach(schema -> wants.accept(new Wanted(flows, schema)));
          }
        });
    all.listen(
        flows,
        (key, before, after) -> {
          if (after.isPresent()) {
            schemas.add(key.name());
          } else {
            schemas.remove(key.name());
          }
          wants.accept(new Wanted(flows, key.name()));
        });
  }

  @Override
  public Result reconcile(Wanted key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(key.resource(), ObjectKey.of(key.name()));
    List<Action> actions = new ArrayList<>();
    if (FlowUpkeep.isDefault(key.resource(), key.name())) {
      actions.addAll(FlowUpkeep.keep(key.resource(), key.name(), found));
    }
    if (actions.isEmpty() && key.resource().equals(Resources.FLOW_SCHEMAS) && found.isPresent()) {
      actions.addAll(condition(found.get()));
    }
    return hands.ensure(actions);
  }

  private List<Action> condition(StoredObject schema) {
    String level =
        Json.readObject(schema.json()).at("/spec/priorityLevelConfiguration/name").asText();
    boolean found = informers.get(Resources.PRIORITY_LEVELS, ObjectKey.of(level)).isPresent();
    return FlowUpkeep.condition(schema, found, clock.instant());
  }
}
