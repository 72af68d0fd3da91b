package io.luotsi.core.controller.actor;

import io.luotsi.core.informer.Backoff;
import io.luotsi.core.informer.QueueRecorder;
import io.luotsi.core.informer.WorkQueue;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one {@link Loop}: queues the keys that want work, has them reconciled on virtual threads,
 * a few at once and none twice at once, and tries again what failed, later and later. Holds keys
 * only; a key costs no more however often it is wanted.
 */
final class KeyedController<K> extends AbstractBehavior<KeyedController.Command<K>> {
  sealed interface Command<K> {}

  /** The key wants work. */
  record Want<K>(K key) implements Command<K> {}

  /** The caches are filled: work may begin. */
  record Begin<K>() implements Command<K> {}

  private record Finished<K>(K key, Result result) implements Command<K> {}

  private record Due<K>() implements Command<K> {}

  private static final Logger LOG = LoggerFactory.getLogger(KeyedController.class);

  /** Failures in a row from which on a warning is worth it: conflicts settle before that. */
  private static final int WORTH_A_WARNING = 5;

  private final Loop<K> loop;
  private final ExecutorService executor;
  private final Clock clock;
  private final int atOnce;
  private final TimerScheduler<Command<K>> timers;
  private final QueueRecorder recorder;
  private final WorkQueue<K> queue;
  private Optional<Instant> armed = Optional.empty();
  private boolean begun;

  private KeyedController(
      ActorContext<Command<K>> context,
      TimerScheduler<Command<K>> timers,
      Loop<K> loop,
      ExecutorService executor,
      Workers workers) {
    super(context);
    this.timers = timers;
    this.loop = loop;
    this.executor = executor;
    this.clock = workers.clock();
    this.atOnce = workers.atOnce();
    this.recorder = workers.recorder();
    this.queue = new WorkQueue<>(Backoff.CONTROLLER, recorder);
  }

  /**
   * @param atOnce keys reconciled at the same time
   */
  record Workers(int atOnce, Clock clock, QueueRecorder recorder) {}

  static <K> Behavior<Command<K>> create(Loop<K> loop, ExecutorService executor, Workers workers) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new KeyedController<>(context, timers, loop, executor, workers)));
  }

  @Override
  public Receive<Command<K>> createReceive() {
    return newReceiveBuilder()
        .onAnyMessage(this::onCommand)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command<K>> onStop() {
    recorder.ended();
    return this;
  }

  private Behavior<Command<K>> onCommand(Command<K> command) {
    switch (command) {
      case Want<K>(K key) -> queue.add(key);
      case Begin<K> begin -> begun = true;
      case Finished<K>(K key, Result result) -> onFinished(key, result);
      case Due<K> due -> armed = Optional.empty();
    }
    return next();
  }

  private void onFinished(K key, Result result) {
    switch (result) {
      case Result.Done(Optional<Duration> again) -> {
        queue.succeeded(key);
        again.ifPresent(
            wait -> {
              if (wait.isZero()) {
                queue.add(key);
              } else {
                queue.addAt(key, clock.instant().plus(wait));
              }
            });
      }
      case Result.Failed(String why) -> {
        Duration wait = queue.failed(key, clock.instant());
        if (queue.failures(key) >= WORTH_A_WARNING) {
          LOG.warn("{} failed for {}, again in {}: {}", loop.name(), key, wait, why);
        } else {
          LOG.debug("{} failed for {}, again in {}: {}", loop.name(), key, wait, why);
        }
      }
    }
  }

  /** Starts what can be started, and arms the timer for what is due next. */
  private Behavior<Command<K>> next() {
    queue.advance(clock.instant());
    while (begun && queue.inWork() < atOnce) {
      Optional<K> key = queue.poll();
      if (key.isEmpty()) {
        break;
      }
      work(key.get());
    }
    Optional<Instant> due = queue.nextDue();
    if (due.isPresent() && (armed.isEmpty() || due.get().isBefore(armed.get()))) {
      Duration wait = Duration.between(clock.instant(), due.get());
      timers.startSingleTimer("due", new Due<>(), wait.isNegative() ? Duration.ZERO : wait);
      armed = due;
    }
    return this;
  }

  private void work(K key) {
    CompletableFuture<Result> result;
    try {
      result = CompletableFuture.supplyAsync(() -> reconcile(key), executor);
    } catch (RejectedExecutionException e) {
      return; // the term is over
    }
    getContext()
        .pipeToSelf(
            result,
            (done, bug) -> {
              if (done != null) {
                return new Finished<>(key, done);
              }
              // One bad object must not end the control loop of all others.
              LOG.error("{} failed for {}", loop.name(), key, bug);
              return new Finished<>(key, new Result.Failed(String.valueOf(bug)));
            });
  }

  private Result reconcile(K key) {
    try {
      return loop.reconcile(key);
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
  }
}
