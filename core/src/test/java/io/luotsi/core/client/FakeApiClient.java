package io.luotsi.core.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * An API of one resource that a test holds in its hand: it says what is there, when a watch breaks
 * off, and what is refused. Writes are noted, not carried out.
 */
public final class FakeApiClient implements ApiClient {
  /** A write that somebody asked for. */
  public record Asked(String verb, String namespace, String name, JsonNode body) {}

  private final SelectableFields fields;
  private final TreeMap<ObjectKey, StoredObject> objects = new TreeMap<>();
  private final List<WatchEvent> history = new ArrayList<>();
  private final List<Cursor> cursors = new ArrayList<>();
  private final BlockingQueue<Asked> asked = new LinkedBlockingQueue<>();
  private final List<Rejection> refusals = new ArrayList<>();
  private long version = 1;
  private long oldestKept = 1;
  private int lists;

  public FakeApiClient(SelectableFields fields) {
    this.fields = fields;
  }

  /** Stores an object as if somebody wrote it. */
  public synchronized StoredObject put(ObjectNode object) {
    StoredObject stored = ObjectDraft.of(object, fields).seal(++version);
    StoredObject before = objects.put(stored.key(), stored);
    history.add(
        before == null ? new WatchEvent.Added(stored) : new WatchEvent.Modified(stored, before));
    wake();
    return stored;
  }

  public synchronized void remove(ObjectKey key) {
    StoredObject gone = objects.remove(key);
    history.add(new WatchEvent.Deleted(gone.at(++version)));
    wake();
  }

  /** Forgets all events, and ends every watch with Expired. */
  public synchronized void expire() {
    history.clear();
    oldestKept = version;
    breakOff(new Rejection.Expired("too old"));
  }

  /** Ends every watch, as a connection does that is lost. */
  public synchronized void breakOff(Rejection why) {
    List.copyOf(cursors).forEach(cursor -> cursor.end(Outcome.rejected(why)));
    cursors.clear();
  }

  /** Refuses the next request of any kind. */
  public synchronized void refuseNext(Rejection why) {
    refusals.add(why);
  }

  public synchronized int openWatches() {
    return cursors.size();
  }

  public synchronized int lists() {
    return lists;
  }

  /** Writes asked for, in order. */
  public BlockingQueue<Asked> asked() {
    return asked;
  }

  private void wake() {
    List.copyOf(cursors).forEach(Cursor::serve);
  }

  private synchronized <T> CompletionStage<Outcome<T>> answer(Outcome<T> outcome) {
    return CompletableFuture.completedFuture(
        refusals.isEmpty() ? outcome : Outcome.rejected(refusals.removeFirst()));
  }

  @Override
  public synchronized CompletionStage<Outcome<StoredObject>> get(
      GroupVersionResource resource, ObjectKey key) {
    StoredObject found = objects.get(key);
    return answer(
        found == null
            ? Outcome.rejected(new Rejection.NotFound(resource.groupResource(), key.name()))
            : Outcome.done(found));
  }

  @Override
  public synchronized CompletionStage<Outcome<ObjectList>> list(
      GroupVersionResource resource, Selection selection) {
    lists++;
    return answer(
        Outcome.done(
            new ObjectList(
                version, objects.values().stream().filter(selection::matches).toList())));
  }

  @Override
  public synchronized CompletionStage<Outcome<WatchCursor>> watch(
      GroupVersionResource resource, Selection selection, long fromVersion) {
    if (fromVersion < oldestKept) {
      return answer(Outcome.rejected(new Rejection.Expired("too old")));
    }
    Cursor cursor = new Cursor(fromVersion);
    cursors.add(cursor);
    return answer(Outcome.done(cursor));
  }

  @Override
  public synchronized CompletionStage<Outcome<StoredObject>> create(
      GroupVersionResource resource, String namespace, ObjectNode body) {
    asked.add(new Asked("create", namespace, body.at("/metadata/name").asText(), body));
    ObjectNode named = body.deepCopy();
    named.withObject("/metadata").put("uid", "u-" + asked.size());
    return answer(Outcome.done(ObjectDraft.of(named, fields).seal(1)));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> createSubresource(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    return write("create " + subresource, key, body);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> update(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    return write("update", key, body);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> patch(
      GroupVersionResource resource,
      ObjectKey key,
      String subresource,
      PatchType type,
      JsonNode patch) {
    return write("patch", key, patch);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> delete(
      GroupVersionResource resource, ObjectKey key, DeleteOptions options) {
    return write("delete", key, Json.object());
  }

  private synchronized CompletionStage<Outcome<StoredObject>> write(
      String verb, ObjectKey key, JsonNode body) {
    asked.add(new Asked(verb, key.namespace(), key.name(), body));
    ObjectNode made = Json.object();
    made.putObject("metadata").put("name", key.name()).put("uid", "u");
    return answer(Outcome.done(ObjectDraft.of(made, fields).seal(1)));
  }

  private final class Cursor implements WatchCursor {
    private long at;
    private CompletableFuture<Outcome<List<WatchEvent>>> waiting = new CompletableFuture<>();
    private boolean asking;
    private Outcome<List<WatchEvent>> end = Outcome.done(List.of());
    private boolean ended;

    private Cursor(long at) {
      this.at = at;
    }

    @Override
    public CompletionStage<Outcome<List<WatchEvent>>> next() {
      synchronized (FakeApiClient.this) {
        waiting = new CompletableFuture<>();
        asking = true;
        serve();
        return waiting;
      }
    }

    private void serve() {
      if (!asking) {
        return;
      }
      if (ended) {
        asking = false;
        waiting.complete(end);
        return;
      }
      List<WatchEvent> events = history.stream().filter(event -> event.version() > at).toList();
      if (!events.isEmpty()) {
        asking = false;
        at = events.getLast().version();
        waiting.complete(Outcome.done(events));
      }
    }

    private void end(Outcome<List<WatchEvent>> how) {
      ended = true;
      end = how;
      serve();
    }

    @Override
    public long version() {
      synchronized (FakeApiClient.this) {
        return at;
      }
    }

    @Override
    public void close() {
      synchronized (FakeApiClient.this) {
        cursors.remove(this);
        end(Outcome.done(List.of()));
      }
    }
  }
}
