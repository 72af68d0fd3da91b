package io.luotsi.core.store;

import io.luotsi.core.api.StoredObject;

/** One event of a resource's history. */
public sealed interface WatchEvent {
  /** The object after the event; for a deletion the last one, at the version of its deletion. */
  StoredObject object();

  record Added(StoredObject object) implements WatchEvent {}

  record Modified(StoredObject object, StoredObject previous) implements WatchEvent {}

  record Deleted(StoredObject object) implements WatchEvent {}

  default long version() {
    return object().resourceVersion();
  }
}
