package io.luotsi.core.controller.actor;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.OwnerReference;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Verb;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.garbage.GarbageRules;
import io.luotsi.core.controller.garbage.GarbageRules.Item;
import io.luotsi.core.controller.garbage.GarbageRules.OwnerState;
import io.luotsi.core.informer.Index;
import io.luotsi.core.informer.Informer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs {@link GarbageRules} over every resource of the catalog. The graph is the informers' own
 * index of owners: what an object owns is looked up, not kept a second time.
 */
final class GarbageLoop implements Loop<GarbageLoop.Reference> {
  /** One object. */
  record Reference(GroupVersionResource resource, ObjectKey key) {
    @Override
    public String toString() {
      return resource + " " + key;
    }
  }

  private final Informers informers;
  private final Hands hands;
  private final Supplier<? extends Catalog> catalog;

  GarbageLoop(Informers informers, Hands hands, Supplier<? extends Catalog> catalog) {
    this.informers = informers;
    this.hands = hands;
    this.catalog = catalog;
  }

  /** As upstream: events come and go by the thousand, and own nothing. */
  private static boolean isCollected(ResourceType type) {
    return type.verbs().containsAll(Set.of(Verb.LIST, Verb.WATCH, Verb.DELETE))
        && !type.plural().equals("events");
  }

  @Override
  public String name() {
    return "garbage-collector-controller";
  }

  @Override
  public int atOnce(int usual) {
    return usual * 8; // each is two short requests, and a large owner has thousands
  }

  @Override
  public void watch(Informers all, Consumer<Reference> wants) {
    all.listenToEvery(
        GarbageLoop::isCollected,
        resource ->
            (key, before, after) -> onChange(new Reference(resource, key), before, after, wants),
        Index.OWNER_UID);
  }

  private void onChange(
      Reference reference,
      Optional<StoredObject> before,
      Optional<StoredObject> after,
      Consumer<Reference> wants) {
    if (after.isEmpty()) {
      before.ifPresent(
          gone -> {
            dependents(gone.uid()).forEach(item -> wants.accept(referenceTo(item)));
            deletingOwners(gone).forEach(wants);
          });
      return;
    }
    StoredObject object = after.get();
    boolean sameOwners = before.filter(was -> was.owners().equals(object.owners())).isPresent();
    if (object.deleting() || !sameOwners && !allOwnersStay(object)) {
      wants.accept(reference);
    }
    if (!sameOwners) {
      deletingOwners(object).forEach(wants);
      before.ifPresent(was -> deletingOwners(was).forEach(wants));
    }
  }

  private static Reference referenceTo(Item item) {
    return new Reference(item.resource(), item.object().key());
  }

  private boolean allOwnersStay(StoredObject object) {
    return object.owners().stream()
        .allMatch(owner -> cached(object, owner).filter(found -> !found.deleting()).isPresent());
  }

  private List<Reference> deletingOwners(StoredObject object) {
    List<Reference> owners = new ArrayList<>();
    for (OwnerReference owner : object.owners()) {
      cached(object, owner)
          .filter(StoredObject::deleting)
          .flatMap(
              found -> type(owner).map(t -> new Reference(t.groupVersionResource(), found.key())))
          .ifPresent(owners::add);
    }
    return owners;
  }

  private Optional<ResourceType> type(OwnerReference owner) {
    Catalog now = catalog.get();
    return now.find(GroupVersionKind.of(owner.apiVersion(), owner.kind()))
        .flatMap(type -> now.stored(type.stored().groupResource()));
  }

  private static ObjectKey keyOf(ResourceType type, StoredObject dependent, OwnerReference owner) {
    return type.namespaced()
        ? ObjectKey.of(dependent.key().namespace(), owner.name())
        : ObjectKey.of(owner.name());
  }

  /** The owner, if the cache knows that very object. */
  private Optional<StoredObject> cached(StoredObject dependent, OwnerReference owner) {
    return type(owner)
        .flatMap(
            type ->
                informers
                    .find(type.groupVersionResource())
                    .flatMap(informer -> informer.get(keyOf(type, dependent, owner))))
        .filter(found -> found.uid().equals(owner.uid()));
  }

  private List<Item> dependents(String uid) {
    List<Item> dependents = new ArrayList<>();
    for (Informer informer : informers.ofEvery(GarbageLoop::isCollected)) {
      for (StoredObject object : informer.find(Index.OWNER_UID, uid)) {
        dependents.add(new Item(informer.resource(), object));
      }
    }
    return dependents;
  }

