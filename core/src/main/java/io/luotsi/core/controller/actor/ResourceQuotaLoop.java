package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Verb;
import io.luotsi.core.client.ApiClient.ObjectList;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.quota.Recount;
import io.luotsi.core.controller.quota.Reserved;
import io.luotsi.core.quota.ResourceLists;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Counts anew what a namespace's quotas are used for when something goes, or a quota changes.
 * Admission adds what comes; what it has reserved for an object that has not arrived yet is left
 * reserved, until it cannot come any more (ADR 22). Keys are those of quotas.
 *
 * @see "Source: pkg/controller/resourcequota"
 */
final class ResourceQuotaLoop implements Loop<ObjectKey> {
  private static final GroupVersionResource QUOTAS = Resources.RESOURCE_QUOTAS;

  /** Between two counts of one quota: thousands of pods may come and go meanwhile. */
  private static final Duration BETWEEN_COUNTS = Duration.ofMillis(250);

  private record Arrival(Instant at, GroupResource resource, StoredObject object) {}

  private final Informers informers;
  private final Hands hands;
  private final Clock clock;
  private final Supplier<? extends Catalog> catalog;
  private final Map<ObjectKey, Reserved> reserved = new ConcurrentHashMap<>();
  private final Map<ObjectKey, Instant> counted = new ConcurrentHashMap<>();
  private final Map<String, Deque<Arrival>> arrivals = new ConcurrentHashMap<>();

  ResourceQuotaLoop(
      Informers informers, Hands hands, Supplier<? extends Catalog> catalog, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.catalog = catalog;
    this.clock = clock;
  }

  /** As upstream: events come and go by the thousand, and limit themselves. */
  private static boolean isCounted(ResourceType type) {
    return type.namespaced()
        && type.verbs().containsAll(Set.of(Verb.LIST, Verb.WATCH, Verb.CREATE))
        && !type.plural().equals("events");
  }

  /** All that quotas can count now, custom kinds among them. */
  private Map<GroupResource, GroupVersionResource> resources() {
    Map<GroupResource, GroupVersionResource> resources = new LinkedHashMap<>();
    Informers.stored(catalog.get())
        .filter(ResourceQuotaLoop::isCounted)
        .forEach(type -> resources.put(type.groupResource(), type.groupVersionResource()));
    return resources;
  }

