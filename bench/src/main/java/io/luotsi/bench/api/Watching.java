package io.luotsi.bench.api;

import io.luotsi.app.PlainFailure;
import io.luotsi.bench.store.Latencies;
import io.luotsi.bench.store.Waiting;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.net.NetSocket;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Watchers of one namespace's ConfigMaps, each over a connection of its own, and one who writes.
 */
final class Watching implements AutoCloseable {
  private static final Duration PACE = Duration.ofMillis(100);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(1);
  private static final int OK = 200;
  private static final int WARM_UP = 20;
  private static final int FLOOD = 120;
  private static final int FLOOD_BYTES = 100_000;
  private static final String NAME = "\"name\":\"";

  /** What the others watch; the frozen one is sent more than that. */
  private static final String PACED = "paced";

  private static final String FLOODED = "flood";

  private final ApiTarget target;
  private final String maps;
  private final String prefix;
  private final HttpClientConnection writer;
  private final List<Watcher> watchers = new ArrayList<>();
  private final Map<String, Long> sent = new ConcurrentHashMap<>();
  private final AtomicLong arrived = new AtomicLong();
  private int written;

  /**
   * Opens them.
   *
   * @param maps path of the namespace's ConfigMaps
   * @param prefix of the names of all that is written, used by nobody else
   */
  Watching(ApiTarget target, String maps, String prefix, int count) {
    this.target = target;
    this.maps = maps;
    this.prefix = prefix;
    this.writer = target.connect(Protocol.HTTP_2);
    List<CompletableFuture<HttpClientConnection>> opening = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Watcher watcher = new Watcher();
      watchers.add(watcher);
      opening.add(
          target
              .connecting(Protocol.HTTP_2)
              .compose(connection -> watcher.begin(connection).map(connection))
              .toCompletionStage()
              .toCompletableFuture());
    }
    opening.forEach(one -> connections.add(Waiting.get("a watch", one)));
  }

  private final List<HttpClientConnection> connections = new ArrayList<>();

  /** What one of them saw; touched by one thread at a time. */
  private final class Watcher {
    private Latencies delays = new Latencies();

    Future<Void> begin(HttpClientConnection connection) {
      return Exchange.of(
          connection, maps + "?watch=1&labelSelector=bench%3D" + PACED, null, this::listen);
    }

    private Future<Void> listen(HttpClientResponse response) {
      if (response.statusCode() != OK) {
        return Future.failedFuture(
            new PlainFailure("a watch is refused: " + response.statusCode()));
      }
      response.exceptionHandler(failure -> {}); // the connection's end
      response.handler(RecordParser.newDelimited("\n", this::saw));
      return Future.succeededFuture();
    }

    private void saw(Buffer event) {
      String text = event.toString(StandardCharsets.ISO_8859_1);
      int at = text.indexOf(NAME + prefix);
      if (at < 0) {
        return; // of another run
      }
      int from = at + NAME.length();
      Long begin = sent.get(text.substring(from, text.indexOf('"', from)));
      if (begin != null) {
        delays.add(System.nanoTime() - begin);
        arrived.incrementAndGet();
      }
    }
  }

  /**
   * What was measured.
   *
   * @param delays of every event at every watcher, the time since its POST was begun
   * @param writes of every POST, the time until it was answered, which may be after its delivery
   */
  record Result(Latencies delays, Latencies writes) {}

  /** Writes at a steady pace. */
  Result run(int events) {
    for (int i = 0; i < WARM_UP; i++) {
      Waiting.get("a write", write());
    }
    awaitArrived();
    watchers.forEach(watcher -> watcher.delays = new Latencies());
    long begin = System.nanoTime();
    List<CompletableFuture<Long>> writes = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      LockSupport.parkNanos(begin + i * PACE.toNanos() - System.nanoTime());
      writes.add(write());
    }
    Latencies answers = new Latencies();
    writes.forEach(write -> answers.add(Waiting.get("a write", write)));
    awaitArrived();
    Latencies all = new Latencies();
    watchers.forEach(watcher -> all.addAll(watcher.delays));
    return new Result(all, answers);
  }

  /** Nanoseconds until it is answered. */
  private CompletableFuture<Long> write() {
    String name = prefix + written++;
    byte[] body = Bodies.configMap(name, PACED);
    long begin = System.nanoTime();
    sent.put(name, begin);
    return target.creating(writer, maps, body).thenApply(answered -> System.nanoTime() - begin);
  }

  private void awaitArrived() {
    Waiting.until(
        "%d watchers to see %d writes".formatted(watchers.size(), written),
        BETWEEN_LOOKS,
        () -> arrived.get() >= (long) written * watchers.size());
  }

  /**
   * Adds a client that asks to watch and never reads, and writes {@value #FLOOD} objects of 100 KB
   * that are meant for it: far more than fits between server and client.
   */
  NetSocket freeze() {
    NetSocket frozen = target.connectPlainly();
    frozen.pause();
    frozen.exceptionHandler(failure -> {});
    String request = "GET %s?watch=1 HTTP/1.1\r\nHost: %s\r\n\r\n".formatted(maps, target.host());
    Waiting.get("a request", frozen.write(request).toCompletionStage().toCompletableFuture());
    for (int i = 0; i < FLOOD; i++) {
      target.create(writer, maps, Bodies.configMap(prefix + "flood-" + i, FLOODED, FLOOD_BYTES));
    }
    return frozen;
  }

  @Override
  public void close() {
    connections.forEach(HttpClientConnection::close);
    writer.close();
  }
}
