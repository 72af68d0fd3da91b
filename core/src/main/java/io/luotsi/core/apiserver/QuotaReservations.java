package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.quota.QuotaDemand;
import io.luotsi.core.quota.QuotaDemand.Verdict;
import io.luotsi.core.quota.ResourceLists;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.Write;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;

/**
 * Upstream's plugin ResourceQuota. What an object will use is added to the {@code status.used} of
 * every quota that is about it before the object is stored, on condition that the quota is as it
 * was read: so creations at the same time, on whatever members, can never use more together than is
 * allowed (ADR 22).
 *
 * <p>Requests of one namespace that come while a quota is being written are decided together, and
 * written at once.
 */
final class QuotaReservations {
  private static final GroupResource QUOTAS = new GroupResource("", "resourcequotas");

  /** Writes of one batch that another member's may come before. */
  private static final int MAX_ATTEMPTS = 50;

  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  private final Store store;
  private final InstantSource clock;
  private final boolean enabled;
  private final Map<String, List<Waiting>> byNamespace = new HashMap<>();

  QuotaReservations(Store store, InstantSource clock, boolean enabled) {
    this.store = store;
    this.clock = clock;
    this.enabled = enabled;
  }

  private record Waiting(
      QuotaDemand demand,
      Admission.Request request,
      CompletableFuture<Outcome<Reservation>> done) {}

  /** Takes what the object needs more than it had. Waits for the store, if there are quotas. */
  Outcome<Reservation> reserve(Admission.Request request, boolean dryRun) {
    boolean counted =
        enabled
            && request.object().isPresent()
            && request.target().type().namespaced()
            && request.target().subresource().isEmpty();
    return counted
        ? quotas(request).flatMap(quotas -> reserve(request, quotas, dryRun))
        : Outcome.done(Reservation.NONE);
  }

  private static Outcome<List<StoredObject>> quotas(Admission.Request request) {
    return request
        .reads()
        .snapshot(QUOTAS)
        .map(all -> List.copyOf(all.namespace(request.target().namespace()).values()));
  }

  private Outcome<Reservation> reserve(
      Admission.Request request, List<StoredObject> quotas, boolean dryRun) {
    if (quotas.isEmpty()) {
      return Outcome.done(Reservation.NONE);
    }
    QuotaDemand demand =
        QuotaDemand.of(
            request.target().type().groupResource(),
            request.object().orElseThrow(),
            request.current(),
            clock.instant());
    if (quotas.stream().noneMatch(quota -> isConcerned(demand, quota))) {
      return Outcome.done(Reservation.NONE);
    }
    if (!request.reads().areLatest()) {
      // Only the attempt that is made from the latest state is believed, and may wait.
      return Outcome.rejected(
          new Rejection.Conflict(QUOTAS, request.target().namespace(), "to be looked at again"));
    }
    Optional<Rejection> taken = taken(request);
    if (taken.isPresent()) {
      return Outcome.rejected(taken.get());
    }
    Waiting waiting = new Waiting(demand, request, new CompletableFuture<>());
    if (dryRun) {
      return fitting(quotas, List.of(waiting)).isEmpty()
          ? waiting.done().join()
          : Outcome.done(Reservation.NONE);
    }
    return enqueue(request.target().namespace(), waiting);
  }

  private static boolean isConcerned(QuotaDemand demand, StoredObject quota) {
    ObjectNode json = Json.readObject(quota.json());
    return !(demand.check(json, used(json)) instanceof Verdict.Indifferent);
  }

  private static SortedMap<String, Quantity> used(ObjectNode quota) {
    return ResourceLists.read(quota.at("/status/used"));
  }

  /** What cannot be stored must not use anything until somebody counts again. */
  private static Optional<Rejection> taken(Admission.Request request) {
    GroupResource resource = request.target().type().groupResource();
    String name = ObjectMeta.name(request.object().orElseThrow());
    if (request.current().isPresent() || name.isEmpty()) {
      return Optional.empty();
    }
    return switch (request
        .reads()
        .find(resource, ObjectKey.of(request.target().namespace(), name))) {
      case Outcome.Rejected<Optional<StoredObject>>(Rejection why) -> Optional.of(why);
      case Outcome.Done<Optional<StoredObject>>(Optional<StoredObject> found) ->
          found.map(there -> new Rejection.AlreadyExists(resource, name));
    };
  }

  /** Joins those that wait; whoever finds nobody at work works for all until nobody waits. */
  private Outcome<Reservation> enqueue(String namespace, Waiting waiting) {
    boolean works;
    synchronized (byNamespace) {
      works = !byNamespace.containsKey(namespace);
      byNamespace.computeIfAbsent(namespace, first -> new ArrayList<>()).add(waiting);
    }
    if (works) {
      work(namespace);
    }
    return waiting.done().join();
  }

