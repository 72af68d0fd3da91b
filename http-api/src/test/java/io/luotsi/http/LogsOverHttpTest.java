package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.core.conformance.Conformance;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogsOverHttpTest {
  private static final String PODS = "/api/v1/namespaces/logs/pods";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    TestPods.oneTwoAndNowhere(server, "logs");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aLogIsHandedOnWithTheOptionsThatWereAsked() {
    server.node().log("a", "line 1\n", "line 2\n");
    HttpResponse<String> log =
        server.get(PODS + "/one/log?follow=true&tailLines=5&limitBytes=100&timestamps=1");

    assertThat(log.statusCode()).isEqualTo(200);
    assertThat(log.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/plain");
    assertThat(log.body()).isEqualTo("line 1\nline 2\n");
    LogOptions asked = server.node().asked().orElseThrow();
    assertThat(asked.follow()).isTrue();
    assertThat(asked.timestamps()).isTrue();
    assertThat(asked.previous()).isFalse();
    assertThat(asked.tailLines()).isEqualTo(OptionalLong.of(5));
    assertThat(asked.limitBytes()).isEqualTo(OptionalLong.of(100));
  }

  /** What comes over a WebSocket until it is closed. */
  private static final class Heard extends SocketListener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      text.append(StandardCharsets.UTF_8.decode(data));
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      byte[] bytes = Base64.getDecoder().decode(data.toString());
      text.append(new String(bytes, StandardCharsets.UTF_8));
      from.request(1);
      return null;
    }
  }

  private static WebSocket socket(String path, String protocol, Heard heard) throws Exception {
    return heard.connect(server.admin(), server.uri(PODS + path), protocol);
  }

  @ParameterizedTest
  @ValueSource(strings = {"binary.k8s.io", "base64.binary.k8s.io", ""})
  @Conformance("Pods, logs from websockets")
  void aLogIsReadOverAWebSocket(String protocol) throws Exception {
    server.node().log("a", "line 1\n", "line 2\n");
    Heard heard = new Heard();

    WebSocket socket = socket("/one/log?container=a", protocol, heard);

    assertThat(heard.closed.get(15, TimeUnit.SECONDS)).isEqualTo(WebSocket.NORMAL_CLOSURE);
    assertThat(heard.text.toString()).isEqualTo("line 1\nline 2\n");
    assertThat(socket.getSubprotocol()).isEqualTo(protocol);
  }

  @Test
  void aWebSocketThatIsClosedReadsNoMoreOfALogThatGoesOn() throws Exception {
    CountDownLatch cancelled = new CountDownLatch(1);
    server
        .node()
        .log(
            "a",
            subscriber ->
                subscriber.onSubscribe(
                    new Flow.Subscription() {
                      @Override
                      public void request(long n) {
                        // It has nothing to say, and does not end.
                      }

                      @Override
                      public void cancel() {
                        cancelled.countDown();
                      }
                    }));
    WebSocket socket = socket("/one/log?follow=true", "binary.k8s.io", new Heard());

    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(15, TimeUnit.SECONDS);

    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
    assertThatThrownBy(() -> socket("/one/log", "v5.channel.k8s.io", new Heard()))
        .hasStackTraceContaining("status code 400");
  }

  @Test
  void whoseLogIsMeantMustBeClear() {
    assertRefused(
        "/two/log", 400, "a container name must be specified for pod two, choose one of: [a b]");
    assertRefused("/two/log?container=c", 400, "container c is not valid for pod two");
    assertRefused("/two/log?container=b", 503, "node n is away");
    assertRefused("/none/log", 404, "pods \"none\" not found");
    assertRefused("/one/log?tailLines=-1", 422, "must be greater than or equal to 0");
    assertRefused("/one/log?sinceTime=yesterday", 400, "parsing time \"yesterday\"");
  }

  @Test
  void whatAPodDoesNotHaveIsNotFound() {
    assertThat(server.get(PODS + "/one/nonsense").statusCode()).isEqualTo(404);
  }

  @Test
  void aPodThatIsNowhereHasSaidNothing() {
    HttpResponse<String> log = server.get(PODS + "/nowhere/log");
    assertThat(log.statusCode()).isEqualTo(200);
    assertThat(log.body()).isEmpty();
  }

  @Test
  void aReaderThatStopsIsNotReadFor() throws Exception {
    AtomicLong asked = new AtomicLong();
    CountDownLatch cancelled = new CountDownLatch(1);
    ByteBuffer chunk = ByteBuffer.wrap(new byte[64 * 1024]);
    server
        .node()
        .log(
            "a",
            subscriber ->
                subscriber.onSubscribe(
                    new Flow.Subscription() {
                      @Override
                      public void request(long n) {
                        // Whoever asks without end never gets out of here.
                        for (long i = 0; i < n; i++) {
                          asked.incrementAndGet();
                          subscriber.onNext(chunk.duplicate());
                        }
                      }

                      @Override
                      public void cancel() {
                        cancelled.countDown();
                      }
                    }));
    HttpResponse<InputStream> response =
        server
            .admin()
            .send(
                server.request(PODS + "/one/log?follow=true").GET().build(),
                HttpResponse.BodyHandlers.ofInputStream());

    assertThat(response.body().readNBytes(1 << 20)).hasSize(1 << 20);
    assertThat(asked.get()).isBetween(16L, 2_000L);
    response.body().close();
    assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private static void assertRefused(String path, int code, String words) {
    HttpResponse<String> response = server.get(PODS + path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
    assertThat(
            Json.readObject(response.body().getBytes(StandardCharsets.UTF_8))
                .path("message")
                .asText())
        .contains(words);
  }
}
