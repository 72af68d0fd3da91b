package io.luotsi.app.remote;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.StatusReader;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over a connection. Asks the connection for more only when its reader has asked for more
 * than has come, so what a slow reader leaves waits at the server. Bookmarks move {@link #version}
 * and are not shown. When the connection ends, for whatever reason, the cursor is closed.
 */
final class RemoteCursor implements WatchCursor, BodySubscriber<RemoteCursor> {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteCursor.class);

  /** More than any object may have. */
  private static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

  private static final Outcome<List<WatchEvent>> CLOSED = Outcome.done(List.of());

  /** The connection that a cursor lives on. */
  interface Owner {
    /** Something has come from the server. */
    void heard();

    void opened(RemoteCursor cursor);

    void closed(RemoteCursor cursor);
  }

  private final SelectableFields fields;
  private final Owner owner;
  private final CompletableFuture<RemoteCursor> opened = CompletableFuture.completedFuture(this);

  // What follows is changed under the lock of this.
  private Optional<Flow.Subscription> connection = Optional.empty();
  private Optional<CompletableFuture<Outcome<List<WatchEvent>>>> asked = Optional.empty();
  private Optional<Outcome<List<WatchEvent>>> end = Optional.empty();
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private long version;

  /**
   * @param fromVersion as the watch was asked for
   */
  RemoteCursor(SelectableFields fields, long fromVersion, Owner owner) {
    this.fields = fields;
    this.version = fromVersion;
    this.owner = owner;
  }

  @Override
  public CompletionStage<RemoteCursor> getBody() {
    return opened;
  }

  @Override
  public CompletionStage<Outcome<List<WatchEvent>>> next() {
    CompletableFuture<Outcome<List<WatchEvent>>> stage = new CompletableFuture<>();
    Optional<Flow.Subscription> demand;
    synchronized (this) {
      if (asked.isPresent()) {
        throw new IllegalStateException("the last stage of this cursor is still open");
      }
      if (end.isPresent()) {
        return CompletableFuture.completedFuture(end.get());
      }
      asked = Optional.of(stage);
      demand = connection;
    }
    demand.ifPresent(subscription -> subscription.request(1));
    return stage.minimalCompletionStage();
  }

  @Override
  public synchronized long version() {
    return version;
  }

  @Override
  public void close() {
    finish(CLOSED);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscription) {
    boolean useless;
    boolean wanted;
    synchronized (this) {
      useless = end.isPresent();
      wanted = asked.isPresent();
      connection = Optional.of(subscription);
    }
    owner.opened(this);
    if (useless) {
      subscription.cancel();
      owner.closed(this);
    } else if (wanted) {
      subscription.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    owner.heard();
    List<WatchEvent> events = new ArrayList<>();
    Optional<CompletableFuture<Outcome<List<WatchEvent>>>> reader = Optional.empty();
    Optional<Outcome<List<WatchEvent>>> refusal = Optional.empty();
    Optional<Flow.Subscription> demand = Optional.empty();
    synchronized (this) {
      if (end.isPresent()) {
        return;
      }
      try {
        refusal = read(buffers, events);
      } catch (IOException | IllegalArgumentException e) {
        LOG.warn("a watch does not make sense: {}", e.getMessage());
        refusal = Optional.of(CLOSED);
      }
      if (!events.isEmpty()) {
        reader = asked;
        asked = Optional.empty();
      } else if (refusal.isEmpty()) {
        demand = connection; // half a frame, or a bookmark: the reader is still waiting
      }
    }
    reader.ifPresent(stage -> stage.complete(Outcome.done(events)));
    refusal.ifPresent(this::finish);
    demand.ifPresent(subscription -> subscription.request(1));
  }

  /**
   * @return what ends the watch, if something does
   */
  private Optional<Outcome<List<WatchEvent>>> read(
      List<ByteBuffer> buffers, List<WatchEvent> events) throws IOException {
    for (ByteBuffer buffer : buffers) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      int from = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          begun.write(bytes, from, i - from);
          from = i + 1;
          byte[] line = begun.toByteArray();
          begun.reset();
          Optional<Outcome<List<WatchEvent>>> refusal = read(ObjectSlices.frame(line), events);
          if (refusal.isPresent()) {
            return refusal;
          }
        }
      }
      begun.write(bytes, from, bytes.length - from);
      if (begun.size() > MAX_FRAME_BYTES) {
        throw new IOException("a frame of more than " + MAX_FRAME_BYTES + " bytes");
      }
    }
    return Optional.empty();
  }

  private Optional<Outcome<List<WatchEvent>>> read(
      ObjectSlices.Frame frame, List<WatchEvent> events) throws IOException {
    switch (frame.type()) {
      case "ERROR" -> {
        var status = Json.readObject(frame.object());
        return Optional.of(
            Outcome.rejected(StatusReader.read(status.path("code").asInt(500), status)));
      }
      case "BOOKMARK" ->
          version = Json.readObject(frame.object()).at("/metadata/resourceVersion").asLong(version);
      case "ADDED" -> events.add(new WatchEvent.Added(object(frame)));
      case "MODIFIED" -> {
        StoredObject object = object(frame);
        events.add(new WatchEvent.Modified(object, object));
      }
      case "DELETED" -> events.add(new WatchEvent.Deleted(object(frame)));
      default -> throw new IOException("an event of unknown type " + frame.type());
    }
    return Optional.empty();
  }

  private StoredObject object(ObjectSlices.Frame frame) {
    StoredObject object = StoredObject.parse(frame.object(), fields);
    version = object.resourceVersion();
    return object;
  }

  @Override
  public void onError(Throwable failure) {
    LOG.debug("a watch broke off", failure);
    finish(CLOSED);
  }

  @Override
  public void onComplete() {
    finish(CLOSED);
  }

  private void finish(Outcome<List<WatchEvent>> how) {
    Optional<CompletableFuture<Outcome<List<WatchEvent>>>> reader;
    Optional<Flow.Subscription> subscription;
    synchronized (this) {
      if (end.isPresent()) {
        return;
      }
      end = Optional.of(how);
      reader = asked;
      asked = Optional.empty();
      subscription = connection;
      begun.reset();
    }
    subscription.ifPresent(Flow.Subscription::cancel);
    owner.closed(this);
    reader.ifPresent(stage -> stage.complete(how));
  }
}
