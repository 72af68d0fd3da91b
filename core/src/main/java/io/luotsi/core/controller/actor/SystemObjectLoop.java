package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.bootstrap.SystemObjects;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes objects of one kind that every cluster has, and makes them again. Keys are their names. */
final class SystemObjectLoop implements Loop<String> {
  /**
   * @param controller name of the loop
   * @param names in order of creation
   * @param made the object of a name
   */
  private record Kind(
      String controller,
      GroupVersionResource resource,
      Collection<String> names,
      Function<String, ObjectNode> made) {}

  private final Kind kind;
  private final Informers informers;
  private final Hands hands;

  private SystemObjectLoop(Kind kind, Informers informers, Hands hands) {
    this.kind = kind;
    this.informers = informers;
    this.hands = hands;
  }

  static SystemObjectLoop ofNamespaces(Informers informers, Hands hands) {
    Kind namespaces =
        new Kind(
            "system-namespaces-controller",
            Resources.NAMESPACES,
            SystemObjects.NAMESPACES,
            SystemObjects::namespace);
    return new SystemObjectLoop(namespaces, informers, hands);
  }

  static SystemObjectLoop ofPriorityClasses(Informers informers, Hands hands) {
    Kind priorities =
        new Kind(
            "system-priority-classes-controller",
            Resources.PRIORITY_CLASSES,
            SystemObjects.PRIORITIES.keySet(),
            SystemObjects::priorityClass);
    return new SystemObjectLoop(priorities, informers, hands);
  }

  @Override
  public String name() {
    return kind.controller();
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    kind.names().forEach(wants);
    all.listen(
        kind.resource(),
        (key, before, after) -> {
          if (after.isEmpty() && kind.names().contains(key.name())) {
            wants.accept(key.name());
          }
        });
  }

  @Override
  public Result reconcile(String name) throws InterruptedException {
    return informers.get(kind.resource(), ObjectKey.of(name)).isPresent()
        ? Result.DONE
        : hands.ensure(List.of(new Action.Create(kind.resource(), "", kind.made().apply(name))));
  }
}
