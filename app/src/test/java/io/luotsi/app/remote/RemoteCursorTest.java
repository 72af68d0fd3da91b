package io.luotsi.app.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.store.WatchEvent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;

class RemoteCursorTest {
  private static final String ADDED = event("ADDED", "{\"metadata\":{\"name\":\"ä\",%s}}", 11);
  private static final String MODIFIED =
      event("MODIFIED", "{\"metadata\":{\"name\":\"b\",%s}}", 12);
  private static final String DELETED = event("DELETED", "{\"metadata\":{\"name\":\"c\",%s}}", 13);
  private static final String BOOKMARK =
      event("BOOKMARK", "{\"kind\":\"Pod\",\"metadata\":{%s,\"creationTimestamp\":null}}", 19);

  private final Connection connection = new Connection();
  private final RemoteCursor cursor = new RemoteCursor(SelectableFields.NONE, 10, connection);

  private static String event(String type, String object, long version) {
    return "{\"type\":\"%s\",\"object\":%s}\n"
        .formatted(type, object.formatted("\"resourceVersion\":\"" + version + "\""));
  }

  /** Remembers what it was asked for. */
  private static final class Connection implements Flow.Subscription, RemoteCursor.Owner {
    long wanted;
    boolean cancelled;
    int open;

    @Override
    public void request(long n) {
      wanted += n;
    }

    @Override
    public void cancel() {
      cancelled = true;
    }

    @Override
    public void heard() {}

    @Override
    public void opened(RemoteCursor cursor) {
      open++;
    }

    @Override
    public void closed(RemoteCursor cursor) {
      open--;
    }
  }

  private void arrives(String text) {
    arrives(text.getBytes(StandardCharsets.UTF_8));
  }

  private void arrives(byte[] bytes) {
    assertThat(connection.wanted).as("more than was asked for").isPositive();
    connection.wanted--;
    cursor.onNext(List.of(ByteBuffer.wrap(bytes)));
  }

  private CompletableFuture<Outcome<List<WatchEvent>>> next() {
    return cursor.next().toCompletableFuture();
  }

  @Test
  void eventsAreReadHoweverTheirBytesAreCut() {
    byte[] all = (ADDED + MODIFIED + BOOKMARK + DELETED).getBytes(StandardCharsets.UTF_8);
    for (int piece = 1; piece <= all.length; piece++) {
      Connection wire = new Connection();
      RemoteCursor reader = new RemoteCursor(SelectableFields.NONE, 10, wire);
      reader.onSubscribe(wire);
      List<WatchEvent> events = new ArrayList<>();
      var asked = reader.next().toCompletableFuture();
      for (int from = 0; from < all.length; from += piece) {
        byte[] part = Arrays.copyOfRange(all, from, Math.min(all.length, from + piece));
        assertThat(wire.wanted).isEqualTo(1);
        wire.wanted--;
        reader.onNext(List.of(ByteBuffer.wrap(part)));
        if (asked.isDone()) {
          events.addAll(asked.join().orElseThrow());
          asked = reader.next().toCompletableFuture();
        }
      }
      assertThat(events).extracting(WatchEvent::version).containsExactly(11L, 12L, 13L);
      assertThat(events.getFirst().object().key().name()).isEqualTo("ä");
      assertThat(events.get(2)).isInstanceOf(WatchEvent.Deleted.class);
      assertThat(reader.version()).isEqualTo(13);
    }
  }

  @Test
  void nothingIsAskedOfTheConnectionBeforeTheReaderAsks() {
    cursor.onSubscribe(connection);
    assertThat(connection.wanted).isZero();

    var first = next();
    arrives(ADDED + MODIFIED);

    assertThat(first.join().orElseThrow()).hasSize(2);
    assertThat(connection.wanted).isZero();
  }

  @Test
  void whoAsksBeforeTheConnectionStandsIsServedAfterwards() {
    var first = next();
    cursor.onSubscribe(connection);
    arrives(ADDED);

    assertThat(first).isCompleted();
  }

  @Test
  void bookmarksMoveTheVersionAndAreNotShown() {
    cursor.onSubscribe(connection);
    var first = next();

    arrives(BOOKMARK);

    assertThat(first).isNotDone();
    assertThat(cursor.version()).isEqualTo(19);
    assertThat(connection.wanted).as("goes on waiting").isEqualTo(1);
  }

  @Test
  void anErrorIsToldAfterTheEventsBeforeIt() {
    cursor.onSubscribe(connection);
    var first = next();

    arrives(
        ADDED
            + "{\"type\":\"ERROR\",\"object\":{\"kind\":\"Status\",\"reason\":\"Expired\","
            + "\"message\":\"too old\",\"code\":410}}\n");

    assertThat(first.join().orElseThrow()).hasSize(1);
    assertThat(next().join()).isEqualTo(Outcome.rejected(new Rejection.Expired("too old")));
    assertThat(connection.cancelled).isTrue();
    assertThat(connection.open).isZero();
  }

  @Test
  void theEndOfTheConnectionIsAnEmptyBatch() {
    cursor.onSubscribe(connection);
    var first = next();
    cursor.onError(new java.io.IOException("gone"));

    assertThat(first.join()).isEqualTo(Outcome.done(List.of()));
    assertThat(next().join()).isEqualTo(Outcome.done(List.of()));
    assertThat(connection.open).isZero();
  }

  @Test
  void nonsenseEndsTheWatch() {
    cursor.onSubscribe(connection);
    var first = next();

    arrives("{\"type\":\"ADDED\",\"object\":{\"metadata\":{}}}\n");

    assertThat(first.join()).isEqualTo(Outcome.done(List.of()));
    assertThat(connection.cancelled).isTrue();
  }

  @Test
  void aClosedCursorTakesNothingMore() {
    cursor.onSubscribe(connection);
    next();
    cursor.close();

    cursor.onNext(List.of(ByteBuffer.wrap(ADDED.getBytes(StandardCharsets.UTF_8))));

    assertThat(cursor.version()).isEqualTo(10);
    assertThat(connection.cancelled).isTrue();
  }
}
