package io.luotsi.persistence.registry;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;

/**
 * What happened in a resource's history. Each event takes the next version; {@link EventFormat}
 * says how it is journalled.
 */
public sealed interface RegistryEvent {
  /** The resource's version after this event, which is the event's sequence number. */
  long version();

  /** When the leader decided it, in milliseconds since 1970; never falls within a resource. */
  long timeMillis();

  /** The registry itself came to be: always the first event, and only that. */
  record Created(long version, long timeMillis) implements RegistryEvent {}

  /**
   * An object was created or replaced.
   *
   * @param schemaGeneration of the resource's schema that the body was checked against
   */
  record Stored(StoredObject object, int schemaGeneration, long timeMillis)
      implements RegistryEvent {
    @Override
    public long version() {
      return object.resourceVersion();
    }
  }

  /** An object was deleted. */
  record Removed(ObjectKey key, String uid, long version, long timeMillis)
      implements RegistryEvent {}

  /** An object that nobody wrote for the resource's time to live was deleted. */
  record Expired(ObjectKey key, String uid, long version, long timeMillis)
      implements RegistryEvent {}
}
