package io.luotsi.persistence.registry;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.store.Write;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
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
 *
 * <p>The rules are {@link Batching}; this is their shell.
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
   * @param alone whether no other member can lead now
   * @param completions runs what waits for outcomes
   */
  public record Settings(
      GroupResource resource,
      ResourceSettings resourceSettings,
      String journal,
      String snapshots,
      Supplier<RegistryState> state,
      Confirmation confirmation,
      BooleanSupplier alone,
      Executor completions) {}

  private static final Duration TICK = Duration.ofMillis(250);

  private final Settings settings;
  private final InstantSource clock;
  private final TimerScheduler<Command> timers;
  private final ActorRef<Registry.Reply> replies;
  private final Batching rules;
  private Optional<ActorRef<Registry.Command>> registry = Optional.empty();

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
    this.rules =
        new Batching(
            new Batching.Settings(
                settings.resource(),
                settings.resourceSettings().timeToLive(),
                settings.state(),
                settings.alone()),
            System.nanoTime());
  }

  public static Behavior<Command> create(Settings settings, InstantSource clock) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Batcher(context, timers, settings, clock)));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    long now = System.nanoTime();
    carryOut(
        switch (command) {
          case Submit(PendingWrite write) -> rules.submit(write, now);
          case Create create -> rules.create(now);
          case LeadershipChanged(OptionalLong term) -> rules.leadershipChanged(term, now);
          case Replied(Registry.Reply reply) -> onReply(reply, now);
          case Confirmed(Registry.Decided decided, boolean stillLeading) ->
              rules.confirmed(decided, stillLeading, now);
          case RegistryStopped stopped -> onRegistryStopped(now);
          case Tick tick -> rules.tick(now, clock.millis());
        });
    tickWhileActive();
    return this;
  }

  private List<Batching.Effect> onReply(Registry.Reply reply, long now) {
    return switch (reply) {
      case Registry.Decided decided -> rules.decided(decided, now);
      case Registry.Failed(Throwable why) -> onFailed(why, now);
    };
  }

  private List<Batching.Effect> onFailed(Throwable why, long now) {
    if (why instanceof WriteFailure.NotDone) {
      getContext()
          .getLog()
          .info("{}: a batch was not done: {}", settings.resource(), why.getMessage());
    } else {
      getContext()
          .getLog()
          .warn("{}: a batch was not confirmed: {}", settings.resource(), why.toString());
    }
    return rules.failed(why, now);
  }

  private List<Batching.Effect> onRegistryStopped(long now) {
    registry = Optional.empty();
    return rules.registryStopped(now);
  }

  private void carryOut(List<Batching.Effect> effects) {
    for (Batching.Effect effect : effects) {
      switch (effect) {
        case Batching.Effect.StartRegistry(long term) -> startRegistry(term);
        case Batching.Effect.StopRegistry stop -> registry.ifPresent(getContext()::stop);
        case Batching.Effect.Commit(List<Write> writes) ->
            registry.orElseThrow().tell(new Registry.Commit(writes, replies));
        case Batching.Effect.Confirm(Registry.Decided decided, long term) -> confirm(decided, term);
        case Batching.Effect.Complete complete ->
            settings.completions().execute(() -> complete(complete));
        case Batching.Effect.Reject(List<PendingWrite> writes, Rejection why) ->
            settings.completions().execute(() -> writes.forEach(write -> write.reject(why)));
        case Batching.Effect.HandBack(List<PendingWrite> writes) ->
            settings.completions().execute(() -> writes.forEach(PendingWrite::handBack));
      }
    }
  }

  private void startRegistry(long term) {
    Registry.Settings child =
        new Registry.Settings(
            settings.resource(),
            settings.resourceSettings(),
            term,
            settings.journal(),
            settings.snapshots());
    ActorRef<Registry.Command> actor =
        getContext().spawnAnonymous(Registry.create(child, clock, replies));
    getContext().watchWith(actor, new RegistryStopped());
    registry = Optional.of(actor);
  }

  private void confirm(Registry.Decided decided, long term) {
    getContext()
        .pipeToSelf(
            settings.confirmation().stillLeads(term),
            (stillLeading, failure) -> new Confirmed(decided, failure == null && stillLeading));
  }

  private static void complete(Batching.Effect.Complete complete) {
    for (int i = 0; i < complete.writes().size(); i++) {
      complete.writes().get(i).outcome().complete(complete.outcomes().get(i));
    }
  }

  private void tickWhileActive() {
    if (!rules.isActive()) {
      timers.cancel(Tick.class);
    } else if (!timers.isTimerActive(Tick.class)) {
      timers.startTimerWithFixedDelay(Tick.class, new Tick(), TICK);
    }
  }

  /** Whoever still waits when the ActorSystem ends is told what is known. */
  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      carryOut(rules.close());
    }
    return this;
  }
}