  @Override
  public String name() {
    return "resourcequota-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(
        QUOTAS,
        (key, before, after) -> {
          onQuota(key, before, after);
          wants.accept(key);
        });
    all.listenToEvery(
        ResourceQuotaLoop::isCounted,
        resource ->
            (key, before, after) -> onObject(resource.groupResource(), before, after, wants));
  }

  private void onQuota(ObjectKey key, Optional<StoredObject> before, Optional<StoredObject> after) {
    if (after.isEmpty()) {
      reserved.remove(key);
      counted.remove(key);
    } else if (before.isPresent()) {
      reserved
          .computeIfAbsent(key, first -> new Reserved())
          .changed(
              used(before.get()),
              used(after.get()),
              after.get().resourceVersion(),
              clock.instant());
    }
  }

  private static SortedMap<String, Quantity> used(StoredObject quota) {
    return ResourceLists.read(Json.readObject(quota.json()).at("/status/used"));
  }

  private void onObject(
      GroupResource resource,
      Optional<StoredObject> before,
      Optional<StoredObject> after,
      Consumer<ObjectKey> wants) {
    String namespace = after.or(() -> before).orElseThrow().key().namespace();
    List<ObjectKey> quotas =
        informers.find(QUOTAS).stream()
            .flatMap(all -> all.objects(namespace).stream())
            .map(StoredObject::key)
            .toList();
    if (quotas.isEmpty()) {
      arrivals.remove(namespace);
      return;
    }
    if (before.isEmpty()) {
      arrivals
          .computeIfAbsent(namespace, first -> new ConcurrentLinkedDeque<>())
          .add(new Arrival(clock.instant(), resource, after.orElseThrow()));
    }
    if (after.isEmpty() || before.isPresent() && mayShrink(resource, before.get(), after.get())) {
      quotas.forEach(wants);
    }
  }

  /** Pods by ending; Services and claims by any change, of which there are few. */
  private static boolean mayShrink(
      GroupResource resource, StoredObject before, StoredObject after) {
    return switch (resource.toString()) {
      case "pods" -> !before.field("status.phase").equals(after.field("status.phase"));
      case "services", "persistentvolumeclaims" -> true;
      default -> false;
    };
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Instant now = clock.instant();
    Instant next = counted.getOrDefault(key, Instant.EPOCH).plus(BETWEEN_COUNTS);
    if (next.isAfter(now)) {
      return new Result.Done(Optional.of(Duration.between(now, next)));
    }
    Round round = hands.round();
    return switch (round.get(QUOTAS, key)) {
      case Outcome.Rejected<StoredObject>(Rejection why) -> round.end(Optional.of(why));
      case Outcome.Done<StoredObject>(StoredObject stored) -> {
        counted.put(key, now);
        yield count(key, Json.readObject(stored.json()), round);
      }
    };
  }

  private Result count(ObjectKey key, ObjectNode quota, Round round) throws InterruptedException {
    Map<GroupResource, GroupVersionResource> resources = resources();
    List<GroupResource> relevant = Recount.counted(quota, resources.keySet());
    SortedMap<String, Quantity> there = Recount.nothing(quota, relevant);
    for (GroupResource resource : relevant) {
      Outcome<ObjectList> list =
          Hands.join(
              hands
                  .api()
                  .list(
                      Objects.requireNonNull(resources.get(resource)),
                      Selection.inNamespace(key.namespace())));
      switch (list) {
        case Outcome.Rejected<ObjectList>(Rejection why) -> {
          return round.end(Optional.of(why));
        }
        case Outcome.Done<ObjectList>(ObjectList objects) -> {
          for (StoredObject object : objects.items()) {
            there =
                ResourceLists.plus(
                    there,
                    Recount.use(quota, resource, Json.readObject(object.json()), clock.instant()));
          }
        }
      }
    }
    SortedMap<String, Quantity> coming = coming(key, quota);
    Optional<ObjectNode> changed = Recount.status(quota, there, coming);
    if (changed.isPresent()) {
      Outcome<StoredObject> written =
          round
              .runTogether(List.of(new Action.Update(QUOTAS, key, "status", changed.get())))
              .getFirst();
      switch (written) {
        case Outcome.Rejected<StoredObject>(Rejection why) -> {
          return round.end(Optional.of(why));
        }
        case Outcome.Done<StoredObject>(StoredObject now) ->
            reserved.computeIfAbsent(key, first -> new Reserved()).counted(now.resourceVersion());
      }
    }
    return round.end(
        Optional.empty(), coming.isEmpty() ? Optional.empty() : Optional.of(Reserved.PENDING));
  }

  /** What has been reserved and has not arrived. */
  private SortedMap<String, Quantity> coming(ObjectKey key, ObjectNode quota) {
    Instant now = clock.instant();
    SortedMap<String, Quantity> lately =
        Optional.ofNullable(reserved.get(key)).map(it -> it.lately(now)).orElseGet(TreeMap::new);
    Deque<Arrival> all = arrivals.get(key.namespace());
    if (all == null) {
      return lately;
    }
    all.removeIf(arrival -> arrival.at().plus(Reserved.PENDING).isBefore(now));
    SortedMap<String, Quantity> arrived = new TreeMap<>();
    if (!lately.isEmpty()) {
      for (Arrival arrival : all) {
        arrived =
            ResourceLists.plus(
                arrived,
                Recount.use(
                    quota, arrival.resource(), Json.readObject(arrival.object().json()), now));
      }
    }
    return ResourceLists.excess(lately, arrived);
  }
}
