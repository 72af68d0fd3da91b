package io.luotsi.persistence.carriage;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.registry.PendingWrite;
import io.luotsi.persistence.registry.Replica;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
 * Brings writes to the member that leads, and what became of them back; one on each member.
 *
 * <p>What was certainly not done waits for a leader until its deadline and is then told
 * TooManyRequests. What was sent and not answered is told Timeout, at its deadline or soon after
 * another member leads, and is never sent again: nobody knows whether it was done. An outcome is
 * told only when this member's replica has what it rests on, so that whoever reads here next, at
 * any version, sees their own write, or what it was refused for.
 *
 * <p>Holds at most {@value #MAX_HELD} writes or {@value #MAX_HELD_BYTES} bytes; more is
 * TooManyRequests at once. Of these at most {@value #MAX_SENT} are on the wire, fewer than Artery's
 * queue of a peer takes, which would drop what is too much without a word.
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

    /** The carrier of another member; empty while nobody knows where it is. */
    Optional<ActorRef<Wire>> carrier(String name);

    /** Hands a write to this member's own registry. */
    void submit(GroupResource resource, PendingWrite write);

    /** Has this member's own registry come into being. */
    void create(GroupResource resource);

    Replica replica(GroupResource resource);

    /** Runs what waits for outcomes. */
    Executor completions();
  }

  static final int MAX_HELD = 10_000;
  static final int MAX_HELD_BYTES = 32 << 20;
  static final int MAX_SENT = 2_000;

  private static final Duration TICK = Duration.ofMillis(25);
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  /** The leader tells what is overdue by itself: its word is better than silence. */
  private static final long GRACE_NANOS = Duration.ofMillis(500).toNanos();

  /** For answers that are under way when another member leads: clients should not wait longer. */
  private static final long DOUBT_NANOS = Duration.ofMillis(100).toNanos();

  private static final String UNKNOWN =
      "the write was sent to the leader and not confirmed; it may have been done";

  /** A parcel that a peer was asked for; {@code doubted} since another member leads. */
  private record Sent(Parcel parcel, String leader, OptionalLong doubted) {}

  private final Member member;
  private final TimerScheduler<Command> timers;
  private final ArrayDeque<Parcel> held = new ArrayDeque<>();
  private final Map<Long, Sent> sent = new HashMap<>();
  private final Map<GroupResource, Long> creations = new HashMap<>();
  private long heldBytes;
  private long calls;

  private Carrier(ActorContext<Command> context, TimerScheduler<Command> timers, Member member) {
    super(context);
    this.timers = timers;
    this.member = member;
  }

  public static Behavior<Command> create(Member member) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Carrier(context, timers, member)));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Submit(Parcel parcel) -> onSubmit(parcel);
      case HandedBack(Parcel parcel) -> hold(parcel);
      case Create create -> onCreate(create);
      case LeaderChanged changed -> onLeaderChanged();
      case Request request -> onRequest(request);
      case Answer answer -> onAnswer(answer);
      case Tick tick -> onTick();
    }
    return this;
  }

  private void onSubmit(Parcel parcel) {
    if (!held.isEmpty() || !tryRoute(parcel)) {
      hold(parcel);
    }
    tickWhileActive();
  }

  /** Keeps it until there is somebody to send it to. */
  private void hold(Parcel parcel) {
    if (held.size() + sent.size() >= MAX_HELD || heldBytes + parcel.sizeBytes() > MAX_HELD_BYTES) {
      reject(parcel, tooMany("too many writes wait for a leader"));
      return;
    }
    held.add(parcel);
    heldBytes += parcel.sizeBytes();
    tickWhileActive();
  }

  /**
   * @return false if nobody can be asked now
   */
  private boolean tryRoute(Parcel parcel) {
    return switch (member.leader(parcel.resource())) {
      case Leader.Here here -> {
        ActorRef<Command> self = getContext().getSelf();
        member.submit(parcel.resource(), parcel.attempt(back -> self.tell(new HandedBack(back))));
        yield true;
      }
      case Leader.Elsewhere(String name) -> trySend(parcel, name);
      case Leader.Unknown unknown -> false;
    };
  }

  private boolean trySend(Parcel parcel, String leader) {
    Optional<ActorRef<Wire>> carrier = member.carrier(leader);
    if (carrier.isEmpty() || sent.size() >= MAX_SENT) {
      return false;
    }
    long call = ++calls;
    sent.put(call, new Sent(parcel, leader, OptionalLong.empty()));
    carrier
        .get()
        .tell(
            request(call, parcel.resource(), Optional.of(parcel.write()), parcel.deadlineNanos()));
    return true;
  }

  private Request request(
      long call, GroupResource resource, Optional<Write> write, long deadlineNanos) {
    Duration remaining = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
    return new Request(call, resource, write, remaining, getContext().getSelf().narrow());
  }

  private void routeHeld() {
    for (Iterator<Parcel> parcels = held.iterator(); parcels.hasNext(); ) {
      Parcel parcel = parcels.next();
      if (tryRoute(parcel)) {
        parcels.remove();
        heldBytes -= parcel.sizeBytes();
      } else if (sent.size() >= MAX_SENT) {
        return;
      }
    }
  }

  private void onCreate(Create create) {
    creations.merge(create.resource(), create.deadlineNanos(), Math::max);
    ask(create.resource(), create.deadlineNanos());
    tickWhileActive();
  }

  /** May be asked any number of times. */
  private void ask(GroupResource resource, long deadlineNanos) {
    switch (member.leader(resource)) {
      case Leader.Here here -> member.create(resource);
      case Leader.Elsewhere(String name) ->
          member
              .carrier(name)
              .ifPresent(
                  carrier -> carrier.tell(request(0, resource, Optional.empty(), deadlineNanos)));
      case Leader.Unknown unknown -> {}
    }
  }

  private void onLeaderChanged() {
    routeHeld();
    creations.forEach(this::ask);
  }

  private void onRequest(Request request) {
    boolean leads = member.leader(request.resource()) instanceof Leader.Here;
    if (request.write().isEmpty()) {
      if (leads) {
        member.create(request.resource());
      }
      return;
    }
    if (!leads) {
      request.replyTo().tell(new Answer(request.call(), request.resource(), new NotHere()));
      return;
    }
    CompletableFuture<Outcome<StoredObject>> attempted = new CompletableFuture<>();
    long deadline = System.nanoTime() + request.remaining().toNanos();
    Write write = request.write().get();
    attempted.whenComplete(
        (outcome, failure) -> {
          if (failure == null) {
            answer(request, resultOf(request.resource(), write, outcome));
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

  private Result resultOf(GroupResource resource, Write write, Outcome<StoredObject> outcome) {
    return switch (outcome) {
      case Outcome.Done<StoredObject>(StoredObject object) when write instanceof Write.Delete ->
          new Deleted(object);
      case Outcome.Done<StoredObject>(StoredObject object) -> new Stored(object.resourceVersion());
      case Outcome.Rejected<StoredObject>(Rejection rejection) ->
          new Refused(rejection, member.replica(resource).state(resource).version());
    };
  }

  private void onAnswer(Answer answer) {
    Sent answered = sent.remove(answer.call());
    if (answered == null) { // given up
      return;
    }
    Parcel parcel = answered.parcel();
    switch (answer.result()) {
      case Stored(long version) ->
          settle(
              parcel,
              version,
              () -> Outcome.done(stored(parcel, version)),
              new Rejection.Timeout("the write is done, and this member has not heard of it yet"));
      case Deleted(StoredObject object) ->
          settle(
              parcel,
              object.resourceVersion(),
              () -> Outcome.done(object),
              new Rejection.Timeout("the write is done, and this member has not heard of it yet"));
      case Refused(Rejection rejection, long version) ->
          settle(parcel, version, () -> Outcome.rejected(rejection), rejection);
      case NotHere notHere -> hold(parcel);
    }
    if (!held.isEmpty() && sent.size() < MAX_SENT / 2) {
      routeHeld();
    }
  }

  /** Tells the outcome when the replica is at {@code version}, or what is said if it never is. */
  private void settle(
      Parcel parcel, long version, Supplier<Outcome<StoredObject>> outcome, Rejection otherwise) {
    CompletableFuture<Void> reached =
        member.replica(parcel.resource()).reached(parcel.resource(), version);
    if (!reached.isDone()) {
      long left = parcel.deadlineNanos() - System.nanoTime();
      reached.orTimeout(Math.max(1, left), TimeUnit.NANOSECONDS);
    }
    reached.whenCompleteAsync(
        (done, failure) -> {
          if (failure == null) {
            parcel.outcome().complete(outcome.get());
          } else {
            parcel.reject(otherwise);
          }
        },
        member.completions());
  }

  /** The very object that the replica holds, unless somebody has replaced it already. */
  private StoredObject stored(Parcel parcel, long version) {
    StoredObject current =
        member
            .replica(parcel.resource())
            .state(parcel.resource())
            .objects()
            .get(parcel.write().key());
    if (current != null && current.resourceVersion() == version) {
      return current;
    }
    return switch (parcel.write()) {
      case Write.Create create -> create.draft().seal(version);
      case Write.Update update -> update.draft().seal(version);
      case Write.Delete delete ->
          throw new IllegalStateException("a delete of " + delete.key() + " stored something");
    };
  }

  private void onTick() {
    long now = System.nanoTime();
    for (Iterator<Parcel> parcels = held.iterator(); parcels.hasNext(); ) {
      Parcel parcel = parcels.next();
      if (parcel.isOverdue(now)) {
        parcels.remove();
        heldBytes -= parcel.sizeBytes();
        reject(parcel, tooMany("no leader for " + parcel.resource() + " in time"));
      }
    }
    sent.values().removeIf(waiting -> giveUp(waiting, now));
    sent.replaceAll((call, waiting) -> doubt(waiting, now));
    creations
        .entrySet()
        .removeIf(
            entry ->
                now - entry.getValue() > 0
                    || member.replica(entry.getKey()).state(entry.getKey()).version() > 0);
    onLeaderChanged();
    tickWhileActive();
  }

  private boolean giveUp(Sent waiting, long now) {
    boolean late = waiting.parcel().isOverdue(now - GRACE_NANOS);
    boolean lost =
        waiting.doubted().isPresent() && now - waiting.doubted().getAsLong() > DOUBT_NANOS;
    if (late || lost) {
      reject(waiting.parcel(), new Rejection.Timeout(UNKNOWN));
    }
    return late || lost;
  }

  private Sent doubt(Sent waiting, long now) {
    if (waiting.doubted().isPresent()) {
      return waiting;
    }
    boolean another =
        switch (member.leader(waiting.parcel().resource())) {
          case Leader.Here here -> true;
          case Leader.Elsewhere(String name) -> !name.equals(waiting.leader());
          case Leader.Unknown unknown -> false;
        };
    return another ? new Sent(waiting.parcel(), waiting.leader(), OptionalLong.of(now)) : waiting;
  }

  private void tickWhileActive() {
    if (held.isEmpty() && sent.isEmpty() && creations.isEmpty()) {
      timers.cancel(Tick.class);
    } else if (!timers.isTimerActive(Tick.class)) {
      timers.startTimerWithFixedDelay(Tick.class, new Tick(), TICK);
    }
  }

  /** Whoever still waits when the ActorSystem ends is told what is known. */
  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      held.forEach(parcel -> reject(parcel, tooMany("the store is closing")));
      sent.values().forEach(waiting -> reject(waiting.parcel(), new Rejection.Timeout(UNKNOWN)));
    }
    return this;
  }

  private void reject(Parcel parcel, Rejection rejection) {
    member.completions().execute(() -> parcel.reject(rejection));
  }

  private static Rejection tooMany(String message) {
    return new Rejection.TooManyRequests(message, RETRY_AFTER);
  }
}
