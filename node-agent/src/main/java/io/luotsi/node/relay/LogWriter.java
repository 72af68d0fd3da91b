package io.luotsi.node.relay;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.node.relay.LogReader.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * The node's end of one log: reads as much of it as the other end has given credit for, and no
 * faster. Ends when the log does, when the reader wants no more, and when it has not been heard of
 * for too long.
 */
final class LogWriter extends AbstractMatchingBehavior<LogWriter.Command> {
  sealed interface Command {}

  /** What comes from the reader. */
  sealed interface Wire extends Command, Relayed {}

  /**
   * Also says that the reader lives, so it is repeated.
   *
   * @param chunks how many may be sent, from the first one on
   */
  record Credit(long chunks) implements Wire {}

  record Cancel() implements Wire {}

  private record Found(Outcome<Flow.Publisher<ByteBuffer>> log) implements Command {}

  private record Subscribed() implements Command {}

  private record Read(ByteBuffer bytes) implements Command {}

  private record Completed() implements Command {}

  private record Failed(String why) implements Command {}

  private record Beat() implements Command {}

  /** Far below Artery's frame for large messages. */
  static final int CHUNK_BYTES = 64 << 10;

  private final LogDesk.Open open;
  private final RelayTimes times;
  private final ArrayDeque<ByteBuffer> waiting = new ArrayDeque<>();
  private final Source source;
  private long credit;
  private long sent;
  private boolean asked;
  private boolean completed;
  private long heardNanos = System.nanoTime();

  private LogWriter(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      LogDesk.Open open,
      NodeConnection local,
      RelayTimes times) {
    super(context);
    this.open = open;
    this.times = times;
    this.source = new Source(context.getSelf());
    timers.startTimerWithFixedDelay(new Beat(), times.beat());
    context.pipeToSelf(
        logs(local, open.request()),
        (log, bug) ->
            new Found(
                bug == null
                    ? log
                    : Outcome.rejected(new Rejection.InternalError(String.valueOf(bug)))));
  }

  static Behavior<Command> create(LogDesk.Open open, NodeConnection local, RelayTimes times) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new LogWriter(context, timers, open, local, times)));
  }

  private static CompletionStage<Outcome<Flow.Publisher<ByteBuffer>>> logs(
      NodeConnection local, LogRequest wanted) {
    return local.logs(
        wanted.nodeName(), wanted.key(), wanted.podUid(), wanted.container(), wanted.options());
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    return switch (command) {
      case Credit(long chunks) -> onCredit(chunks);
      case Cancel cancel -> Behaviors.stopped();
      case Found(Outcome<Flow.Publisher<ByteBuffer>> log) -> onFound(log);
      case Subscribed subscribed -> work();
      case Read(ByteBuffer bytes) -> onRead(bytes);
      case Completed nothing -> onCompleted();
      case Failed(String why) -> onFailed(why);
      case Beat beat -> onBeat();
    };
  }

  private Behavior<Command> onFound(Outcome<Flow.Publisher<ByteBuffer>> log) {
    return switch (log) {
      case Outcome.Rejected<Flow.Publisher<ByteBuffer>>(Rejection why) -> {
        open.reader().tell(refusal(why));
        yield Behaviors.stopped();
      }
      case Outcome.Done<Flow.Publisher<ByteBuffer>>(Flow.Publisher<ByteBuffer> found) -> {
        open.reader().tell(new LogReader.Opened(getContext().getSelf().narrow()));
        found.subscribe(source);
        yield this;
      }
    };
  }

  /** A node refuses for few reasons; any other is a bug, and told as one. */
  private static LogReader.Refused refusal(Rejection why) {
    if (why instanceof Rejection.BadRequest(String message)) {
      return new LogReader.Refused(Reason.BAD_REQUEST, message);
    }
    return why instanceof Rejection.ServiceUnavailable(String message)
        ? new LogReader.Refused(Reason.UNAVAILABLE, message)
        : new LogReader.Refused(Reason.INTERNAL, "the node refused with " + why);
  }

  private Behavior<Command> onCredit(long chunks) {
    heardNanos = System.nanoTime();
    credit = Math.max(credit, chunks);
    return work();
  }

  private Behavior<Command> onRead(ByteBuffer bytes) {
    asked = false;
    while (bytes.remaining() > CHUNK_BYTES) {
      waiting.add(bytes.slice(bytes.position(), CHUNK_BYTES));
      bytes.position(bytes.position() + CHUNK_BYTES);
    }
    if (bytes.hasRemaining()) {
      waiting.add(bytes);
    }
    return work();
  }

  private Behavior<Command> onCompleted() {
    completed = true;
    return work();
  }

  private Behavior<Command> onFailed(String why) {
    open.reader().tell(new LogReader.Broken(why));
    return Behaviors.stopped();
  }

  /** Sends what may be sent, and asks for more when nothing waits and more may be. */
  private Behavior<Command> work() {
    while (sent < credit && !waiting.isEmpty()) {
      ByteBuffer next = waiting.removeFirst();
      byte[] bytes = new byte[next.remaining()];
      next.get(bytes);
      open.reader().tell(new LogReader.Chunk(++sent, bytes));
    }
    if (!waiting.isEmpty()) {
      return this;
    }
    if (completed) {
      open.reader().tell(new LogReader.Ended(sent));
      return Behaviors.stopped();
    }
    if (!asked && sent < credit) {
      asked = source.request();
    }
    return this;
  }

  private Behavior<Command> onBeat() {
    if (System.nanoTime() - heardNanos > times.silence().toNanos()) {
      getContext().getLog().info("whoever read the log of {} is gone", open.request().key());
      return Behaviors.stopped();
    }
    open.reader().tell(new LogReader.Alive(sent));
    return this;
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      source.cancel();
      return this;
    }
    return Behaviors.unhandled();
  }

  /** Passes the log on to the actor; lets go of it even if that has stopped before it began. */
  private static final class Source implements Flow.Subscriber<ByteBuffer> {
    private final ActorRef<Command> writer;
    private Optional<Flow.Subscription> subscription = Optional.empty();
    private boolean cancelled;

    Source(ActorRef<Command> writer) {
      this.writer = writer;
    }

    /**
     * Asks for one more buffer.
     *
     * @return false if the log has not begun
     */
    synchronized boolean request() {
      subscription.ifPresent(begun -> begun.request(1));
      return subscription.isPresent();
    }

    synchronized void cancel() {
      cancelled = true;
      subscription.ifPresent(Flow.Subscription::cancel);
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
      synchronized (this) {
        if (cancelled) {
          begun.cancel();
          return;
        }
        subscription = Optional.of(begun);
      }
      writer.tell(new Subscribed());
    }

    @Override
    public void onNext(ByteBuffer bytes) {
      writer.tell(new Read(bytes));
    }

    @Override
    public void onError(Throwable failure) {
      writer.tell(new Failed(String.valueOf(failure.getMessage())));
    }

    @Override
    public void onComplete() {
      writer.tell(new Completed());
    }
  }
}
