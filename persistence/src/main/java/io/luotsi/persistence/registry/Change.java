package io.luotsi.persistence.registry;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchEvent;
import java.util.Optional;
import org.pcollections.PSortedMap;

/**
 * One event as the watch window keeps it: what watchers are told, and what it takes to undo it.
 *
 * @param event empty for events that concern no object
 * @param before the object that the event replaced or removed
 */
public record Change(
    long version, long timeMillis, Optional<WatchEvent> event, Optional<StoredObject> before) {
  /** What an entry of the window costs besides the objects that only it keeps alive. */
  private static final int OVERHEAD_BYTES = 200;

  /** What {@code event} changes about {@code state}, which it is about to be applied to. */
  static Change of(RegistryState state, RegistryEvent event) {
    return switch (event) {
      case RegistryEvent.Created created ->
          new Change(created.version(), created.timeMillis(), Optional.empty(), Optional.empty());
      case RegistryEvent.Stored stored -> {
        StoredObject object = stored.object();
        Optional<StoredObject> before = Optional.ofNullable(state.objects().get(object.key()));
        WatchEvent told =
            before
                .<WatchEvent>map(previous -> new WatchEvent.Modified(object, previous))
                .orElseGet(() -> new WatchEvent.Added(object));
        yield new Change(stored.version(), stored.timeMillis(), Optional.of(told), before);
      }
      case RegistryEvent.Removed removed -> gone(state, removed, removed.key());
      case RegistryEvent.Expired expired -> gone(state, expired, expired.key());
    };
  }

  private static Change gone(RegistryState state, RegistryEvent event, ObjectKey key) {
    StoredObject before = state.objects().get(key);
    return deleted(event.version(), event.timeMillis(), before);
  }

  /** The change that removed {@code before}. */
  public static Change deleted(long version, long timeMillis, StoredObject before) {
    return new Change(
        version,
        timeMillis,
        Optional.of(new WatchEvent.Deleted(before.at(version))),
        Optional.of(before));
  }

  /** The objects as they were before this change. */
  PSortedMap<ObjectKey, StoredObject> undo(PSortedMap<ObjectKey, StoredObject> after) {
    if (before.isPresent()) {
      return after.plus(before.get().key(), before.get());
    }
    return event.isPresent() ? after.minus(event.get().object().key()) : after;
  }

  /** Memory that the window holds on account of this change. */
  int costBytes() {
    int copies = event.isPresent() && event.get() instanceof WatchEvent.Deleted ? 2 : 1;
    return OVERHEAD_BYTES + before.map(object -> copies * object.json().length).orElse(0);
  }
}
