package io.luotsi.core.store;

import io.luotsi.core.api.StoredObject;
import java.util.Optional;
import java.util.OptionalLong;

/** What must be true of the current object for a write to it to happen. */
public record Precondition(Optional<String> uid, OptionalLong resourceVersion) {
  public static final Precondition NONE = new Precondition(Optional.empty(), OptionalLong.empty());

  /** Nobody wrote since {@code seen}. */
  public static Precondition unchanged(StoredObject seen) {
    return new Precondition(Optional.of(seen.uid()), OptionalLong.of(seen.resourceVersion()));
  }

  public boolean holds(StoredObject current) {
    return (uid.isEmpty() || uid.get().equals(current.uid()))
        && (resourceVersion.isEmpty() || resourceVersion.getAsLong() == current.resourceVersion());
  }
}
