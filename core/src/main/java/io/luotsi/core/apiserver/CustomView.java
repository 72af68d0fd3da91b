package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Deleted;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.catalog.CustomKind;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.custom.VersionView;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.pcollections.PSortedMap;

/**
 * Objects of custom kinds as the version of the request shows them. Reads show them before anything
 * is selected, writes before anything is changed; only what goes into the store bears the name of
 * the version that is stored. Of built-in kinds everything is passed on as it is.
 */
final class CustomView {
  private CustomView() {}

  private static Optional<VersionView> view(ResourceType type) {
    return type.custom().map(CustomKind::view).filter(view -> !view.isPlain());
  }

  static UnaryOperator<StoredObject> of(ResourceType type) {
    return view(type)
        .<UnaryOperator<StoredObject>>map(view -> view::of)
        .orElseGet(UnaryOperator::identity);
  }

  /** What is stored, as an update finds it. */
  static ObjectNode read(ResourceType type, StoredObject stored) {
    ObjectNode object = Json.readObject(stored.json());
    view(type).ifPresent(view -> view.show(object));
    return object;
  }

  /** What is to be stored. */
  static ObjectDraft draft(ResourceType type, ObjectNode object) {
    // What may be selected is indexed when it is shown: a definition may change it at any time.
    return ObjectDraft.of(stored(type, object), SelectableFields.NONE);
  }

  private static ObjectNode stored(ResourceType type, ObjectNode object) {
    String apiVersion = type.storedKind().apiVersion();
    if (type.custom().isEmpty() || type.kind().apiVersion().equals(apiVersion)) {
      return object;
    }
    ObjectNode renamed = object.objectNode();
    renamed.setAll(object);
    return renamed.put("apiVersion", apiVersion);
  }

  /** Whether what is to be stored is stored just so, under the name that it has today. */
  static boolean isStored(ResourceType type, ObjectNode object, StoredObject stored) {
    return view(type).isEmpty() || stored(type, object).equals(Json.readObject(stored.json()));
  }

  static ResourceSnapshot of(ResourceType type, ResourceSnapshot snapshot) {
    Optional<VersionView> view = view(type);
    if (view.isEmpty()) {
      return snapshot;
    }
    PSortedMap<io.luotsi.core.api.ObjectKey, StoredObject> shown = snapshot.objects();
    for (var entry : snapshot.objects().entrySet()) {
      StoredObject object = view.get().of(entry.getValue());
      if (object != entry.getValue()) {
        shown = shown.plus(entry.getKey(), object);
      }
    }
    return new ResourceSnapshot(snapshot.version(), shown);
  }

  static Outcome<Written> written(ResourceType type, Outcome<Written> outcome) {
    return view(type).isEmpty()
        ? outcome
        : outcome.map(
            written ->
                new Written(
                    of(type).apply(written.object()), written.created(), written.warnings()));
  }

  static Outcome<Deleted> deleted(ResourceType type, Outcome<Deleted> outcome) {
    return view(type).isEmpty()
        ? outcome
        : outcome.map(deleted -> new Deleted(of(type).apply(deleted.object()), deleted.gone()));
  }

  static WatchCursor of(ResourceType type, WatchCursor cursor) {
    return view(type).<WatchCursor>map(view -> new Cursor(view, cursor)).orElse(cursor);
  }

  /** Shows a resource's history. */
  private record Cursor(VersionView view, WatchCursor stored) implements WatchCursor {
    @Override
    public CompletionStage<Outcome<List<WatchEvent>>> next() {
      return stored
          .next()
          .thenApply(outcome -> outcome.map(events -> events.stream().map(this::shown).toList()));
    }

    private WatchEvent shown(WatchEvent event) {
      return switch (event) {
        case WatchEvent.Added(StoredObject object) -> new WatchEvent.Added(view.of(object));
        case WatchEvent.Modified(StoredObject object, StoredObject previous) ->
            new WatchEvent.Modified(view.of(object), view.of(previous));
        case WatchEvent.Deleted(StoredObject object) -> new WatchEvent.Deleted(view.of(object));
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
}
