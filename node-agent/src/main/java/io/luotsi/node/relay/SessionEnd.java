package io.luotsi.node.relay;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Session;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * One of the two ends of a session that crosses JVMs; once it is open, both do the same. Frames are
 * numbered and sent against the other end's credit for {@value #WINDOW}, and asked for here only
 * against credit, so none wait on this side. What is lost on the way, and a peer that falls silent,
 * is an error to whoever is in the session, never an early end and never a hang.
 */
final class SessionEnd extends AbstractMatchingBehavior<SessionEnd.Command> {
  sealed interface Command {}

  /** What comes from the other end. */
  sealed interface Wire extends Command, Relayed {}

  /** The node has begun it. */
  record Opened(ActorRef<Wire> peer) implements Wire {}

  /** The node has not. */
  record Refused(Refusal why) implements Wire {}

  /**
   * @param number counted from 1
   */
  record Sent(long number, Frame.Channel channel, byte[] bytes) implements Wire {}

  /**
   * Also says that the peer lives, so it is repeated.
   *
   * @param frames how many may be sent, from the first one on
   * @param sent how many the peer has sent
   */
  record Credit(long frames, long sent) implements Wire {}

  /**
   * All has been said.
   *
   * @param sent how many frames
   */
  record Ended(long sent) implements Wire {}

  record Broken(String why) implements Wire {}

  /** From the {@link SessionPort}: there is somebody to ask for frames. */
  record Ready() implements Command {}

  record Said(Frame frame) implements Command {}

  record SaidAll() implements Command {}

  record Failed(String why) implements Command {}

  /** Whoever listens takes so many more. */
  record Asked(long frames) implements Command {}

  /** Nobody listens any more. */
  record Dismissed() implements Command {}

  private record Found(Outcome<Session> session) implements Command {}

  private record Beat() implements Command {}

  /**
   * @param desk of the node's JVM
   * @param open without a client, who is yet to come
   * @param outcome completed once, with the session or with why there is none
   */
  record Order(
      ActorRef<SessionDesk.Open> desk,
      SessionDesk.Open open,
      CompletableFuture<Outcome<Session>> outcome) {}

  static final int WINDOW = 4;

  private final SessionDesk.Open open;
  private final RelayTimes times;
  private final SessionPort port;

  /** Of the client's end only. */
  private final Optional<CompletableFuture<Outcome<Session>>> outcome;

  private final ArrayDeque<Frame> buffer = new ArrayDeque<>();
  private final long beganNanos = System.nanoTime();
  private Optional<ActorRef<Wire>> peer;
  private boolean opened;
  private long credit;
  private long asked;
  private long sent;
  private long demand;
  private long received;
  private long delivered;
  private long granted = WINDOW;
  private boolean whole;
  private long heardNanos = System.nanoTime();

  private SessionEnd(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      SessionDesk.Open open,
      Optional<ActorRef<Wire>> peer,
      Optional<CompletableFuture<Outcome<Session>>> outcome,
      RelayTimes times) {
    super(context);
    this.open = open;
    this.peer = peer;
    this.outcome = outcome;
    this.times = times;
    this.port = new SessionPort(context.getSelf());
    timers.startTimerWithFixedDelay(new Beat(), times.beat());
  }

