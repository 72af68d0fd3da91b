package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LogsOverHttpTest {
  private static final String JSON = "application/json";
  private static final String PODS = "/api/v1/namespaces/logs/pods";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    server.send("POST", "/api/v1/namespaces", JSON, "{\"metadata\":{\"name\":\"logs\"}}");
    server.send(
        "POST",
        "/api/v1/namespaces/logs/serviceaccounts",
        JSON,
        "{\"metadata\":{\"name\":\"default\"}}");
    pod("one", "\"nodeName\":\"n\",", "a");
    pod("two", "\"nodeName\":\"n\",", "a", "b");
    pod("nowhere", "", "a");
  }

  private static void pod(String name, String node, String... containers) {
    StringBuilder body = new StringBuilder("{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{");
    body.append(node).append("\"containers\":[");
    for (String container : containers) {
      body.append("{\"name\":\"").append(container).append("\",\"image\":\"i\"},");
    }
    body.setLength(body.length() - 1);
    HttpResponse<String> created = server.send("POST", PODS, JSON, body + "]}}");
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aLogIsHandedOnWithTheOptionsThatWereAsked() {
    server.node().log("a", bytes("line 1\n", "line 2\n"));
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

  private static Flow.Publisher<ByteBuffer> bytes(String... chunks) {
    return subscriber -> {
      SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>();
      publisher.subscribe(subscriber);
      List.of(chunks)
          .forEach(
              chunk -> publisher.submit(ByteBuffer.wrap(chunk.getBytes(StandardCharsets.UTF_8))));
      publisher.close();
    };
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
