package io.luotsi.history.client;

import io.luotsi.history.Found;
import io.luotsi.history.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Clients that create, read, compare and set, overwrite and delete, one request at a time each, at
 * a steady pace. One client of each endpoint shares its keys with one of each other, so that their
 * requests meet; after some requests they go on to a new key.
 */
public final class Writers implements AutoCloseable {
  private static final int REQUESTS_A_KEY = 24;

  /**
   * @param prefix of all keys, {@code NAMESPACE/} and what these writers' names begin with
   * @param groups of clients that share keys; each has one client an endpoint
   * @param pause of a client between an answer and its next request
   * @param firstProcess number of the first client; the others' follow
   */
  public record Settings(String prefix, int groups, Duration pause, int firstProcess, long seed) {}

  /** The keys of one group: the same for all, and a new one every now and then. */
  private static final class Keys {
    private final String prefix;
    private final AtomicInteger requests = new AtomicInteger();

    Keys(String prefix) {
      this.prefix = prefix;
    }

    String next() {
      return prefix + requests.getAndIncrement() / REQUESTS_A_KEY;
    }
  }

  /** One client, and what it knows of its key. */
  private final class Writer {
    private final int process;
    private final Client client;
    private final Keys keys;
    private final Random random;
    private Optional<Found> known = Optional.empty();
    private String key = "";
    private int written;

    Writer(int process, Client client, Keys keys, Random random) {
      this.process = process;
      this.client = client;
      this.keys = keys;
      this.random = random;
    }

    void step() {
      String next = keys.next();
      boolean fresh = !next.equals(key);
      key = next;
      known = fresh ? Optional.empty() : known;
      long begun = nanoTime.getAsLong();
      int chance = fresh ? 0 : random.nextInt(100);
      if (chance < 20) {
        wrote(begun, client.create(process, key, value()).join());
      } else if (chance < 50 || (known.isEmpty() && chance < 85)) {
        known = client.read(process, key);
      } else if (chance < 85) {
        long version = known.map(Found::version).orElse(0L);
        wrote(begun, client.update(process, key, value(), version).join());
      } else if (chance < 93) {
        wrote(begun, client.update(process, key, value(), 0).join());
      } else if (client.delete(process, key)) {
        known = Optional.empty();
        acknowledged.add(begun);
      }
    }

    private String value() {
      return process + "." + written++;
    }

    private void wrote(long begun, Optional<Found> stored) {
      known = stored;
      if (stored.isPresent()) {
        acknowledged.add(begun);
      }
    }
  }

  private final LongSupplier nanoTime;
  private final Progress acknowledged;
  private final ScheduledExecutorService pace;
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong underWay = new AtomicLong();
  private final List<String> strangeAnswers = new ArrayList<>();
  private volatile boolean ended;

  private Writers(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.acknowledged = new Progress(nanoTime);
    this.pace = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());
  }

  /**
   * @param nanoTime the recorder's clock
   */
  public static Writers start(
      List<Endpoint> endpoints, Recorder recorder, Settings settings, LongSupplier nanoTime) {
    Writers writers = new Writers(nanoTime);
    int process = settings.firstProcess();
    for (int group = 0; group < settings.groups(); group++) {
      Keys keys = new Keys(settings.prefix() + group + "-");
      for (Endpoint endpoint : endpoints) {
        Client client = new Client(endpoint, recorder, writers::onStrange);
        Random random = new Random(settings.seed() * 1_000_003 + process);
        Writer writer = writers.new Writer(process++, client, keys, random);
        writers.schedule(writer, settings.pause());
      }
    }
    return writers;
  }

  private void schedule(Writer writer, Duration pause) {
    underWay.incrementAndGet();
    pace.schedule(() -> run(writer, pause), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void run(Writer writer, Duration pause) {
    requests.execute(
        () -> {
          try {
            if (!ended) {
              writer.step();
              schedule(writer, pause);
            }
          } catch (RuntimeException e) { // an answer that nobody can make sense of
            onStrange(writer.key + ": " + e);
          } finally {
            underWay.decrementAndGet();
            acknowledged.changed();
          }
        });
  }

  private synchronized void onStrange(String answer) {
    strangeAnswers.add(answer);
  }

  /** Writes that were acknowledged, by the moments at which they were begun. */
  public Progress acknowledged() {
    return acknowledged;
  }

  /** Answers that no client may get. */
  public synchronized List<String> strange() {
    return List.copyOf(strangeAnswers);
  }

  /** Lets what is under way end, and begins nothing more. */
  @Override
  public void close() {
    ended = true;
    acknowledged.awaitUntil(() -> underWay.get() == 0, Duration.ofMinutes(2));
    pace.shutdownNow();
    requests.close();
  }
}
