package io.luotsi.persistence.registry;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * A resource as its events have made it. Immutable; {@link #decide} chooses and changes nothing,
 * {@link #apply} changes and chooses nothing.
 *
 * @param version of the last event, 0 before the first
 * @param timeMillis of the last event
 * @param objects in key order
 * @param generations which schema generation objects were checked against: those of a version at or
 *     behind a key of this map, and before the next, against its value
 * @param lastWrites for resources with a time to live, the time of each object's last write, under
 *     the object's version: in the order in which they expire. Empty for others
 */
public record RegistryState(
    GroupResource resource,
    boolean expires,
    long version,
    long timeMillis,
    PSortedMap<ObjectKey, StoredObject> objects,
    PSortedMap<Long, Integer> generations,
    PSortedMap<Long, LastWrite> lastWrites) {

  /** When an object was last written. */
  public record LastWrite(ObjectKey key, long timeMillis) {}

  /** What becomes of one write: an event, or the rule that says no. */
  public sealed interface Decision {
    /**
     * @param result what the writer is told when the event is durable
     */
    record Accepted(RegistryEvent event, StoredObject result) implements Decision {}

    record Refused(Rejection rejection) implements Decision {}
  }

  /**
   * What becomes of a batch.
   *
   * @param events in order, without a gap behind the state's version
   * @param outcomes one for each write, in order
   */
  public record Decisions(List<RegistryEvent> events, List<Outcome<StoredObject>> outcomes) {}

  /** Objects that expire in one batch. */
  static final int EXPIRE_BATCH = 500;

  /** Upstream's words for an update that was based on an older version. */
  private static final String OPTIMISTIC_LOCK =
      "the object has been modified; please apply your changes to the latest version and try again";

  /**
   * @param expires whether objects have a time to live
   */
  public static RegistryState empty(GroupResource resource, boolean expires) {
    return new RegistryState(
        resource, expires, 0, 0, TreePMap.empty(), TreePMap.empty(), TreePMap.empty());
  }

  /**
   * Decides a batch, behind whatever is due to expire.
   *
   * @param timeMillis now; taken no earlier than the last event
   */
  public Decisions decideBatch(List<Write> writes, ResourceSettings settings, long timeMillis) {
    List<RegistryEvent> events = new ArrayList<>();
    RegistryState state = this;
    if (settings.timeToLive().isPresent()) {
      events.addAll(expire(settings.timeToLive().get(), timeMillis, EXPIRE_BATCH));
    }
    for (RegistryEvent event : events) {
      state = state.apply(event);
    }
    Decisions decisions = state.decideAll(writes, timeMillis, settings.schemaGeneration());
    events.addAll(decisions.events());
    return new Decisions(events, decisions.outcomes());
  }

  /**
   * Decides writes one after another, each against what the ones before it make of the state. The
   * registry's creation comes first, if it has not happened.
   *
   * @param timeMillis now; taken no earlier than the last event
   */
  public Decisions decideAll(List<Write> writes, long timeMillis, int schemaGeneration) {
    List<RegistryEvent> events = new ArrayList<>(writes.size() + 1);
    List<Outcome<StoredObject>> outcomes = new ArrayList<>(writes.size());
    long time = Math.max(timeMillis, this.timeMillis);
    RegistryState state = this;
    if (version == 0) {
      RegistryEvent created = new RegistryEvent.Created(1, time);
      events.add(created);
      state = state.apply(created);
    }
    for (Write write : writes) {
      switch (state.decide(write, time, schemaGeneration)) {
        case Decision.Accepted(RegistryEvent event, StoredObject result) -> {
          events.add(event);
          outcomes.add(Outcome.done(result));
          state = state.apply(event);
        }
        case Decision.Refused(Rejection rejection) -> outcomes.add(Outcome.rejected(rejection));
      }
    }
    return new Decisions(events, outcomes);
  }

  /** Decides one write; the rules of {@link Write} and of upstream's precondition messages. */
  public Decision decide(Write write, long timeMillis, int schemaGeneration) {
    Optional<StoredObject> current = Optional.ofNullable(objects.get(write.key()));
    return switch (write) {
      case Write.Create(ObjectDraft draft) when current.isPresent() ->
          new Decision.Refused(new Rejection.AlreadyExists(resource, draft.key().name()));
      case Write.Create(ObjectDraft draft) -> store(draft, timeMillis, schemaGeneration);
      case Write.Update update when current.isEmpty() -> notFound(update.key());
      case Write.Update(ObjectDraft draft, Precondition precondition)
          when !precondition.holds(current.get()) ->
          conflict(current.get(), updateObstacle(precondition, current.get()));
      case Write.Update(ObjectDraft draft, Precondition precondition) ->
          store(draft, timeMillis, schemaGeneration);
      case Write.Delete delete when current.isEmpty() -> notFound(delete.key());
      case Write.Delete(ObjectKey key, Precondition precondition)
          when !precondition.holds(current.get()) ->
          conflict(current.get(), deleteObstacle(precondition, current.get()));
      case Write.Delete(ObjectKey key, Precondition precondition) ->
          new Decision.Accepted(
              new RegistryEvent.Removed(key, current.get().uid(), version + 1, timeMillis),
              current.get().at(version + 1));
    };
  }

  private Decision store(ObjectDraft draft, long timeMillis, int schemaGeneration) {
    StoredObject object = draft.seal(version + 1);
    return new Decision.Accepted(
        new RegistryEvent.Stored(object, schemaGeneration, timeMillis), object);
  }

  private Decision notFound(ObjectKey key) {
    return new Decision.Refused(new Rejection.NotFound(resource, key.name()));
  }

  private Decision conflict(StoredObject current, String message) {
    return new Decision.Refused(new Rejection.Conflict(resource, current.key().name(), message));
  }

  private static String updateObstacle(Precondition precondition, StoredObject current) {
    return uidDiffers(precondition, current) ? uidObstacle(precondition, current) : OPTIMISTIC_LOCK;
  }

  private static String deleteObstacle(Precondition precondition, StoredObject current) {
    if (uidDiffers(precondition, current)) {
      return uidObstacle(precondition, current);
    }
    return "Precondition failed: ResourceVersion in precondition: "
        + precondition.resourceVersion().orElseThrow()
        + ", ResourceVersion in object meta: "
        + current.resourceVersion();
  }

  private static boolean uidDiffers(Precondition precondition, StoredObject current) {
    return precondition.uid().isPresent() && !precondition.uid().get().equals(current.uid());
  }

  private static String uidObstacle(Precondition precondition, StoredObject current) {
    return "Precondition failed: UID in precondition: "
        + precondition.uid().orElseThrow()
        + ", UID in object meta: "
        + current.uid();
  }

  /**
   * Objects whose time is up, as events behind this state.
   *
   * @param max number of events at most; the rest is due at once
   */
  public List<RegistryEvent> expire(Duration timeToLive, long timeMillis, int max) {
    List<RegistryEvent> events = new ArrayList<>();
    long next = version + 1;
    for (LastWrite write : lastWrites.values()) {
      if (events.size() == max || write.timeMillis() + timeToLive.toMillis() > timeMillis) {
        break;
      }
      StoredObject object = objects.get(write.key());
      events.add(
          new RegistryEvent.Expired(
              write.key(), object.uid(), next++, Math.max(timeMillis, this.timeMillis)));
    }
    return events;
  }

  /** When {@link #expire} will next have something to do; empty if there is nothing to wait for. */
  public OptionalLong nextExpiryMillis(Duration timeToLive) {
    return lastWrites.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(lastWrites.firstEntry().getValue().timeMillis() + timeToLive.toMillis());
  }

  /** Why {@code event} cannot follow this state; empty if it can. */
  public Optional<String> obstacle(RegistryEvent event) {
    if (event.version() != version + 1) {
      return Optional.of("event " + event.version() + " behind version " + version);
    }
    return switch (event) {
      case RegistryEvent.Created created ->
          version == 0 ? Optional.empty() : Optional.of("created twice");
      case RegistryEvent.Stored stored ->
          version > 0 ? Optional.empty() : Optional.of("stored before created");
      case RegistryEvent.Removed removed -> absence(removed.key(), removed.uid());
      case RegistryEvent.Expired expired -> absence(expired.key(), expired.uid());
    };
  }

  private Optional<String> absence(ObjectKey key, String uid) {
    StoredObject object = objects.get(key);
    return object != null && object.uid().equals(uid)
        ? Optional.empty()
        : Optional.of("no " + key + " with uid " + uid + " to remove");
  }

  /**
   * @throws IllegalStateException if there is an {@link #obstacle}: half-right state is worse than
   *     none
   */
  public RegistryState apply(RegistryEvent event) {
    Optional<String> obstacle = obstacle(event);
    if (obstacle.isPresent()) {
      throw new IllegalStateException(resource + ": " + obstacle.get());
    }
    return switch (event) {
      case RegistryEvent.Created created -> with(created, objects, generations, lastWrites);
      case RegistryEvent.Stored stored -> applyStored(stored);
      case RegistryEvent.Removed removed -> applyGone(removed, removed.key());
      case RegistryEvent.Expired expired -> applyGone(expired, expired.key());
    };
  }

  private RegistryState applyStored(RegistryEvent.Stored stored) {
    StoredObject object = stored.object();
    PSortedMap<Long, LastWrite> writes = withoutLastWrite(object.key());
    if (expires) {
      writes =
          writes.plus(object.resourceVersion(), new LastWrite(object.key(), stored.timeMillis()));
    }
    Map.Entry<Long, Integer> newest = generations.isEmpty() ? null : generations.lastEntry();
    PSortedMap<Long, Integer> steps =
        newest != null && newest.getValue() == stored.schemaGeneration()
            ? generations
            : generations.plus(stored.version(), stored.schemaGeneration());
    return with(stored, objects.plus(object.key(), object), steps, writes);
  }

  private RegistryState applyGone(RegistryEvent event, ObjectKey key) {
    return with(event, objects.minus(key), generations, withoutLastWrite(key));
  }

  private PSortedMap<Long, LastWrite> withoutLastWrite(ObjectKey key) {
    StoredObject before = expires ? objects.get(key) : null;
    return before == null ? lastWrites : lastWrites.minus(before.resourceVersion());
  }

  private RegistryState with(
      RegistryEvent event,
      PSortedMap<ObjectKey, StoredObject> newObjects,
      PSortedMap<Long, Integer> newGenerations,
      PSortedMap<Long, LastWrite> newLastWrites) {
    return new RegistryState(
        resource,
        expires,
        event.version(),
        event.timeMillis(),
        newObjects,
        newGenerations,
        newLastWrites);
  }

  /** Generation of the schema that an object of this state was checked against. */
  public int schemaGeneration(StoredObject object) {
    Map.Entry<Long, Integer> step = generations.floorEntry(object.resourceVersion());
    return step == null ? 0 : step.getValue();
  }

  public ResourceSnapshot snapshot() {
    return new ResourceSnapshot(version, objects);
  }
}
