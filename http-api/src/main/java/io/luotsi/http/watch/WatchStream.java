package io.luotsi.http.watch;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.WatchStart;
import io.luotsi.core.apiserver.Statuses;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalLong;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.SourceShape;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.apache.pekko.util.ByteString;

/**
 * A watch as the client reads it: frames, one an event. The cursor is asked for more only when the
 * client has taken what there was, so a client that does not read holds nothing here; it is the
 * cursor that tells it {@code Expired} in the end.
 */
public final class WatchStream extends GraphStage<SourceShape<ByteString>> {
  /**
   * @param allowed whether the client wants to hear of versions without events
   * @param lifetime after which the stream ends
   */
  public record Pace(boolean allowed, Duration bookmarkEvery, Duration lifetime) {}

  /** About as much is encoded ahead of the client. */
  private static final int BATCH_BYTES = 64 * 1024;

  /**
   * Between taking a version for a bookmark and saying it. Events up to it that were on their way
   * from another thread have arrived by then.
   */
  private static final Duration SETTLE = Duration.ofSeconds(1);

  /** So long before its end a watch is bookmarked once more, for its successor to begin there. */
  private static final Duration LAST_BOOKMARK = Duration.ofSeconds(2);

  private final WatchStart start;
  private final Frames frames;
  private final Pace pace;
  private final Outlet<ByteString> out = Outlet.create("events");
  private final SourceShape<ByteString> shape = SourceShape.of(out);

  public WatchStream(WatchStart start, Frames frames, Pace pace) {
    this.start = start;
    this.frames = frames;
    this.pace = pace;
  }

  @Override
  public SourceShape<ByteString> shape() {
    return shape;
  }

  @Override
  public GraphStageLogic createLogic(Attributes attributes) {
    return new Logic();
  }

  /** The frame that ends a watch which cannot go on. */
  public static ByteString error(Rejection why, EventFormat format) {
    return frame(EventType.ERROR, format.encode(Json.write(Statuses.of(why))), format);
  }

  /** The same frames as messages, one each; what the client says is not listened to. */
  public static Flow<Message, Message, NotUsed> overWebSocket(
      Source<ByteString, NotUsed> frames, EventFormat format) {
    return Flow.fromSinkAndSourceCoupled(Sink.ignore(), frames.via(format.messages()));
  }

  private static ByteString frame(EventType type, byte[] object, EventFormat format) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream(object.length + 64);
    format.write(type, object, frame);
    return ByteString.fromArrayUnsafe(frame.toByteArray());
  }

  /** When something is due that no event causes. */
  private enum Due {
    BOOKMARK,
    SETTLED,
    LAST_BOOKMARK,
    END
  }

  private final class Logic extends TimerGraphStageLogic {
    private final WatchCursor cursor = start.cursor();
    private final Iterator<StoredObject> initial = start.initial().iterator();
    private OptionalLong endOfInitial = start.endOfInitial();
    private OptionalLong candidate = OptionalLong.empty();
    private long said;
    private boolean asked;
    private Iterator<WatchEvent> arrived = Collections.emptyIterator();
    private AsyncCallback<Outcome<List<WatchEvent>>> arrival = createAsyncCallback(this::onArrival);
    private AsyncCallback<Throwable> failure = createAsyncCallback(this::failStage);

    Logic() {
      super(shape);
      setHandler(
          out,
          new AbstractOutHandler() {
            @Override
            public void onPull() {
              pull();
            }
          });
    }

    @Override
    public void preStart() {
      scheduleOnce(Due.END, pace.lifetime());
      if (pace.allowed()) {
        scheduleAtFixedRate(Due.BOOKMARK, pace.bookmarkEvery(), pace.bookmarkEvery());
        Duration last = pace.lifetime().minus(LAST_BOOKMARK);
        if (last.isPositive()) {
          scheduleOnce(Due.LAST_BOOKMARK, last);
        }
      }
    }

    @Override
    public void postStop() {
      cursor.close();
    }

    @Override
    public void onTimer(Object due) {
      switch ((Due) due) {
        case BOOKMARK, LAST_BOOKMARK -> {
          if (!isTimerActive(Due.SETTLED)) {
            candidate = OptionalLong.of(cursor.version());
            scheduleOnce(Due.SETTLED, SETTLE);
          }
        }
        case SETTLED -> bookmark();
        case END -> completeStage();
      }
    }

    /** Says the candidate, unless events came in between or the client is busy with older ones. */
    private void bookmark() {
      boolean idle = asked && isAvailable(out);
      if (idle && candidate.isPresent() && candidate.getAsLong() > said) {
        said = candidate.getAsLong();
        push(out, bookmarkFrame(said, false));
      }
      candidate = OptionalLong.empty();
    }

    private ByteString bookmarkFrame(long version, boolean endOfInitialEvents) {
      byte[] object = frames.bookmark().at(version, endOfInitialEvents);
      return frame(EventType.BOOKMARK, object, frames.format());
    }

    private void pull() {
      if (initial.hasNext()) {
        push(out, nextInitial());
      } else if (endOfInitial.isPresent()) {
        ByteString frame = bookmarkFrame(endOfInitial.getAsLong(), true);
        endOfInitial = OptionalLong.empty();
        push(out, frame);
      } else if (arrived.hasNext()) {
        push(out, nextArrived());
      } else if (!asked) {
        asked = true;
        cursor
            .next()
            .whenComplete(
                (events, bug) -> {
                  if (bug == null) {
                    arrival.invoke(events);
                  } else {
                    failure.invoke(bug);
                  }
                });
      }
    }

    private ByteString nextInitial() {
      ByteArrayOutputStream batch = new ByteArrayOutputStream();
      while (initial.hasNext() && batch.size() < BATCH_BYTES) {
        write(EventType.ADDED, initial.next(), batch);
      }
      return ByteString.fromArrayUnsafe(batch.toByteArray());
    }

    private void onArrival(Outcome<List<WatchEvent>> outcome) {
      asked = false;
      candidate = OptionalLong.empty();
      switch (outcome) {
        case Outcome.Done<List<WatchEvent>>(List<WatchEvent> events) -> {
          if (events.isEmpty()) {
            completeStage(); // closed
          } else {
            arrived = events.iterator();
            if (isAvailable(out)) { // if not, a bookmark has used up the demand
              push(out, nextArrived());
            }
          }
        }
        case Outcome.Rejected<List<WatchEvent>>(Rejection why) ->
            emit(out, error(why, frames.format()), this::completeStage);
      }
    }

    private ByteString nextArrived() {
      ByteArrayOutputStream batch = new ByteArrayOutputStream();
      while (arrived.hasNext() && batch.size() < BATCH_BYTES) {
        WatchEvent event = arrived.next();
        EventType type =
            switch (event) {
              case WatchEvent.Added added -> EventType.ADDED;
              case WatchEvent.Modified modified -> EventType.MODIFIED;
              case WatchEvent.Deleted deleted -> EventType.DELETED;
            };
        write(type, event.object(), batch);
        said = event.version();
      }
      return ByteString.fromArrayUnsafe(batch.toByteArray());
    }

    private void write(EventType type, StoredObject object, ByteArrayOutputStream to) {
      frames.format().write(type, frames.object().apply(object), to);
    }
  }
}
