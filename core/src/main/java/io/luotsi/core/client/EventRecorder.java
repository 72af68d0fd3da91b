package io.luotsi.core.client;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.client.EventCorrelator.Decision;
import io.luotsi.core.client.EventCorrelator.Occurrence;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes core/v1 Events as one component. Best effort, as upstream: an event may be dropped (the
 * queue is full, its object had too many, the API refuses it), and the component never waits for
 * one. The same event again raises {@code count} and {@code lastTimestamp} of the first.
 *
 * <p>For any thread.
 */
public final class EventRecorder implements AutoCloseable {
  /** How serious an event is. */
  public enum Type {
    NORMAL("Normal"),
    WARNING("Warning");

    private final String word;

    Type(String word) {
      this.word = word;
    }
  }

  /** Events waiting to be written; more are dropped. */
  static final int QUEUE_LIMIT = 10_000;

  /** Writes under way at once. */
  static final int IN_FLIGHT = 128;

  private static final int ATTEMPTS = 5;
  private static final Duration FAREWELL = Duration.ofSeconds(1);
  private static final GroupVersionResource EVENTS = GroupVersionResource.of("v1", "events");
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private final ApiClient api;
  private final Clock clock;
  private final EventCorrelator correlator;
  private final BlockingQueue<Optional<Occurrence>> queue = new ArrayBlockingQueue<>(QUEUE_LIMIT);
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT);
  private final Thread thread;
  private volatile boolean closed;

  private EventRecorder(ApiClient api, String component, String host, Clock clock) {
    this.api = api;
    this.clock = clock;
    this.correlator = new EventCorrelator(component, host);
    this.thread = Thread.ofVirtual().name("events-" + component).unstarted(this::run);
  }

  /**
   * @param component as upstream names it: {@code replicaset-controller}, {@code kubelet}
   * @param host where it runs, for components of a node; else empty
   */
  public static EventRecorder start(ApiClient api, String component, String host, Clock clock) {
    EventRecorder recorder = new EventRecorder(api, component, host, clock);
    recorder.thread.start();
    return recorder;
  }

  /** Enqueues an event and returns at once. */
  public void event(EventSubject about, Type type, String reason, String message) {
    Occurrence event = new Occurrence(about, type.word, reason, message, clock.instant());
    if (!closed && !queue.offer(Optional.of(event))) {
      LOG.debug("event queue full, dropping {} about {}", reason, about.key());
    }
  }

  /** Takes no more events, and gives those that wait a second to be written. */
  @Override
  public void close() {
    closed = true;
    queue.offer(Optional.empty());
    try {
      if (!thread.join(FAREWELL)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (true) {
        Optional<Occurrence> next = closed ? queue.poll() : queue.take();
        if (next == null) {
          break; // closed, and nothing is left
        }
        if (next.isPresent()) {
          Decision decision = correlator.decide(next.get());
          inFlight.acquire();
          write(decision, 1);
        }
      }
      inFlight.acquire(IN_FLIGHT);
    } catch (InterruptedException e) {
      LOG.debug("events dropped at close: {}", queue.size());
    }
  }

  /** Gives the permit back when all is over. */
  private void write(Decision decision, int attempt) {
    send(decision)
        .whenComplete(
            (outcome, bug) -> {
              if (bug != null) {
                LOG.error("cannot write event {}", decision, bug);
                inFlight.release();
                return;
              }
              switch (outcome) {
                case Outcome.Done<Optional<StoredObject>> done -> inFlight.release();
                case Outcome.Rejected<Optional<StoredObject>>(Rejection why) ->
                    refused(decision, why, attempt);
              }
            });
  }

  private void refused(Decision decision, Rejection why, int attempt) {
    if (why instanceof Rejection.NotFound && decision instanceof Decision.Count count) {
      write(count.otherwise(), attempt);
    } else if (why instanceof Rejection.TooManyRequests busy && attempt < ATTEMPTS && !closed) {
      long millis = Math.max(100, busy.retryAfter().toMillis());
      CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS)
          .execute(() -> write(decision, attempt + 1));
    } else {
      LOG.debug("event not written ({}): {}", why, decision);
      inFlight.release();
    }
  }

  private CompletionStage<Outcome<Optional<StoredObject>>> send(Decision decision) {
    return switch (decision) {
      case Decision.Create(String namespace, var event) ->
          api.create(EVENTS, namespace, event).thenApply(made -> made.map(Optional::of));
      case Decision.Count(ObjectKey key, var patch, var otherwise) ->
          api.patch(EVENTS, key, "", PatchType.MERGE, patch)
              .thenApply(made -> made.map(Optional::of));
      case Decision.Skip skip -> CompletableFuture.completedFuture(Outcome.done(Optional.empty()));
    };
  }
}
