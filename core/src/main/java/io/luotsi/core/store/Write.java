package io.luotsi.core.store;

import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;

/** One conditional write to one object. */
public sealed interface Write {
  ObjectKey key();

  /** Refused with AlreadyExists if the key is taken. */
  record Create(ObjectDraft draft) implements Write {
    @Override
    public ObjectKey key() {
      return draft.key();
    }
  }

  /** Refused with NotFound if there is nothing to replace, with Conflict by its precondition. */
  record Update(ObjectDraft draft, Precondition precondition) implements Write {
    @Override
    public ObjectKey key() {
      return draft.key();
    }
  }

  /** Removes the object at once; grace and finalizers are the pipeline's business. */
  record Delete(ObjectKey key, Precondition precondition) implements Write {}
}
