package io.luotsi.core.client;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;

/**
 * What an Event is about: its {@code involvedObject}.
 *
 * @param key the Event is put into its namespace, or into {@code default} if it has none
 * @param uid may be empty
 * @param resourceVersion may be empty
 * @param fieldPath the part that is meant, such as {@code spec.containers{web}}; empty for the
 *     whole
 */
public record EventSubject(
    GroupVersionKind kind, ObjectKey key, String uid, String resourceVersion, String fieldPath) {

  public static EventSubject of(GroupVersionKind kind, StoredObject object) {
    return new EventSubject(
        kind, object.key(), object.uid(), Long.toString(object.resourceVersion()), "");
  }

  /** A part of the same object. */
  public EventSubject part(String path) {
    return new EventSubject(kind, key, uid, resourceVersion, path);
  }

  String namespace() {
    return key.namespace().isEmpty() ? "default" : key.namespace();
  }
}
