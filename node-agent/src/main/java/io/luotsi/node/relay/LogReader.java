package io.luotsi.node.relay;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
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
 * The end of one log at which somebody reads it. Holds at most {@value #WINDOW} chunks: more is not
 * asked for before the subscriber has taken some. What is lost on the way, and a node that falls
 * silent, is an error to the subscriber, never an early end and never a hang.
 */
final class LogReader extends AbstractMatchingBehavior<LogReader.Command> {
  sealed interface Command {}

  /** What comes from the node. */
  sealed interface Wire extends Command, Relayed {}

  /** The log is there; nothing of it is sent before there is credit. */
  record Opened(ActorRef<LogWriter.Wire> writer) implements Wire {}

  record Refused(Reason reason, String message) implements Wire {}

  /**
   * @param number counted from 1
   */
  record Chunk(long number, byte[] bytes) implements Wire {}

  /**
   * @param chunks that were sent so far
   */
  record Alive(long chunks) implements Wire {}

  /**
   * The log is whole.
   *
   * @param chunks that were sent
   */
  record Ended(long chunks) implements Wire {}

  /** The node could not read on. */
  record Broken(String why) implements Wire {}

  /** Of the rejections that a node knows. */
  enum Reason {
    BAD_REQUEST,
    UNAVAILABLE,
    INTERNAL
  }

  private record Subscribed() implements Command {}

  private record Request(long chunks) implements Command {}

  private record Dismiss() implements Command {}

  private record Beat() implements Command {}

  /**
   * @param desk of the node's JVM
   * @param outcome completed once, with the log or with why there is none
   */
  record Order(
      ActorRef<LogDesk.Open> desk,
      LogRequest request,
      CompletableFuture<Outcome<Flow.Publisher<ByteBuffer>>> outcome) {}

  static final int WINDOW = 4;

  private final Order order;
  private final RelayTimes times;
  private final Publication publication;
  private final ArrayDeque<ByteBuffer> buffer = new ArrayDeque<>();
  private final long beganNanos = System.nanoTime();
  private Optional<ActorRef<LogWriter.Wire>> writer = Optional.empty();
  private long demand;
  private long received;
  private long delivered;
  private long granted;
  private boolean whole;
  private long heardNanos = System.nanoTime();

  private LogReader(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Order order,
      RelayTimes times) {
    super(context);
    this.order = order;
    this.times = times;
    this.publication = new Publication(context.getSelf());
    timers.startTimerWithFixedDelay(new Beat(), times.beat());
    order.desk().tell(new LogDesk.Open(order.request(), context.getSelf().narrow()));
  }

  static Behavior<Command> create(Order order, RelayTimes times) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new LogReader(context, timers, order, times)));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    if (command instanceof Wire) {
      heardNanos = System.nanoTime();
    }
    return switch (command) {
      case Opened(ActorRef<LogWriter.Wire> opened) -> onOpened(opened);
      case Refused(Reason reason, String message) -> onRefused(reason, message);
      case Chunk(long number, byte[] bytes) -> onChunk(number, bytes);
      case Alive(long chunks) -> chunks == received ? this : lost();
      case Ended(long chunks) -> onEnded(chunks);
      case Broken(String why) -> fail(why);
      case Subscribed subscribed -> onSubscribed();
      case Request(long chunks) -> onRequest(chunks);
      case Dismiss dismiss -> onDismiss();
      case Beat beat -> onBeat();
    };
  }

  private Behavior<Command> onOpened(ActorRef<LogWriter.Wire> opened) {
    writer = Optional.of(opened);
    order.outcome().complete(Outcome.done(publication));
    return this;
  }

  private Behavior<Command> onRefused(Reason reason, String message) {
    Rejection why =
        switch (reason) {
          case BAD_REQUEST -> new Rejection.BadRequest(message);
          case UNAVAILABLE -> new Rejection.ServiceUnavailable(message);
          case INTERNAL -> new Rejection.InternalError(message);
        };
    order.outcome().complete(Outcome.rejected(why));
    return Behaviors.stopped();
  }

  private Behavior<Command> onSubscribed() {
    grant();
    return deliver();
  }

  private Behavior<Command> onDismiss() {
    publication.close();
    return Behaviors.stopped();
  }

  private Behavior<Command> onRequest(long chunks) {
    if (chunks <= 0) {
      return fail("request of " + chunks + " chunks");
    }
    demand = demand + chunks < 0 ? Long.MAX_VALUE : demand + chunks;
    return deliver();
  }

  private Behavior<Command> onChunk(long number, byte[] bytes) {
    if (number != received + 1) {
      return lost();
    }
    received++;
    buffer.add(ByteBuffer.wrap(bytes));
    return deliver();
  }

  private Behavior<Command> onEnded(long chunks) {
    if (chunks != received) {
      return lost();
    }
    whole = true;
    return deliver();
  }

  private Behavior<Command> lost() {
    return fail("a part of the log was lost on its way from node " + order.request().nodeName());
  }

  private Behavior<Command> deliver() {
    if (!publication.hasBegun()) {
      return this;
    }
    while (demand > 0 && !buffer.isEmpty()) {
      demand--;
      delivered++;
      publication.next(buffer.removeFirst());
    }
    if (whole && buffer.isEmpty()) {
      publication.close().ifPresent(Flow.Subscriber::onComplete);
      return Behaviors.stopped();
    }
    if (delivered + WINDOW - granted >= WINDOW / 2) {
      grant();
    }
    return this;
  }

  private void grant() {
    granted = delivered + WINDOW;
    writer.ifPresent(w -> w.tell(new LogWriter.Credit(granted)));
  }

  private Behavior<Command> onBeat() {
    long now = System.nanoTime();
    if (writer.isEmpty()) {
      return now - beganNanos > times.opening().toNanos() ? refuse() : this;
    }
    if (!publication.hasBegun() && now - beganNanos > 2 * times.opening().toNanos()) {
      return Behaviors.stopped(); // whoever asked for it has gone without a word
    }
    if (!whole && now - heardNanos > times.silence().toNanos()) {
      return fail("node " + order.request().nodeName() + " has fallen silent");
    }
    writer.get().tell(new LogWriter.Credit(granted));
    return this;
  }

  private Behavior<Command> refuse() {
    order.outcome().complete(Outcome.rejected(away(order.request().nodeName())));
    return Behaviors.stopped();
  }

  static Rejection away(String nodeName) {
    return new Rejection.ServiceUnavailable("node " + nodeName + " cannot be reached");
  }

  private Behavior<Command> fail(String why) {
    publication.close().ifPresent(reader -> reader.onError(new IOException(why)));
    return Behaviors.stopped();
  }

  /** Also when the whole ActorSystem ends: whoever reads hears of it. */
  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      writer.ifPresent(w -> w.tell(new LogWriter.Cancel()));
      order.outcome().complete(Outcome.rejected(away(order.request().nodeName())));
      fail("this member has left the cluster");
      return this;
    }
    return Behaviors.unhandled();
  }

  /** What is handed out. A reader that stops before it is subscribed to leaves nobody waiting. */
  private static final class Publication implements Flow.Publisher<ByteBuffer> {
    private final ActorRef<Command> reader;
    private Optional<Flow.Subscriber<? super ByteBuffer>> subscriber = Optional.empty();
    private boolean begun;
    private boolean closed;

    Publication(ActorRef<Command> reader) {
      this.reader = reader;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> newcomer) {
      newcomer.onSubscribe(new Subscription(reader));
      synchronized (this) {
        if (!begun && !closed) {
          begun = true;
          subscriber = Optional.of(newcomer);
          reader.tell(new Subscribed());
          return;
        }
      }
      newcomer.onError(new IOException("the log is no longer there to be read"));
    }

    synchronized boolean hasBegun() {
      return begun;
    }

    synchronized void next(ByteBuffer bytes) {
      subscriber.ifPresent(s -> s.onNext(bytes));
    }

    /**
     * @return the subscriber, the first time; it is told of the end by the caller
     */
    synchronized Optional<Flow.Subscriber<? super ByteBuffer>> close() {
      Optional<Flow.Subscriber<? super ByteBuffer>> served = subscriber;
      subscriber = Optional.empty();
      closed = true;
      return served;
    }
  }

  private record Subscription(ActorRef<Command> reader) implements Flow.Subscription {
    @Override
    public void request(long chunks) {
      reader.tell(new Request(chunks));
    }

    @Override
    public void cancel() {
      reader.tell(new Dismiss());
    }
  }
}
