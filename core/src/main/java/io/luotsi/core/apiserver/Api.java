package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.store.WatchCursor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;

/**
 * All the verbs with all their options: what an HTTP facade needs, one method a verb. Implemented
 * by {@code RequestPipeline}; whoever is inside and needs no options uses {@link
 * io.luotsi.core.client.ApiClient}.
 *
 * <p>Stages complete exceptionally only for bugs, and may complete on the caller's thread.
 */
public interface Api {

  /**
   * Who asks what of which object.
   *
   * @param namespace empty for cluster-scoped resources and for all namespaces
   * @param name empty for collections and creation
   * @param subresource empty for the object itself
   */
  record Target(
      UserInfo user, ResourceType type, String namespace, String name, String subresource) {}

  /** What to do about unknown and duplicate fields. */
  enum FieldValidation {
    IGNORE,
    WARN,
    STRICT
  }

  /**
   * @param fieldManager the name that managedFields gets, never empty
   */
  record WriteOptions(
      boolean dryRun, String fieldManager, FieldValidation fieldValidation, AuditNotes notes) {
    /** Of a write that leaves nothing in an audit log. */
    public WriteOptions(boolean dryRun, String fieldManager, FieldValidation fieldValidation) {
      this(dryRun, fieldManager, fieldValidation, AuditNotes.NONE);
    }
  }

  /**
   * A decoded body.
   *
   * @param complaints of the text, in upstream's words and order: what it gave twice, of which the
   *     last one won; what it gave besides may be among them or not
   */
  record Body(ObjectNode object, List<String> complaints) {
    public Body {
      complaints = List.copyOf(complaints);
    }
  }

  /**
   * A patch as it was decoded.
   *
   * @param complaints of the text, as those of a {@link Body}
   */
  record PatchBody(JsonNode patch, List<String> complaints) {
    public PatchBody {
      complaints = List.copyOf(complaints);
    }
  }

  /**
   * @param created true if the object did not exist before
   * @param warnings in the order found, for the Warning header
   */
  record Written(StoredObject object, boolean created, List<String> warnings) {
    public Written {
      warnings = List.copyOf(warnings);
    }

    /** The same after other warnings. */
    public Written after(List<String> earlier) {
      return earlier.isEmpty()
          ? this
          : new Written(
              object, created, Stream.concat(earlier.stream(), warnings.stream()).toList());
    }
  }

  /**
   * @param gone whether the object was removed, or only told to go
   */
  record Deleted(StoredObject object, boolean gone) {}

  /** {@code resourceVersionMatch}. */
  enum VersionMatch {
    NOT_OLDER_THAN,
    EXACT
  }

  /**
   * @param resourceVersion absent: the newest; 0: any
   * @param limit 0 for all
   * @param continueToken empty for the first page
   */
  record ListOptions(
      Selection selection,
      OptionalLong resourceVersion,
      Optional<VersionMatch> match,
      long limit,
      String continueToken) {}

  /**
   * @param continueToken empty on the last page
   * @param remaining objects after this page, if known (never with selectors)
   */
  record Page(
      long version, List<StoredObject> items, String continueToken, OptionalLong remaining) {}

  /**
   * @param resourceVersion absent or 0: start with Added for each object there is
   * @param sendInitialEvents as the query parameter; absent if not given
   */
  record WatchOptions(
      Selection selection,
      OptionalLong resourceVersion,
      Optional<VersionMatch> match,
      Optional<Boolean> sendInitialEvents) {}

  /**
   * @param initial objects to report as Added before anything else, in key order
   * @param endOfInitial version to say so with in a bookmark; empty if the client did not ask
   */
  record WatchStart(List<StoredObject> initial, OptionalLong endOfInitial, WatchCursor cursor) {}

  Catalog catalog();

  CompletionStage<Outcome<StoredObject>> get(Target target, OptionalLong resourceVersion);

  CompletionStage<Outcome<Page>> list(Target target, ListOptions options);

  CompletionStage<Outcome<WatchStart>> watch(Target target, WatchOptions options);

  /** Creation of an object, or through a subresource such as {@code binding} (then with a name). */
  CompletionStage<Outcome<Written>> create(Target target, Body body, WriteOptions options);

  CompletionStage<Outcome<Written>> update(Target target, Body body, WriteOptions options);

  /**
   * @param force of a server-side apply
   */
  CompletionStage<Outcome<Written>> patch(
      Target target, PatchType type, PatchBody patch, boolean force, WriteOptions options);

  /** The same with a patch of which nobody complains. */
  default CompletionStage<Outcome<Written>> patch(
      Target target, PatchType type, JsonNode patch, boolean force, WriteOptions options) {
    return patch(target, type, new PatchBody(patch, List.of()), force, options);
  }

  CompletionStage<Outcome<Deleted>> delete(Target target, DeleteOptions options, boolean dryRun);

  /**
   * @return the objects that were deleted or told to go, in key order
   */
  CompletionStage<Outcome<Page>> deleteCollection(
      Target target, ListOptions selection, DeleteOptions options, boolean dryRun);
}
