package io.luotsi.bench.api;

import io.luotsi.app.PlainFailure;
import io.luotsi.bench.store.Waiting;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Lists of all pods, read to their end and thrown away. */
final class Lists {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final int OK = 200;
  private static final double NANOS = 1e9;
  private static final String END = "]}";

  /**
   * @param seconds until the last of them was read
   * @param bytes of one
   */
  record Result(double seconds, long bytes) {}

  private Lists() {}

  /** Reads so many at once, each over a connection of its own. */
  static Result read(ApiTarget target, String path, int times) {
    List<HttpClientConnection> connections = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      connections.add(target.connect(Protocol.HTTP_2));
    }
    long begin = System.nanoTime();
    List<CompletableFuture<Long>> reading =
        connections.stream().map(connection -> read(connection, path)).toList();
    long bytes = 0;
    for (CompletableFuture<Long> one : reading) {
      bytes = Waiting.get("a list", one, PATIENCE);
    }
    double seconds = (System.nanoTime() - begin) / NANOS;
    connections.forEach(HttpClientConnection::close);
    return new Result(seconds, bytes);
  }

  private static CompletableFuture<Long> read(HttpClientConnection connection, String path) {
    return Exchange.of(connection, path, null, Lists::count)
        .toCompletionStage()
        .toCompletableFuture();
  }

  private static Future<Long> count(HttpClientResponse response) {
    if (response.statusCode() != OK) {
      return Future.failedFuture(new PlainFailure("a list is refused: " + response.statusCode()));
    }
    Promise<Long> counted = Promise.promise();
    Counter counter = new Counter();
    response.handler(counter::add);
    response.exceptionHandler(counted::tryFail);
    response.endHandler(
        end -> {
          if (counter.ended) {
            counted.complete(counter.bytes);
          } else {
            counted.fail(new PlainFailure("a list is cut off"));
          }
        });
    return counted.future();
  }

  private static final class Counter {
    private long bytes;
    private boolean ended;

    void add(Buffer chunk) {
      bytes += chunk.length();
      int tail = Math.min(chunk.length(), END.length() + 1);
      ended =
          chunk
              .getString(chunk.length() - tail, chunk.length(), StandardCharsets.ISO_8859_1.name())
              .strip()
              .endsWith(END);
    }
  }
}
