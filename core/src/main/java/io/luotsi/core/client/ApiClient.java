package io.luotsi.core.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchCursor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * The API as one user of it sees it from inside Luotsi. Everything passes the same authorisation,
 * defaulting and validation as an HTTP request of that user.
 *
 * <p>Stages complete exceptionally only for bugs, on a thread of the implementation's choice.
 */
public interface ApiClient {

  /**
   * Objects at one version, in key order.
   *
   * @param version to start a watch from
   */
  record ObjectList(long version, List<StoredObject> items) {
    public ObjectList {
      items = List.copyOf(items);
    }
  }

  /** How a patch body is to be read; the media types of upstream. */
  enum PatchType {
    JSON("application/json-patch+json"),
    MERGE("application/merge-patch+json"),
    STRATEGIC_MERGE("application/strategic-merge-patch+json"),
    APPLY("application/apply-patch+yaml");

    private final String mediaType;

    PatchType(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }
  }

  /** What becomes of the objects that name the deleted one as their owner. */
  enum Propagation {
    ORPHAN,
    BACKGROUND,
    FOREGROUND
  }

  /**
   * @param gracePeriodSeconds absent for the object's own
   * @param uid and {@code resourceVersion}: preconditions
   */
  record DeleteOptions(
      OptionalInt gracePeriodSeconds,
      Optional<Propagation> propagation,
      Optional<String> uid,
      Optional<String> resourceVersion) {
    public static final DeleteOptions DEFAULT =
        new DeleteOptions(
            OptionalInt.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** At once, and only the object that was seen. */
    public static DeleteOptions now(String uid) {
      return new DeleteOptions(
          OptionalInt.of(0), Optional.empty(), Optional.of(uid), Optional.empty());
    }
  }

  CompletionStage<Outcome<StoredObject>> get(GroupVersionResource resource, ObjectKey key);

  /** A consistent list: everything acknowledged before it was asked. */
  CompletionStage<Outcome<ObjectList>> list(GroupVersionResource resource, Selection selection);

  /**
   * Events after a version, as seen through the selection: an object that comes to match is Added,
   * one that ceases to is Deleted. A server in another process does not say what a Modified one
   * replaced: there {@code previous} is the object itself. Too old a version is refused as Expired,
   * at once or by the cursor.
   */
  CompletionStage<Outcome<WatchCursor>> watch(
      GroupVersionResource resource, Selection selection, long fromVersion);

  /**
   * @param body with {@code metadata.name} or {@code metadata.generateName}
   */
  CompletionStage<Outcome<StoredObject>> create(
      GroupVersionResource resource, String namespace, ObjectNode body);

  /**
   * Creates through a subresource of an existing object: {@code pods/binding}, {@code
   * pods/eviction}, {@code serviceaccounts/token}.
   *
   * @return the object as it is now, or what the server answers with and stores nowhere
   */
  CompletionStage<Outcome<StoredObject>> createSubresource(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body);

  /**
   * Replaces the object, or the part of it that {@code subresource} names.
   *
   * @param subresource empty for the object itself
   */
  CompletionStage<Outcome<StoredObject>> update(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body);

  /**
   * @param subresource empty for the object itself
   */
  CompletionStage<Outcome<StoredObject>> patch(
      GroupVersionResource resource,
      ObjectKey key,
      String subresource,
      PatchType type,
      JsonNode patch);

  /**
   * @return the object as it was left: gone, then in its last form, or waiting with a
   *     deletionTimestamp
   */
  CompletionStage<Outcome<StoredObject>> delete(
      GroupVersionResource resource, ObjectKey key, DeleteOptions options);
}
