package io.luotsi.bench.api;

import io.luotsi.app.PlainFailure;
import io.luotsi.bench.store.Latencies;
import io.luotsi.bench.store.Waiting;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Clients that each send the next request when the last was answered (a closed loop). */
final class Traffic {
  private static final int OK = 200;
  private static final int CREATED = 201;
  private static final double NANOS = 1e9;

  /**
   * What is asked for.
   *
   * @param body of a POST; null for a GET
   */
  record Question(String path, byte @org.jspecify.annotations.Nullable [] body) {}

  /**
   * @param latencies of every request that was answered
   * @param seconds from the first request to the last answer
   */
  record Result(Latencies latencies, double seconds) {
    double perSecond() {
      return latencies.count() / seconds;
    }
  }

  private final List<HttpClientConnection> connections = new ArrayList<>();
  private final int clients;

  /** Opens the connections. */
  Traffic(ApiTarget target, Protocol protocol, int clients) {
    this.clients = clients;
    for (int i = 0; i < protocol.connections(clients); i++) {
      connections.add(target.connect(protocol));
    }
  }

  /**
   * Asks for so long.
   *
   * @param questions by a number that is never used twice
   * @throws PlainFailure if one is refused
   */
  Result run(Duration time, AtomicInteger numbers, IntFunction<Question> questions) {
    long end = System.nanoTime() + time.toNanos();
    return run(numbers, questions, () -> System.nanoTime() - end < 0, time);
  }

  /** Asks so often. */
  Result run(int times, AtomicInteger numbers, IntFunction<Question> questions) {
    AtomicInteger left = new AtomicInteger(times);
    return run(numbers, questions, () -> left.getAndDecrement() > 0, Duration.ofMinutes(10));
  }

  private interface More {
    boolean isWanted();
  }

  private Result run(
      AtomicInteger numbers, IntFunction<Question> questions, More more, Duration time) {
    long begin = System.nanoTime();
    List<Client> all = new ArrayList<>();
    for (int i = 0; i < clients; i++) {
      HttpClientConnection connection = connections.get(i % connections.size());
      Client client = new Client(connection, numbers, questions, more);
      all.add(client);
      client.next();
    }
    Latencies latencies = new Latencies();
    for (Client client : all) {
      Waiting.get("a client's answers", client.done, time.plus(Waiting.PATIENCE));
      latencies.addAll(client.latencies);
    }
    return new Result(latencies, (System.nanoTime() - begin) / NANOS);
  }

  void close() {
    connections.forEach(connection -> Waiting.get("a connection's end", closing(connection)));
  }

  private static CompletableFuture<Void> closing(HttpClientConnection connection) {
    return connection.close().toCompletionStage().toCompletableFuture();
  }

  /** One after the other; touched by one thread at a time. */
  private static final class Client {
    private final HttpClientConnection connection;
    private final AtomicInteger numbers;
    private final IntFunction<Question> questions;
    private final More more;
    private final Latencies latencies = new Latencies();
    private final CompletableFuture<Void> done = new CompletableFuture<>();

    Client(
        HttpClientConnection connection,
        AtomicInteger numbers,
        IntFunction<Question> questions,
        More more) {
      this.connection = connection;
      this.numbers = numbers;
      this.questions = questions;
      this.more = more;
    }

    void next() {
      if (!more.isWanted()) {
        done.complete(null);
        return;
      }
      Question question = questions.apply(numbers.getAndIncrement());
      long begin = System.nanoTime();
      Exchange.of(
              connection,
              question.path(),
              question.body(),
              response -> response.body().map(body -> check(question, response, body)))
          .onSuccess(
              answered -> {
                latencies.add(System.nanoTime() - begin);
                next();
              })
          .onFailure(done::completeExceptionally);
    }

    private static Buffer check(Question question, HttpClientResponse response, Buffer body) {
      if (response.statusCode() != (question.body() == null ? OK : CREATED)) {
        throw new PlainFailure("%s: %d %s".formatted(question.path(), response.statusCode(), body));
      }
      return body;
    }
  }
}
