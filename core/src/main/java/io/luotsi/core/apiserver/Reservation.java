package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.apiserver.Api.Target;
import java.util.Optional;

/**
 * Something that was taken for an object before it is stored, because only its own existence makes
 * it unique.
 *
 * @param cancel gives back what was taken, when the object is certainly not stored
 * @param confirm gives back what the object no longer needs, when it is stored
 */
record Reservation(Runnable cancel, Runnable confirm) {
  static final Reservation NONE = new Reservation(() -> {}, () -> {});

  /** Takes, for one type of objects. */
  interface Maker {
    /** Whether objects of the target's type need anything; if so, requests wait for the store. */
    boolean concerns(Target target);

    /**
     * Takes what {@code object} needs and writes it into it. Waits for the store.
     *
     * @param dryRun to take nothing, and write what could be taken
     */
    Outcome<Reservation> reserve(
        Target target, ObjectNode object, Optional<ObjectNode> current, boolean dryRun);

    /** Gives back what an object had that is gone. */
    void release(ObjectNode gone);
  }
}
