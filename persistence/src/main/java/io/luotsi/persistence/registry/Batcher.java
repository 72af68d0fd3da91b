package io.luotsi.persistence.registry;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Stands before a resource's {@link Registry}, collects writes while a batch is in flight, and
 * starts and stops the registry with the terms in which this member leads.
 *
 * <p>Whatever fails, writers are told what is known: a write that was certainly not done waits for
 * a leader until its deadline and is then told TooManyRequests; one that was proposed and not
 * confirmed is told Timeout, and is never tried again. A full queue is TooManyRequests at once.
 *
 * <p>Where other members may lead, nothing waits here for a leader: what was certainly not done is
 * handed back (see {@link PendingWrite#handBack}), for another member to do.
 */
public final class Batcher extends AbstractMatchingBehavior<Batcher.Command> {
  /** What this actor understands; all of it comes from this JVM. */
  public sealed interface Command {}

  public record Submit(PendingWrite write) implements Command {}

  /** Brings the resource's registry into being, so that it has a version. */
  public record Create() implements Command {}

  /**
   * @param term in which this member is ready leader; empty if it is not
   */
  public record LeadershipChanged(OptionalLong term) implements Command {}

  private record Replied(Registry.Reply reply) implements Command {}

  private record Confirmed(Registry.Decided decided, boolean stillLeading) implements Command {}

  private record RegistryStopped() implements Command {}

  private record Tick() implements Command {}

  /** Tells whether this member still leads in {@code term}, by a round of the leader's. */
  @FunctionalInterface
  public interface Confirmation {
    CompletionStage<Boolean> stillLeads(long term);
  }

  /**
   * @param state of the local replica, to know when objects expire
   * @param alone whether no other member can ever lead
   * @param completions runs what waits for outcomes
   */
  public record Settings(
      GroupResource resource,
      ResourceSettings resourceSettings,
      String journal,
      String snapshots,
      Supplier<RegistryState> state,
      Confirmation confirmation,
      boolean alone,
      Executor completions) {}

  private static final Duration TICK = Duration.ofMillis(250);
  private static final long IDLE_NANOS = Duration.ofMinutes(5).toNanos();
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** A registry that failed is not started again before this has passed. */
  private static final long RESTART_NANOS = Duration.ofMillis(200).toNanos();

  private final Settings settings;
  private final InstantSource clock;
  private final TimerScheduler<Command> timers;
  private final ActorRef<Registry.Reply> replies;
  private final WriteQueue queue = new WriteQueue();
  private OptionalLong term = OptionalLong.empty();
  private Optional<Running> registry = Optional.empty();
  private List<PendingWrite> inFlight = List.of();
  private boolean busy;
  private boolean wanted;
  private long notBeforeNanos = System.nanoTime();
  private long usedNanos = System.nanoTime();

  /** The registry of a term; {@code stopping} until its end has been seen. */
  private record Running(long term, ActorRef<Registry.Command> actor, boolean stopping) {}

  private Batcher(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Settings settings,
      InstantSource clock) {
    super(context);
    this.timers = timers;
    this.settings = settings;
    this.clock = clock;
    this.replies = context.messageAdapter(Registry.Reply.class, Replied::new);
  }

  public static Behavior<Command> create(Settings settings, InstantSource clock) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Batcher(context, timers, settings, clock)));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Submit(PendingWrite write) -> onSubmit(write);
      case Create create -> onCreate();
      case LeadershipChanged(OptionalLong newTerm) -> onLeadershipChanged(newTerm);
      case Replied(Registry.Reply reply) -> onReply(reply);
      case Confirmed(Registry.Decided decided, boolean stillLeading) ->
          onConfirmed(decided, stillLeading);
      case RegistryStopped stopped -> onRegistryStopped();
      case Tick tick -> onTick();
    }
    return this;
  }

  private void onSubmit(PendingWrite write) {
    if (!queue.offer(write)) {
      settings.completions().execute(() -> write.reject(tooMany("too many writes are waiting")));
      return;
    }
    handBackIfDeposed();
    tickWhileActive();
    pump();
  }

  /** Somebody else may lead by now, and do what waits here. */
  private void handBackIfDeposed() {
    if (!settings.alone() && term.isEmpty()) {
      List<PendingWrite> returned = queue.takeAll();
      wanted = false;
      if (!returned.isEmpty()) {
        settings.completions().execute(() -> returned.forEach(PendingWrite::handBack));
      }
    }
  }

  private void onCreate() {
    wanted |= settings.state().get().version() == 0;
    handBackIfDeposed();
    tickWhileActive();
    pump();
  }

  private void onLeadershipChanged(OptionalLong newTerm) {
    term = newTerm;
    handBackIfDeposed();
    tickWhileActive();
    pump();
  }

  /** Sends the next batch, if there is one and somebody to send it to. */
  private void pump() {
    if (busy) {
      return;
    }
    boolean stale = registry.isPresent() && !leadsIn(registry.get().term());
    if (stale) {
      stopRegistry();
    }
    if (term.isEmpty() || (queue.isEmpty() && !wanted)) {
      return;
    }
    if (registry.isEmpty() && System.nanoTime() - notBeforeNanos >= 0) {
      startRegistry(term.getAsLong());
    }
    if (registry.isPresent() && !registry.get().stopping()) {
      inFlight = queue.takeBatch();
      busy = true;
      wanted = false;
      usedNanos = System.nanoTime();
      registry
          .get()
          .actor()
          .tell(new Registry.Commit(inFlight.stream().map(PendingWrite::write).toList(), replies));
    }
  }

  private boolean leadsIn(long registryTerm) {
    return term.isPresent() && term.getAsLong() == registryTerm;
  }

  private void startRegistry(long newTerm) {
    Registry.Settings child =
        new Registry.Settings(
            settings.resource(),
            settings.resourceSettings(),
            newTerm,
            settings.journal(),
            settings.snapshots());
    ActorRef<Registry.Command> actor =
        getContext().spawnAnonymous(Registry.create(child, clock, replies));
    getContext().watchWith(actor, new RegistryStopped());
    registry = Optional.of(new Running(newTerm, actor, false));
  }

  private void stopRegistry() {
    registry
        .filter(running -> !running.stopping())
        .ifPresent(
            running -> {
              getContext().stop(running.actor());
              registry = Optional.of(new Running(running.term(), running.actor(), true));
            });
  }

  private void onReply(Registry.Reply reply) {
    switch (reply) {
      case Registry.Decided decided when decided.durable() || inFlight.isEmpty() ->
          complete(decided.outcomes());
      case Registry.Decided decided -> confirm(decided);
      case Registry.Failed(Throwable why) -> onFailed(why);
    }
  }

  /** Refusals may come from a deposed registry: they leave only if it was not. */
  private void confirm(Registry.Decided decided) {
    long decidedIn = registry.map(Running::term).orElse(-1L);
    getContext()
        .pipeToSelf(
            settings.confirmation().stillLeads(decidedIn),
            (stillLeading, failure) -> new Confirmed(decided, failure == null && stillLeading));
  }

  private void onConfirmed(Registry.Decided decided, boolean stillLeading) {
    if (stillLeading) {
      complete(decided.outcomes());
    } else {
      tryAgain();
    }
  }

  private void complete(List<Outcome<StoredObject>> outcomes) {
    List<PendingWrite> batch = inFlight;
    if (!batch.isEmpty()) {
      settings
          .completions()
          .execute(
              () -> {
                for (int i = 0; i < batch.size(); i++) {
                  batch.get(i).outcome().complete(outcomes.get(i));
                }
              });
    }
    landed();
    pump();
  }

  /** The batch certainly changed nothing. */
  private void tryAgain() {
    queue.putBack(inFlight);
    wanted |= inFlight.isEmpty();
    notBeforeNanos = System.nanoTime() + RESTART_NANOS;
    landed();
    handBackIfDeposed();
    stopRegistry();
    tickWhileActive();
  }

  private void onFailed(Throwable why) {
    registry = registry.map(running -> new Running(running.term(), running.actor(), true));
    if (!busy) {
      return;
    }
    if (why instanceof WriteFailure.NotDone) {
      getContext()
          .getLog()
          .info("{}: a batch was not done: {}", settings.resource(), why.getMessage());
      tryAgain();
    } else {
      getContext()
          .getLog()
          .warn("{}: a batch was not confirmed: {}", settings.resource(), why.toString());
      giveUp(inFlight);
      landed();
    }
  }

  private void giveUp(List<PendingWrite> batch) {
    if (batch.isEmpty()) {
      return;
    }
    Rejection unknown =
        new Rejection.Timeout("the write was proposed and not confirmed; it may have been done");
    settings.completions().execute(() -> batch.forEach(write -> write.reject(unknown)));
  }

  private void landed() {
    inFlight = List.of();
    busy = false;
  }

  private void onRegistryStopped() {
    registry = Optional.empty();
    if (busy) { // a bug stopped it before it could say what became of the batch
      giveUp(inFlight);
      landed();
      notBeforeNanos = System.nanoTime() + RESTART_NANOS;
    }
    pump();
  }

  private void onTick() {
    long now = System.nanoTime();
    List<PendingWrite> late = queue.takeOverdue(now);
    if (!late.isEmpty()) {
      Rejection noLeader = tooMany("no leader for " + settings.resource() + " in time");
      settings.completions().execute(() -> late.forEach(write -> write.reject(noLeader)));
    }
    // The batch stays in flight: the next one must not overtake it.
    giveUp(inFlight.stream().filter(write -> write.isOverdue(now)).toList());
    wanted |= term.isPresent() && somethingExpires();
    if (!busy && queue.isEmpty() && !wanted && now - usedNanos > IDLE_NANOS) {
      stopRegistry();
    }
    pump();
    tickWhileActive();
  }

  private boolean somethingExpires() {
    return settings
        .resourceSettings()
        .timeToLive()
        .map(ttl -> settings.state().get().nextExpiryMillis(ttl))
        .filter(due -> due.isPresent() && due.getAsLong() <= clock.millis())
        .isPresent();
  }

  /** Nothing ticks for a resource that nobody writes and of which nothing expires. */
  private void tickWhileActive() {
    boolean watchesExpiry =
        term.isPresent() && settings.resourceSettings().timeToLive().isPresent();
    boolean active = busy || wanted || !queue.isEmpty() || registry.isPresent() || watchesExpiry;
    if (!active) {
      timers.cancel(Tick.class);
    } else if (!timers.isTimerActive(Tick.class)) {
      timers.startTimerWithFixedDelay(Tick.class, new Tick(), TICK);
    }
  }

  /** Whoever still waits when the ActorSystem ends is told what is known. */
  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      giveUp(inFlight);
      List<PendingWrite> waiting = queue.takeAll();
      Rejection closing = tooMany("the store is closing");
      settings.completions().execute(() -> waiting.forEach(write -> write.reject(closing)));
    }
    return this;
  }

  private static Rejection tooMany(String message) {
    return new Rejection.TooManyRequests(message, RETRY_AFTER);
  }
}
