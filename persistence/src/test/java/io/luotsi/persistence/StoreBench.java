package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.Write;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Writes per second through the store, with so many clients that each wait for their outcome:
 * {@code StoreBench DIRECTORY SECONDS CLIENTS...}. Prints a line a number of clients.
 */
final class StoreBench {
  private static final String VALUE = "x".repeat(2_048 - 160);

  private StoreBench() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int seconds = Integer.parseInt(arguments[1]);
    Files.createDirectories(directory);
    long started = System.nanoTime();
    try (LocalStore one = LocalStore.start(directory)) {
      Drafts.latest(one.store(), CONFIG_MAPS);
      print("ready after %d ms", Duration.ofNanos(System.nanoTime() - started).toMillis());
      measure(one.store(), 64, 5); // warm-up
      for (int i = 2; i < arguments.length; i++) {
        measure(one.store(), Integer.parseInt(arguments[i]), seconds);
      }
      started = System.nanoTime();
    }
    print("closed in %d ms", Duration.ofNanos(System.nanoTime() - started).toMillis());
  }

  private static void measure(Store store, int clients, int seconds) throws Exception {
    long[] latencies = new long[4_000_000];
    AtomicInteger written = new AtomicInteger();
    CountDownLatch stopped = new CountDownLatch(clients);
    long cpuBefore = cpuNanos();
    long start = System.nanoTime();
    long end = start + Duration.ofSeconds(seconds).toNanos();
    for (int i = 0; i < clients; i++) {
      new Client(store, i, end, latencies, written, stopped).next(start);
    }
    stopped.await();
    double took = (System.nanoTime() - start) / 1e9;
    int count = Math.min(written.get(), latencies.length);
    long[] sorted = Arrays.copyOf(latencies, count);
    Arrays.sort(sorted);
    print(
        "%d clients: %.0f writes/s, p50 %.2f ms, p99 %.2f ms, %.2f CPU s a 10,000 writes",
        clients,
        count / took,
        sorted[count / 2] / 1e6,
        sorted[(int) (count * 0.99)] / 1e6,
        (cpuNanos() - cpuBefore) / 1e9 * 10_000 / count);
  }

  private static long cpuNanos() throws IOException {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
  }

  /** One client's endless creations and updates of its own object, one at a time. */
  private record Client(
      Store store,
      int number,
      long end,
      long[] latencies,
      AtomicInteger written,
      CountDownLatch stopped) {
    private static final AtomicInteger NAMES = new AtomicInteger();

    void next(long now) {
      if (now > end) {
        stopped.countDown();
        return;
      }
      int name = NAMES.incrementAndGet();
      Write write =
          new Write.Create(Drafts.draft("default", "c" + number + "-" + name, "u" + name, VALUE));
      store.commit(CONFIG_MAPS, write).whenComplete((outcome, failure) -> record(now, outcome));
    }

    private void record(long asked, Outcome<StoredObject> outcome) {
      outcome.orElseThrow();
      long now = System.nanoTime();
      int index = written.getAndIncrement();
      if (index < latencies.length) {
        latencies[index] = now - asked;
      }
      next(now);
    }
  }

  private static void print(String format, Object... values) {
    System.out.println(String.format(java.util.Locale.ROOT, format, values));
  }
}