  private void work(String namespace) {
    while (true) {
      List<Waiting> batch;
      synchronized (byNamespace) {
        batch = byNamespace.getOrDefault(namespace, List.of());
        if (batch.isEmpty()) {
          byNamespace.remove(namespace);
          return;
        }
        byNamespace.put(namespace, new ArrayList<>());
      }
      try {
        decide(namespace, batch);
      } finally {
        // A bug must not leave anybody waiting.
        batch.forEach(
            one ->
                one.done()
                    .complete(
                        Outcome.rejected(new Rejection.InternalError("quota was not decided"))));
      }
    }
  }

  /** Looks at all quotas first: who does not fit into one takes nothing of another. */
  private void decide(String namespace, List<Waiting> batch) {
    Outcome<ResourceSnapshot> now = latest();
    if (now instanceof Outcome.Rejected<ResourceSnapshot>(Rejection why)) {
      refuse(batch, why);
      return;
    }
    List<StoredObject> quotas = List.copyOf(now.orElseThrow().namespace(namespace).values());
    List<Waiting> left = fitting(quotas, batch);
    for (StoredObject quota : quotas) {
      left = left.isEmpty() ? left : take(quota, left);
    }
    left.forEach(one -> one.done().complete(Outcome.done(Reservation.NONE)));
  }

  private Outcome<ResourceSnapshot> latest() {
    return store.read(QUOTAS, ReadVersion.LATEST).toCompletableFuture().join();
  }

  private static void refuse(List<Waiting> batch, Rejection why) {
    batch.forEach(one -> one.done().complete(Outcome.rejected(why)));
  }

  /** Those that fit into all quotas one after the other; the others are told why not. */
  private static List<Waiting> fitting(List<StoredObject> quotas, List<Waiting> batch) {
    List<ObjectNode> all = quotas.stream().map(quota -> Json.readObject(quota.json())).toList();
    Map<ObjectNode, SortedMap<String, Quantity>> used = new IdentityHashMap<>();
    all.forEach(quota -> used.put(quota, used(quota)));
    List<Waiting> fitting = new ArrayList<>();
    for (Waiting one : batch) {
      Map<ObjectNode, SortedMap<String, Quantity>> after = new IdentityHashMap<>(used);
      boolean fits = true;
      for (ObjectNode quota : all) {
        fits = fits && add(one, quota, after);
      }
      if (fits) {
        used.putAll(after);
        fitting.add(one);
      }
    }
    return fitting;
  }

  private static boolean add(
      Waiting one, ObjectNode quota, Map<ObjectNode, SortedMap<String, Quantity>> used) {
    return switch (one.demand().check(quota, Objects.requireNonNull(used.get(quota)))) {
      case Verdict.Indifferent indifferent -> true;
      case Verdict.Fits(SortedMap<String, Quantity> after) -> {
        used.put(quota, after);
        yield true;
      }
      case Verdict.Refused(String why) -> {
        one.done()
            .complete(Outcome.rejected(AdmissionRules.forbidden(one.request(), why, List.of())));
        yield false;
      }
    };
  }

  /**
   * Adds to one quota what all need of it, and looks again when somebody else has written first.
   *
   * @return those that fit
   */
  private List<Waiting> take(StoredObject first, List<Waiting> batch) {
    Optional<StoredObject> quota = Optional.of(first);
    List<Waiting> left = batch;
    for (int attempt = 0; attempt < MAX_ATTEMPTS && quota.isPresent(); attempt++) {
      List<StoredObject> only = List.of(quota.get());
      left = fitting(only, left);
      Optional<ObjectDraft> draft = draft(quota.get(), left);
      if (draft.isEmpty()) {
        return left;
      }
      Write write = new Write.Update(draft.get(), Precondition.unchanged(quota.get()));
      switch (store.commit(QUOTAS, write).toCompletableFuture().join()) {
        case Outcome.Done<StoredObject> done -> {
          return left;
        }
        case Outcome.Rejected<StoredObject>(Rejection why) when Attempts.isStale(why) -> {
          switch (latest()) {
            case Outcome.Done<ResourceSnapshot>(ResourceSnapshot all) ->
                quota = all.get(first.key());
            case Outcome.Rejected<ResourceSnapshot>(Rejection unread) -> {
              refuse(left, unread);
              return List.of();
            }
          }
        }
        case Outcome.Rejected<StoredObject>(Rejection why) -> {
          refuse(left, why);
          return List.of();
        }
      }
    }
    if (quota.isEmpty()) {
      return left; // whoever has deleted it limits nobody any more
    }
    refuse(left, new Rejection.TooManyRequests("the quota is being written", AGAIN_AFTER));
    return List.of();
  }

  private static Optional<ObjectDraft> draft(StoredObject quota, List<Waiting> left) {
    ObjectNode json = Json.readObject(quota.json());
    SortedMap<String, Quantity> before = used(json);
    SortedMap<String, Quantity> after = before;
    for (Waiting one : left) {
      if (one.demand().check(json, after)
          instanceof Verdict.Fits(SortedMap<String, Quantity> more)) {
        after = more;
      }
    }
    if (after.equals(before)) {
      return Optional.empty();
    }
    json.withObject("status").set("used", ResourceLists.write(after));
    return Optional.of(ObjectDraft.of(json, SelectableFields.NONE));
  }
}
