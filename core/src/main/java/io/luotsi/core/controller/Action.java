package io.luotsi.core.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.client.EventRecorder;
import io.luotsi.core.client.EventSubject;

/**
 * What a reconcile wants done. Carried out in the order returned; the first one that fails ends the
 * round, and the next round starts from fresh state.
 */
public sealed interface Action {

  /**
   * @param body with {@code metadata.name} or {@code metadata.generateName}
   */
  record Create(GroupVersionResource resource, String namespace, ObjectNode body)
      implements Action {}

  /**
   * @param subresource empty for the object itself
   * @param patch says in {@code metadata.resourceVersion} or {@code metadata.uid} which object was
   *     seen, unless it may be applied to any
   */
  record Patch(
      GroupVersionResource resource,
      ObjectKey key,
      String subresource,
      PatchType type,
      ObjectNode patch)
      implements Action {}

  /** Replaces the whole object, for those that the controller alone writes. */
  record Update(GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body)
      implements Action {}

  /** Done, too, if the object is gone or is another one by now. */
  record Delete(GroupVersionResource resource, ObjectKey key, DeleteOptions options)
      implements Action {}

  /** Says what was done; after the actions it speaks of. */
  record Event(EventSubject about, EventRecorder.Type type, String reason, String message)
      implements Action {}

  static Patch merge(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode patch) {
    return new Patch(resource, key, subresource, PatchType.MERGE, patch);
  }

  static Event normal(EventSubject about, String reason, String message) {
    return new Event(about, EventRecorder.Type.NORMAL, reason, message);
  }

  static Event warning(EventSubject about, String reason, String message) {
    return new Event(about, EventRecorder.Type.WARNING, reason, message);
  }
}
