package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.http.codec.Accepted;
import io.luotsi.http.codec.ListBody;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is made of a long list while its reader does not read: little, whatever its length. */
class LongListTest {
  private static final int ITEM_BYTES = 4_000;

  /** A gigabyte of the same object. */
  private static final int ITEMS = 250_000;

  /** What a server may send of a body before its reader has said anything. */
  private static final int WINDOW_BYTES = 65_535;

  private static final int READ_BYTES = 1 << 20;
  private static final Accepted JSON =
      new Accepted(Accepted.Format.JSON, Accepted.Shape.OBJECT, false);

  /** Two frames, and as much as is made at once with the object that exceeds it. */
  private static final int AHEAD_BYTES = 4 * 16 * 1024 + ITEM_BYTES;

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final TestCertificates CERTIFICATES = new TestCertificates();
  private static final AtomicLong MADE = new AtomicLong();

  private static ActorSystem<Void> system;
  private static HttpApi http;

  @BeforeAll
  static void start() {
    system = ActorSystem.create(Behaviors.<Void>empty(), "long-list-test");
    List<StoredObject> items =
        Collections.nCopies(
            ITEMS, StoredObject.answer(Json.object().put("filler", "x".repeat(ITEM_BYTES))));
    ListBody body =
        new ListBody(bytes("{\"items\":["), bytes(","), bytes("]}"), LongListTest::made);
    http =
        HttpApi.start(
                system,
                HttpSettings.defaults("127.0.0.1", 0),
                CERTIFICATES.server(),
                request -> CompletableFuture.completedFuture(body.respond(JSON, items, false)))
            .toCompletableFuture()
            .join();
  }

  @AfterAll
  static void stop() {
    http.stop(Duration.ofMillis(100)).toCompletableFuture().join();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  private static byte[] made(StoredObject object) {
    MADE.addAndGet(object.json().length);
    return object.json();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Over HTTP/2 the reader says how much it takes. */
  @Test
  void aReaderThatTakesNoMoreHasNoMoreMadeThanAFewFrames() throws IOException {
    MADE.set(0);
    try (RawHttp2 client = RawHttp2.over(connect())) {
      client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM | RawHttp2.END_HEADERS, 1, RawHttp2.get());
      byte[] more = ByteBuffer.allocate(Integer.BYTES).putInt(READ_BYTES - WINDOW_BYTES).array();
      client.frame(RawHttp2.WINDOW_UPDATE, 0, 0, more);
      client.frame(RawHttp2.WINDOW_UPDATE, 0, 1, more);
      client.readData(READ_BYTES);
      // Answered by the one who asks for more of the list, when it has done so.
      client.frame(RawHttp2.PING, 0, 0, new byte[Long.BYTES]);
      client.awaitPong();

      assertThat(MADE.get()).isBetween((long) READ_BYTES, (long) READ_BYTES + AHEAD_BYTES);
    }
  }

  private static SSLSocket connect() throws IOException {
    SSLContext context = CERTIFICATES.context(CERTIFICATES.identity("O=system:masters,CN=admin"));
    SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", http.port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }
}