  /** The end at which the client is. */
  static Behavior<Command> atClient(Order order, RelayTimes times) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  SessionDesk.Open o = order.open();
                  order
                      .desk()
                      .tell(
                          new SessionDesk.Open(
                              o.nodeName(),
                              o.namespace(),
                              o.pod(),
                              o.podUid(),
                              o.request(),
                              context.getSelf().narrow()));
                  return new SessionEnd(
                      context, timers, o, Optional.empty(), Optional.of(order.outcome()), times);
                }));
  }

  /**
   * The end at which the pod is.
   *
   * @param local begins the session
   */
  static Behavior<Command> atNode(SessionDesk.Open open, NodeConnection local, RelayTimes times) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  context.pipeToSelf(
                      local.session(open.nodeName(), open.key(), open.podUid(), open.request()),
                      (session, bug) -> new Found(bug == null ? session : bug(bug)));
                  return new SessionEnd(
                      context, timers, open, Optional.of(open.client()), Optional.empty(), times);
                }));
  }

  private static Outcome<Session> bug(Throwable bug) {
    return Outcome.rejected(new Rejection.InternalError(String.valueOf(bug)));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    if (command instanceof Wire) {
      heardNanos = System.nanoTime();
    }
    return switch (command) {
      case Opened(ActorRef<Wire> node) -> onOpened(node);
      case Refused(Refusal why) -> onRefused(why);
      case Sent(long number, Frame.Channel channel, byte[] bytes) ->
          onSent(number, new Frame(channel, bytes));
      case Credit(long frames, long sentThere) -> onCredit(frames, sentThere);
      case Ended(long sentThere) -> onEnded(sentThere);
      case Broken(String why) -> fail(why);
      case Found(Outcome<Session> session) -> onFound(session);
      case Ready ready -> askForMore();
      case Said(Frame frame) -> onSaid(frame);
      case SaidAll all -> stopAfterTelling(new Ended(sent));
      case Failed(String why) -> stopAfterTelling(new Broken(why));
      case Asked(long frames) -> onAsked(frames);
      case Dismissed dismissed -> stopAfterTelling(new Broken("the session was given up"));
      case Beat beat -> onBeat();
    };
  }

  private Behavior<Command> onOpened(ActorRef<Wire> node) {
    peer = Optional.of(node);
    opened = true;
    node.tell(new Credit(granted, sent));
    outcome.ifPresent(o -> o.complete(Outcome.done(port)));
    return this;
  }

  private Behavior<Command> onRefused(Refusal why) {
    outcome.ifPresent(o -> o.complete(Outcome.rejected(why.rejection())));
    return Behaviors.stopped();
  }

  private Behavior<Command> onFound(Outcome<Session> found) {
    switch (found) {
      case Outcome.Rejected<Session>(Rejection why) -> {
        return stopAfterTelling(new Refused(Refusal.of(why)));
      }
      case Outcome.Done<Session>(Session session) -> {
        opened = true;
        tellPeer(new Opened(getContext().getSelf().narrow()));
        tellPeer(new Credit(granted, sent));
        Session.connect(session, port);
        return this;
      }
    }
  }

  private Behavior<Command> onSent(long number, Frame frame) {
    if (number != received + 1) {
      return lost();
    }
    received++;
    buffer.add(frame);
    return deliver();
  }

  private Behavior<Command> onCredit(long frames, long sentThere) {
    if (sentThere != received) {
      return lost();
    }
    credit = Math.max(credit, frames);
    return askForMore();
  }

  private Behavior<Command> askForMore() {
    if (credit > asked && port.ask(credit - asked)) {
      asked = credit;
    }
    return this;
  }

  private Behavior<Command> onSaid(Frame frame) {
    tellPeer(new Sent(++sent, frame.channel(), frame.bytes()));
    return this;
  }

  private Behavior<Command> onAsked(long frames) {
    demand = demand + frames < 0 ? Long.MAX_VALUE : demand + frames;
    return deliver();
  }

  private Behavior<Command> onEnded(long sentThere) {
    if (sentThere != received) {
      return lost();
    }
    whole = true;
    if (outcome.isEmpty()) {
      // The client has gone, whether or not the pod takes what it said last.
      port.complete();
      return Behaviors.stopped();
    }
    return deliver();
  }

  private Behavior<Command> deliver() {
    while (demand > 0 && !buffer.isEmpty()) {
      demand--;
      delivered++;
      port.give(buffer.removeFirst());
    }
    if (whole && buffer.isEmpty()) {
      port.complete();
      return Behaviors.stopped();
    }
    if (delivered + WINDOW - granted >= WINDOW / 2) {
      granted = delivered + WINDOW;
      tellPeer(new Credit(granted, sent));
    }
    return this;
  }

  private Behavior<Command> onBeat() {
    long now = System.nanoTime();
    if (!opened && outcome.isPresent() && now - beganNanos > times.opening().toNanos()) {
      return Behaviors.stopped(); // as PostStop tells
    }
    if (opened && !port.isTaken() && now - beganNanos > 2 * times.opening().toNanos()) {
      return stopAfterTelling(new Broken("nobody came for the session"));
    }
    if (!whole && now - heardNanos > times.silence().toNanos()) {
      return fail(
          outcome.isPresent()
              ? "node " + open.nodeName() + " has fallen silent"
              : "the member that the client is connected to has fallen silent");
    }
    tellPeer(new Credit(granted, sent));
    return this;
  }

  private Behavior<Command> lost() {
    String why = "a part of the session was lost on its way";
    tellPeer(new Broken(why));
    return fail(why);
  }

  private Behavior<Command> fail(String why) {
    port.fail(why);
    return Behaviors.stopped();
  }

  private Behavior<Command> stopAfterTelling(Wire last) {
    tellPeer(last);
    port.fail("the session has ended");
    return Behaviors.stopped();
  }

  private void tellPeer(Wire message) {
    peer.ifPresent(p -> p.tell(message));
  }

  /** Also when the whole ActorSystem ends: whoever is in the session hears of it. */
  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop) {
      outcome.ifPresent(o -> o.complete(Outcome.rejected(LogReader.away(open.nodeName()))));
      port.fail("this member has left the cluster");
      return this;
    }
    return Behaviors.unhandled();
  }
}
