package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Deleted;
import io.luotsi.core.apiserver.Api.Page;
import io.luotsi.core.apiserver.Api.WatchStart;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * What is stored as the version shows it that a request named. For the version that is stored
 * everything is passed on as it is.
 */
final class Conversions {
  private Conversions() {}

  static StoredObject served(ResourceType type, StoredObject stored) {
    if (type.isStored()) {
      return stored;
    }
    ObjectNode object = type.conversion().fromStored(Json.readObject(stored.json()));
    return ObjectDraft.of(object, type.selectable()).seal(stored.resourceVersion());
  }

  static Page served(ResourceType type, Page page) {
    return type.isStored()
        ? page
        : new Page(
            page.version(), served(type, page.items()), page.continueToken(), page.remaining());
  }

  private static List<StoredObject> served(ResourceType type, List<StoredObject> stored) {
    return stored.stream().map(object -> served(type, object)).toList();
  }

  static Written served(ResourceType type, Written written) {
    return type.isStored()
        ? written
        : new Written(served(type, written.object()), written.created(), written.warnings());
  }

  static Deleted served(ResourceType type, Deleted deleted) {
    return type.isStored() ? deleted : new Deleted(served(type, deleted.object()), deleted.gone());
  }

  static WatchStart served(ResourceType type, WatchStart start) {
    return type.isStored()
        ? start
        : new WatchStart(
            served(type, start.initial()), start.endOfInitial(), new Cursor(type, start.cursor()));
  }

  /** Shows a resource's history in a served version. */
  private record Cursor(ResourceType type, WatchCursor stored) implements WatchCursor {
    @Override
    public CompletionStage<Outcome<List<WatchEvent>>> next() {
      return stored
          .next()
          .thenApply(outcome -> outcome.map(events -> events.stream().map(this::served).toList()));
    }

    private WatchEvent served(WatchEvent event) {
      return switch (event) {
        case WatchEvent.Added(StoredObject object) ->
            new WatchEvent.Added(Conversions.served(type, object));
        case WatchEvent.Modified(StoredObject object, StoredObject previous) ->
            new WatchEvent.Modified(
                Conversions.served(type, object), Conversions.served(type, previous));
        case WatchEvent.Deleted(StoredObject object) ->
            new WatchEvent.Deleted(Conversions.served(type, object));
      };
    }

    @Override
    public long version() {
      return stored.version();
    }

    @Override
    public void close() {
      stored.close();
    }
  }

  /** The selection of what is stored that selects the same. */
  static Selection stored(ResourceType type, Selection selection) {
    if (type.isStored() || selection.fields().terms().isEmpty()) {
      return selection;
    }
    List<FieldSelector.Term> terms =
        selection.fields().terms().stream()
            .map(
                term ->
                    new FieldSelector.Term(
                        type.conversion().storedField(term.path()), term.equal(), term.value()))
            .toList();
    return new Selection(selection.namespace(), selection.labels(), new FieldSelector(terms));
  }

  /** Who asked for one resource is told of that one, not of what is behind it. */
  static <T> Outcome<T> asAsked(ResourceType type, Outcome<T> outcome) {
    return outcome instanceof Outcome.Rejected<T>(Rejection why) && !type.isStored()
        ? Outcome.rejected(asAsked(type, why))
        : outcome;
  }

  private static Rejection asAsked(ResourceType type, Rejection rejection) {
    GroupResource stored = type.stored().groupResource();
    GroupResource asked = type.groupResource();
    return switch (rejection) {
      case Rejection.NotFound(GroupResource resource, String name) when resource.equals(stored) ->
          new Rejection.NotFound(asked, name);
      case Rejection.AlreadyExists(GroupResource resource, String name)
          when resource.equals(stored) ->
          new Rejection.AlreadyExists(asked, name);
      case Rejection.Conflict(GroupResource resource, String name, String message)
          when resource.equals(stored) ->
          new Rejection.Conflict(asked, name, message);
      default -> rejection; // no other names what is behind
    };
  }
}
