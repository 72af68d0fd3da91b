package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * What is particular to one type in the request pipeline; the defaults are those of a type that has
 * nothing particular. Pure functions of their arguments, which are JSON trees that a preparation
 * may change in place: metadata has been taken care of, defaults are filled in.
 */
interface Strategy {
  Strategy PLAIN = new Strategy() {};

  /** What a new object's status is; empty to keep it without one. */
  default ObjectNode initialStatus(ObjectNode object) {
    return Json.object();
  }

  /** Whether a client that creates an object may say its status, too. */
  default boolean keepsStatusOnCreate() {
    return false;
  }

  /**
   * Whether {@code metadata.generation} counts the changes of what is neither metadata nor status.
   */
  default boolean countsGenerations() {
    return false;
  }

  default void prepareForCreate(ObjectNode object) {}

  /**
   * @param creator whom a few kinds remember
   */
  default void prepareForCreate(ObjectNode object, UserInfo creator) {
    prepareForCreate(object);
  }

  /** Whether a write of anything but the subresource {@code status} may change the status, too. */
  default boolean changesStatus() {
    return false;
  }

  /**
   * @param object what is to be stored; its status is already the current one's, unless {@link
   *     #changesStatus}
   */
  default void prepareForUpdate(ObjectNode object, ObjectNode current) {}

  /** The same of a type that writes the time of its changes. */
  default void prepareForUpdate(ObjectNode object, ObjectNode current, Instant now) {
    prepareForUpdate(object, current);
  }

  /**
   * @param object what is to be stored; all but status and metadata is already the current one's
   */
  default void prepareForStatusUpdate(ObjectNode object, ObjectNode current, Instant now) {}

  /** All that is wrong with a new object, in upstream's order; metadata included. */
  default List<FieldError> validate(ObjectNode object) {
    return List.of();
  }

  default List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    return List.of();
  }

  default List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
    return List.of();
  }

  /** Whether an update without {@code resourceVersion} replaces whatever is there. */
  default boolean allowsUnconditionalUpdate() {
    return true;
  }

  /** Whether an update of what does not exist creates it. */
  default boolean createsOnUpdate() {
    return false;
  }

  /** Whether owners and finalizers of garbage collection mean anything for this type. */
  default boolean isGarbageCollected() {
    return true;
  }

  /** Whether objects of this type are told to go and given time. */
  default boolean deletesGracefully() {
    return false;
  }

  /**
   * Seconds that an object is given that nobody told to go yet; only asked of types that delete
   * gracefully.
   *
   * @param requested what the client wants, never negative
   */
  default int gracePeriodSeconds(ObjectNode object, OptionalInt requested) {
    return 0;
  }

  /** What a request to delete does to {@code current}. */
  default Deletion delete(ObjectNode current, DeleteOptions options, Instant now) {
    return Deletion.decide(this, current, options, now);
  }

  /** Whether this update takes away the last thing that kept an object which was told to go. */
  default boolean completesDeletion(ObjectNode updated, ObjectNode current) {
    return Deletion.completes(updated, current);
  }
}
