package io.luotsi.core.controller.actor;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Verb;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.ObjectList;
import io.luotsi.core.client.ApiClient.Propagation;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.garbage.GarbageRules;
import io.luotsi.core.controller.namespace.NamespaceDeletion;
import io.luotsi.core.controller.namespace.NamespaceDeletion.Content;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Empties namespaces that were told to go, pods first. Keys are names of namespaces. */
final class NamespaceLoop implements Loop<String> {
  /** Deletions under way at once. */
  private static final int BATCH = 200;

  private final Informers informers;
  private final Hands hands;
  private final Clock clock;
  private final Supplier<? extends Catalog> catalog;

  NamespaceLoop(
      Informers informers, Hands hands, Supplier<? extends Catalog> catalog, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.catalog = catalog;
    this.clock = clock;
  }

  private static boolean isContent(ResourceType type) {
    return type.namespaced() && type.verbs().containsAll(Set.of(Verb.LIST, Verb.DELETE));
  }

  /** Pods first, as upstream: what they use must be there as long as they run. */
  private List<ResourceType> content() {
    return Informers.stored(catalog.get())
        .filter(NamespaceLoop::isContent)
        .sorted(Comparator.comparing(type -> !type.groupVersionResource().equals(Resources.PODS)))
        .toList();
  }

  @Override
  public String name() {
    return "namespace-controller";
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    all.listen(
        Resources.NAMESPACES,
        (key, before, after) -> {
          if (after.map(StoredObject::deleting).orElse(false)) {
            wants.accept(key.name());
          }
        });
    all.listenToEvery(
        type -> isContent(type) && !type.groupVersionResource().equals(Resources.EVENTS),
        resource ->
            (key, before, after) -> {
              if (after.isEmpty() && goes(key.namespace())) {
                wants.accept(key.namespace());
              }
            });
  }

  private boolean goes(String namespace) {
    return informers
        .find(Resources.NAMESPACES)
        .flatMap(all -> all.get(ObjectKey.of(namespace)))
        .map(StoredObject::deleting)
        .orElse(false);
  }

  @Override
  public Result reconcile(String name) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.NAMESPACES, ObjectKey.of(name));
    if (found.isEmpty() || !NamespaceDeletion.waits(found.get())) {
      return Result.DONE;
    }
    Round round = hands.round();
    Content left = empty(name, round);
    Optional<Rejection> failure =
        round.run(NamespaceDeletion.status(found.get(), left, clock.instant()).stream().toList());
    if (failure.isPresent()) {
      return round.end(failure);
    }
    if (!left.isEmpty()) {
      Result ended = round.end(Optional.empty());
      return left.failures().isEmpty() ? ended : new Result.Failed(left.failures().toString());
    }
    return switch (round.get(Resources.NAMESPACES, ObjectKey.of(name))) {
      case Outcome.Done<StoredObject>(StoredObject fresh) ->
          round.end(round.run(List.of(NamespaceDeletion.finish(fresh))));
      case Outcome.Rejected<StoredObject>(Rejection why) -> round.end(Optional.of(why));
    };
  }

  /** Tells everything to go, and says what is still there after that. */
  private Content empty(String namespace, Round round) throws InterruptedException {
    Map<GroupResource, Integer> remaining = new TreeMap<>();
    Map<String, Integer> finalizers = new TreeMap<>();
    List<String> failures = new ArrayList<>();
    for (ResourceType type : content()) {
      GroupVersionResource resource = type.groupVersionResource();
      switch (Hands.join(hands.api().list(resource, Selection.inNamespace(namespace)))) {
        case Outcome.Rejected<ObjectList>(Rejection why) -> failures.add(Hands.message(why));
        case Outcome.Done<ObjectList>(ObjectList list) -> {
          delete(resource, list.items(), round, failures);
          List<StoredObject> left =
              list.items().isEmpty() ? List.of() : left(resource, namespace, failures);
          if (!left.isEmpty()) {
            remaining.put(resource.groupResource(), left.size());
            left.forEach(
                object ->
                    GarbageRules.finalizers(object)
                        .forEach(finalizer -> finalizers.merge(finalizer, 1, Integer::sum)));
          }
        }
      }
      if (resource.equals(Resources.PODS) && !remaining.isEmpty()) {
        break; // the rest has its turn when no pod needs it any more
      }
    }
    return new Content(remaining, finalizers, failures);
  }

  private List<StoredObject> left(
      GroupVersionResource resource, String namespace, List<String> failures)
      throws InterruptedException {
    return switch (Hands.join(hands.api().list(resource, Selection.inNamespace(namespace)))) {
      case Outcome.Done<ObjectList>(ObjectList list) -> list.items();
      case Outcome.Rejected<ObjectList>(Rejection why) -> {
        failures.add(Hands.message(why));
        yield List.of();
      }
    };
  }

  private static void delete(
      GroupVersionResource resource, List<StoredObject> objects, Round round, List<String> failures)
      throws InterruptedException {
    List<Action> deletions = new ArrayList<>();
    for (StoredObject object : objects) {
      if (!object.deleting()) {
        deletions.add(
            new Action.Delete(
                resource,
                object.key(),
                new DeleteOptions(
                    OptionalInt.empty(),
                    Optional.of(Propagation.BACKGROUND),
                    Optional.of(object.uid()),
                    Optional.empty())));
      }
    }
    for (int from = 0; from < deletions.size(); from += BATCH) {
      List<Action> batch = deletions.subList(from, Math.min(deletions.size(), from + BATCH));
      List<Outcome<StoredObject>> outcomes = round.runTogether(batch);
      for (int i = 0; i < outcomes.size(); i++) {
        Hands.failure(batch.get(i), outcomes.get(i))
            .ifPresent(why -> failures.add(Hands.message(why)));
      }
    }
  }
}
