package io.luotsi.bench.store;

import io.luotsi.app.PlainFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Clients that each write one object after the other, as fast as they are answered. */
final class Writes {
  private static final String TABLE = "configmaps";
  private static final double NANOS = 1e9;

  /**
   * @param latencies of all that was acknowledged
   * @param seconds from the first question to the last answer
   */
  record Result(Latencies latencies, double seconds) {
    double perSecond() {
      return latencies.count() / seconds;
    }
  }

  private final StoreClient client;
  private final OwnObjects objects;
  private final int clients;
  private final long endNanos;

  private Writes(StoreClient client, OwnObjects objects, int clients, long endNanos) {
    this.client = client;
    this.objects = objects;
    this.clients = clients;
    this.endNanos = endNanos;
  }

  /**
   * @throws PlainFailure if a write is not acknowledged
   */
  static Result run(StoreClient client, OwnObjects objects, int clients, Duration time) {
    long begin = System.nanoTime();
    Writes writes = new Writes(client, objects, clients, begin + time.toNanos());
    List<Writer> writers = new ArrayList<>();
    for (int number = 0; number < clients; number++) {
      writers.add(writes.new Writer(number));
    }
    writers.forEach(Writer::next);
    Latencies all = new Latencies();
    for (Writer writer : writers) {
      Waiting.get("a write", writer.done, time.plus(Waiting.PATIENCE));
      all.addAll(writer.latencies);
    }
    return new Result(all, (System.nanoTime() - begin) / NANOS);
  }

  /** One at a time: what one step leaves, the next one sees. */
  private final class Writer {
    private final Latencies latencies = new Latencies();
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final int first;
    private int index;

    Writer(int number) {
      this.first = number;
      this.index = number;
    }

    void next() {
      long asked = System.nanoTime();
      if (asked - endNanos >= 0) {
        done.complete(null);
        return;
      }
      int written = index;
      client
          .write(TABLE, objects.now(written), objects.version(written))
          .whenComplete(
              (version, failure) -> {
                if (failure != null) {
                  done.completeExceptionally(failure);
                  return;
                }
                latencies.add(System.nanoTime() - asked);
                objects.wrote(written, version);
                index = written + clients < OwnObjects.COUNT ? written + clients : first;
                next();
              });
    }
  }
}