  @Override
  public Result reconcile(Reference key) throws InterruptedException {
    Round round = hands.round();
    StoredObject object;
    switch (round.get(key.resource(), key.key())) {
      case Outcome.Done<StoredObject>(StoredObject found) -> object = found;
      case Outcome.Rejected<StoredObject>(Rejection.NotFound gone) -> {
        return Result.DONE;
      }
      case Outcome.Rejected<StoredObject>(Rejection why) -> {
        return round.end(Optional.of(why));
      }
    }
    Item item = new Item(key.resource(), object);
    if (object.deleting()) {
      return release(item, round);
    }
    if (object.owners().isEmpty()) {
      return Result.DONE;
    }
    Map<OwnerReference, OwnerState> owners = new LinkedHashMap<>();
    for (OwnerReference owner : object.owners()) {
      owners.put(owner, classify(item, owner, round));
    }
    List<Action> actions = GarbageRules.collect(item, owners, dependents(object.uid()));
    return round.end(round.run(actions));
  }

  /** The object was told to go; does it wait for us? */
  private Result release(Item item, Round round) throws InterruptedException {
    List<String> finalizers = GarbageRules.finalizers(item.object());
    if (finalizers.contains(GarbageRules.ORPHAN)) {
      // A dependent that the caches do not know yet would be collected as one whose owner is gone.
      round.catchUp(
          informers.ofEvery(GarbageLoop::isCollected).stream().map(Informer::resource).toList());
      return round.end(round.run(GarbageRules.orphan(item, dependents(item.object().uid()))));
    }
    if (!finalizers.contains(GarbageRules.FOREGROUND)) {
      return Result.DONE;
    }
    List<Item> dependents = dependents(item.object().uid());
    List<Action> actions = new ArrayList<>();
    for (Item dependent : dependents) {
      if (!dependent.object().deleting()) {
        Map<OwnerReference, OwnerState> owners = new LinkedHashMap<>();
        for (OwnerReference owner : dependent.object().owners()) {
          owners.put(owner, classify(dependent, owner, round));
        }
        actions.addAll(
            GarbageRules.collect(dependent, owners, dependents(dependent.object().uid())));
      }
    }
    List<Outcome<StoredObject>> outcomes = round.runTogether(actions);
    for (int i = 0; i < outcomes.size(); i++) {
      Optional<Rejection> failure = Hands.failure(actions.get(i), outcomes.get(i));
      if (failure.isPresent()) {
        return round.end(failure);
      }
    }
    // What blocks it will be heard of when it goes.
    return round.end(round.run(GarbageRules.foreground(item, dependents)));
  }

  private OwnerState classify(Item item, OwnerReference owner, Round round)
      throws InterruptedException {
    Optional<ResourceType> type = type(owner);
    if (type.isEmpty()) {
      return OwnerState.SOLID; // a kind that nobody serves: nothing can be known
    }
    boolean clusterScoped = item.object().key().namespace().isEmpty();
    if (clusterScoped && type.get().namespaced()) {
      complain(item, owner, round);
      return OwnerState.SOLID; // it names no object at all, so that none can be gone
    }
    Optional<StoredObject> found = cached(item.object(), owner);
    if (found.isEmpty()) {
      // The cache may be behind: only the store's own word counts.
      switch (round.get(
          type.get().groupVersionResource(), keyOf(type.get(), item.object(), owner))) {
        case Outcome.Done<StoredObject>(StoredObject fresh) ->
            found = Optional.of(fresh).filter(f -> f.uid().equals(owner.uid()));
        case Outcome.Rejected<StoredObject>(Rejection.NotFound gone) -> {}
        case Outcome.Rejected<StoredObject> unknown -> {
          return OwnerState.SOLID; // asked again with the next change, or by its owner's end
        }
      }
    }
    if (found.isEmpty()) {
      if (type.get().namespaced() && livesElsewhere(type.get(), item.object(), owner)) {
        complain(item, owner, round);
      }
      return OwnerState.DANGLING;
    }
    return GarbageRules.waitsForDependents(found.get()) ? OwnerState.WAITING : OwnerState.SOLID;
  }

  private boolean livesElsewhere(ResourceType type, StoredObject dependent, OwnerReference owner) {
    var informer = informers.find(type.groupVersionResource());
    return informer.isPresent()
        && informers.of(Resources.NAMESPACES).objects().stream()
            .filter(namespace -> !namespace.key().name().equals(dependent.key().namespace()))
            .flatMap(
                namespace ->
                    informer.get().get(ObjectKey.of(namespace.key().name(), owner.name())).stream())
            .anyMatch(found -> found.uid().equals(owner.uid()));
  }

  private void complain(Item item, OwnerReference owner, Round round) {
    GroupVersionKind kind =
        catalog
            .get()
            .find(item.resource())
            .map(ResourceType::kind)
            .orElseThrow(() -> new IllegalStateException("not served: " + item.resource()));
    round.say(
        Action.warning(
            EventSubject.of(kind, item.object()),
            "OwnerRefInvalidNamespace",
            "ownerRef [%s/%s, namespace: %s, name: %s, uid: %s] does not exist in namespace \"%s\""
                .formatted(
                    owner.apiVersion(),
                    owner.kind(),
                    item.object().key().namespace(),
                    owner.name(),
                    owner.uid(),
                    item.object().key().namespace())));
  }
}
