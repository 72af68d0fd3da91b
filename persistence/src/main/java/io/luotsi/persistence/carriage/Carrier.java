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
 * <p>A message of Artery's costs more than the write in it. So what comes while this is busy leaves
 * as one ({@link Outbox}), and so do the outcomes of one batch ({@link AnswersTogether}); nothing
 * waits for company.
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
      long call, GroupResource resource, Optional<Write> write, Duration remaining, Asker asker)
      implements Wire {
    /** What it takes on the wire, about and at most; bytes. */
    int sizeBytes() {
      return OVERHEAD_BYTES + write.map(Parcel::draftBytes).orElse(0);
    }
  }

  /**
   * Who asks.
   *
   * @param readsBundles whether it is to be answered in {@link Answers}; carriers of the first
   *     version of the wire know only {@link Answer}
   */
  public record Asker(ActorRef<Wire> carrier, boolean readsBundles) {}

  /**
   * One after the other.
   *
   * @param requests at least one, all of one asker, which reads bundles
   */
  public record Requests(List<Request> requests) implements Wire {
    public Requests {
      requests = List.copyOf(requests);
    }
  }

  public record Answer(long call, GroupResource resource, Result result) implements Wire {
    /** What it takes on the wire, about and at most; bytes. */
    int sizeBytes() {
      return OVERHEAD_BYTES + (result instanceof Deleted gone ? gone.object().json().length : 0);
    }
  }

  /**
   * Only for those who {@link Asker#readsBundles}. Whoever answers so reads {@link Requests}.
   *
   * @param answers at least one
   */
  public record Answers(List<Answer> answers) implements Wire {
    public Answers {
      answers = List.copyOf(answers);
    }
  }

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

  /** Time has passed; told by a timer. */
  record Tick() implements Command {}

  /** What has been gathered for others leaves; told by this to itself, behind what has come. */
  private record Flush() implements Command {}

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

  /** Of a request or an answer, besides objects: names, messages, numbers. */
  private static final int OVERHEAD_BYTES = 512;

  private final Member member;
  private final TimerScheduler<Command> timers;
  private final Carriage rules;
  private final Outbox outbox;

  private Carrier(
      ActorContext<Command> context, TimerScheduler<Command> timers, Member member, int groups) {
    super(context);
    this.timers = timers;
    this.member = member;
    this.rules = new Carriage(new MemberView(member), groups);
    this.outbox = new Outbox(member::send);
  }

  /**
   * @param groups of the member, each of which has a carrier
   */
  public static Behavior<Command> create(Member member, int groups) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new Carrier(context, timers, member, groups)));
  }

  /**
   * Where a member's own registries are to tell outcomes: what one task tells to one carrier leaves
   * in as few messages as may be, when the task is done.
   */
  public static Executor answersTogether(Executor threads) {
    return task -> threads.execute(() -> AnswersTogether.during(task));
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
      case Requests(List<Request> requests) ->
          AnswersTogether.during(() -> requests.forEach(this::onRequest));
      case Answer(long call, GroupResource resource, Result result) ->
          carryOut(rules.answered(call, result));
      case Answers(List<Answer> answers) -> carryOut(rules.answered(answers));
      case Flush flush -> outbox.flush();
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
    Asker asker = new Asker(getContext().getSelf().narrow(), true);
    Request request = new Request(send.call(), send.resource(), send.write(), remaining, asker);
    if (!send.mayBundle()) {
      outbox.sendAlone(send.member(), request);
    } else if (outbox.add(send.member(), request)) {
      getContext().getSelf().tell(new Flush());
    }
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
      AnswersTogether.answer(request, new NotHere());
      return;
    }
    CompletableFuture<Outcome<StoredObject>> attempted = new CompletableFuture<>();
    long deadline = System.nanoTime() + request.remaining().toNanos();
    Write write = request.write().get();
    attempted.whenComplete(
        (outcome, failure) -> {
          if (failure == null) {
            AnswersTogether.answer(request, rules.resultOf(request.resource(), write, outcome));
          } else if (Parcel.isHandedBack(failure)) {
            AnswersTogether.answer(request, new NotHere());
          } else {
            AnswersTogether.answer(
                request, new Refused(new Rejection.InternalError(failure.toString()), 0));
          }
        });
    member.submit(request.resource(), new PendingWrite(write, attempted, deadline));
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
