package io.luotsi.history.client;

import io.luotsi.history.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Clients that overwrite ConfigMaps at a steady rate at each of several endpoints, whether or not
 * earlier requests were answered: what waits for one answer keeps nobody else from asking. Only
 * {@value #MOST_UNDER_WAY} requests are under way at an endpoint; what would be more is not sent.
 */
public final class OpenLoop implements AutoCloseable {
  private static final int MOST_UNDER_WAY = 300;
  private static final Duration LAST_ANSWER_WITHIN = Duration.ofMinutes(1);

  /**
   * @param prefix of all keys, {@code NAMESPACE/} and what the names begin with
   * @param keys how many each endpoint's clients take turns at
   * @param perSecond requests to each endpoint
   */
  public record Settings(String prefix, int keys, int perSecond) {}

  private final class Target {
    private final Client client;
    private final List<String> keys = new ArrayList<>();
    private final Progress acknowledged = new Progress(nanoTime);
    private final AtomicInteger underWay = new AtomicInteger();
    private int sent;

    Target(Endpoint endpoint, Recorder recorder, Settings settings) {
      client = new Client(endpoint, recorder, OpenLoop.this::onStrange);
      for (int i = 0; i < settings.keys(); i++) {
        keys.add(settings.prefix() + endpoint.name() + "-" + i);
      }
    }

    void create(int process) {
      for (String key : keys) {
        client.create(process, key, "first").join();
      }
    }

    void tick() {
      if (underWay.get() >= MOST_UNDER_WAY) {
        return;
      }
      underWay.incrementAndGet();
      int process = processes.getAndIncrement();
      long begun = nanoTime.getAsLong();
      CompletableFuture<?> answer =
          client
              .update(process, keys.get(sent++ % keys.size()), "value-" + process, 0)
              .thenAccept(
                  stored -> {
                    if (stored.isPresent()) {
                      acknowledged.add(begun);
                    }
                  });
      answer.whenComplete(
          (done, failure) -> {
            underWay.decrementAndGet();
            acknowledged.changed();
          });
    }
  }

  private final LongSupplier nanoTime;
  private final Map<String, Target> targets = new LinkedHashMap<>();
  private final AtomicInteger processes = new AtomicInteger(1);
  private final List<String> strange = new ArrayList<>();
  private final ScheduledExecutorService pace =
      Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().factory());

  private OpenLoop(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * Creates the objects, those that are not there yet, and begins.
   *
   * @param nanoTime the recorder's clock
   */
  public static OpenLoop start(
      List<Endpoint> endpoints, Recorder recorder, Settings settings, LongSupplier nanoTime) {
    OpenLoop loop = new OpenLoop(nanoTime);
    for (Endpoint endpoint : endpoints) {
      Target target = loop.new Target(endpoint, recorder, settings);
      target.create(loop.processes.getAndIncrement());
      loop.targets.put(endpoint.name(), target);
    }
    long period = TimeUnit.SECONDS.toNanos(1) / settings.perSecond();
    loop.pace.scheduleAtFixedRate(
        () -> loop.targets.values().forEach(Target::tick), 0, period, TimeUnit.NANOSECONDS);
    return loop;
  }

  /** Writes that were acknowledged at an endpoint, by its name. */
  public Progress acknowledged(String endpoint) {
    return targets.get(endpoint).acknowledged;
  }

  private synchronized void onStrange(String answer) {
    strange.add(answer);
  }

  /** Answers that no client may get. */
  public synchronized List<String> strange() {
    return List.copyOf(strange);
  }

  /** Begins nothing more and waits for what is under way. */
  @Override
  public void close() {
    pace.shutdown();
    for (Target target : targets.values()) {
      target.acknowledged.awaitUntil(() -> target.underWay.get() == 0, LAST_ANSWER_WITHIN);
    }
  }
}
