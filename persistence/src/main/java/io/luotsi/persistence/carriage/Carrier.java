package io.luotsi.persistence.carriage;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.registry.PendingWrite;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.Replica;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Brings writes to the member that leads, and what became of them back; one on each member for each
 * Raft group.
 *
 * <p>What was certainly not done waits for a leader until its deadline and is then told
 * TooManyRequests. What was sent and not answered is told Timeout, at its deadline or soon after
 * another member leads, and is never sent again: nobody knows whether it was done. An outcome is
 * told only when this member's replica has what it rests on, so that whoever reads here next, at
 * any version, sees their own write, or what it was refused for.
 *
 * <p>Holds at most {@value Carriage#MAX_HELD} writes or {@value Carriage#MAX_HELD_BYTES} bytes;
 * more is TooManyRequests at once. Of these at most {@value Carriage#MAX_SENT} are on the wire,
 * fewer than Artery's queue of a peer takes, which would drop what is too much without a word.
 *
 * <p>The rules are {@link Carriage}; this is their shell.
 */
public final class Carrier extends AbstractMatchingBehavior<Carrier.Command> {
  /** What this actor understands. */
  public sealed interface Command {}

  /** What carriers send each other; {@link WireFormat} says how. */
  public sealed interface Wire extends Command {}

  /** Finds the write's leader. */
  public record Submit(Parcel parcel) implements Command {}

  /** This member's registry certainly did not do it. */
  public record HandedBack(Parcel parcel) implements Command {}

  /**
   * Has whoever leads bring the resource's registry into being; goes on until the replica has it.
   */
  public record Create(GroupResource resource, long deadlineNanos) implements Command {}

  /** Another member may lead, or this one may have become ready. */
  public record LeaderChanged() implements Command {}

  /**
   * Asks the receiver to do it if it leads.
   *
   * @param call the sender's number for it; 0 if no answer is wanted
   * @param write empty to bring the resource's registry into being
   * @param remaining until the sender's deadline
   */
  public record Request(
      long call,
      GroupResource resource,
      Optional<Write> write,
      Duration remaining,
      ActorRef<Wire> replyTo)
      implements Wire {}

  public record Answer(long call, GroupResource resource, Result result) implements Wire {}

  /** What became of a request. */
  public sealed interface Result {}

  /** The draft was stored, at {@code version}. */
  public record Stored(long version) implements Result {}

  /** The object that is gone, at the version of its deletion. */
  public record Deleted(StoredObject object) implements Result {}

  /**
   * @param version of the resource when it was refused, or less
   */
  public record Refused(Rejection rejection, long version) implements Result {}

  /** Certainly not done: the receiver does not lead. */
  public record NotHere() implements Result {}

  private record Tick() implements Command {}

  /** What a carrier must know of the member it is on. */
  public interface Member {
    Leader leader(GroupResource resource);

    /** Whether it is known where another member's carrier is. */
    boolean knows(String name);

    /** Sends to another member's carrier; what is sent may be lost without a word. */
    void send(String name, Wire message);

    /** Hands a write to this member's own registry. */
    void submit(GroupResource resource, PendingWrite write);

    /** Has this member's own registry come into being. */
    void create(GroupResource resource);

    Replica replica(GroupResource resource);

    /** Runs what waits for outcomes. */
    Executor completions();
  }

  private static final Duration TICK = Duration.ofMillis(25);

  private final Member member;
  private final TimerScheduler<Command> timers;
  private final Carriage rules;

  private Carrier(
      ActorContext<Command> context, TimerScheduler<Command> timers, Member member, int groups) {
    super(context);
    this.timers = timers;
    this.member = member;
    this.rules = new Carriage(new MemberView(member), groups);
  }

  /**
   * @param groups of the member, each of which has a carrier
   */
  public static Behavior<Command> create(Member member, int groups) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Carrier(context, timers, member, groups)));
  }

  private record MemberView(Member member) implements Carriage.View {
    @Override
    public Leader leader(GroupResource resource) {
      return member.leader(resource);
    }

    @Override
    public boolean knows(String name) {
      return member.knows(name);
    }

    @Override
    public RegistryState state(GroupResource resource) {
      return member.replica(resource).state(resource);
    }
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Submit(Parcel parcel) -> carryOut(rules.submit(parcel));
      case HandedBack(Parcel parcel) -> carryOut(rules.handedBack(parcel));
      case Create(GroupResource resource, long deadline) ->
          carryOut(rules.create(resource, deadline));
      case LeaderChanged changed -> carryOut(rules.leaderChanged());
      case Request request -> onRequest(request);
      case Answer(long call, GroupResource resource, Result result) ->
          carryOut(rules.answered(call, result));
      case Tick tick -> carryOut(rules.tick(System.nanoTime()));
    }
    tickWhileActive();
    return this;
  }

  private void carryOut(List<Carriage.Effect> effects) {
    for (Carriage.Effect effect : effects) {
      switch (effect) {
        case Carriage.Effect.SubmitHere(Parcel parcel) -> submitHere(parcel);
        case Carriage.Effect.CreateHere(GroupResource resource) -> member.create(resource);
        case Carriage.Effect.Send send -> send(send);
        case Carriage.Effect.Settle settle -> settle(settle);
        case Carriage.Effect.Reject(Parcel parcel, Rejection why) ->
            member.completions().execute(() -> parcel.reject(why));
      }
    }
  }

  private void submitHere(Parcel parcel) {
    ActorRef<Command> self = getContext().getSelf();
    member.submit(parcel.resource(), parcel.attempt(back -> self.tell(new HandedBack(back))));
  }

  private void send(Carriage.Effect.Send send) {
    Duration remaining = Duration.ofNanos(Math.max(0, send.deadlineNanos() - System.nanoTime()));
    Request request =
        new Request(
            send.call(), send.resource(), send.write(), remaining, getContext().getSelf().narrow());
    member.send(send.member(), request);
  }

  private void onRequest(Request request) {
    boolean leads = rules.leads(request.resource());
    if (request.write().isEmpty()) {
      if (leads) {
        member.create(request.resource());
      }
      return;
    }
    if (!leads) {
      answer(request, new NotHere());
      return;
    }
    CompletableFuture<Outcome<StoredObject>> attempted = new CompletableFuture<>();
    long deadline = System.nanoTime() + request.remaining().toNanos();
    Write write = request.write().get();
    attempted.whenComplete(
        (outcome, failure) -> {
          if (failure == null) {
            answer(request, rules.resultOf(request.resource(), write, outcome));
          } else if (Parcel.isHandedBack(failure)) {
            answer(request, new NotHere());
          } else {
            answer(request, new Refused(new Rejection.InternalError(failure.toString()), 0));
          }
        });
    member.submit(request.resource(), new PendingWrite(write, attempted, deadline));
  }

  private static void answer(Request request, Result result) {
    request.replyTo().tell(new Answer(request.call(), request.resource(), result));
  }

  private void settle(Carriage.Effect.Settle settle) {
    Parcel parcel = settle.parcel();
    Replica replica = member.replica(parcel.resource());
    CompletableFuture<Void> reached = replica.reached(parcel.resource(), settle.version());
    if (!reached.isDone()) {
      long left = parcel.deadlineNanos() - System.nanoTime();
      reached.orTimeout(Math.max(1, left), TimeUnit.NANOSECONDS);
    }
    reached.whenCompleteAsync(
        (done, failure) -> {
          if (failure == null) {
            parcel.outcome().complete(settle.outcome(replica.state(parcel.resource())));
          } else {
            parcel.reject(settle.otherwise());
          }
        },
        member.completions());
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
