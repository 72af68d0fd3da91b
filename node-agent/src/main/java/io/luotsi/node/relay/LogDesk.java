package io.luotsi.node.relay;

import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.node.relay.LogReader.Reason;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Where other JVMs ask for the logs of this one's node. Each gets a {@link LogWriter}; at most
 * {@value #MAX_WRITERS} at a time, more are refused.
 */
final class LogDesk extends AbstractMatchingBehavior<LogDesk.Open> {
  /** What it is called in every member's system, where the others find it. */
  static final String NAME = "log-desk";

  static final int MAX_WRITERS = 128;

  /** Asks for a log; the answers go to {@code reader}. */
  record Open(LogRequest request, ActorRef<LogReader.Wire> reader) implements Relayed {}

  private final String nodeName;
  private final NodeConnection local;
  private final RelayTimes times;
  private int writers;

  private LogDesk(
      ActorContext<Open> context, String nodeName, NodeConnection local, RelayTimes times) {
    super(context);
    this.nodeName = nodeName;
    this.local = local;
    this.times = times;
  }

  /**
   * @param local serves the logs of {@code nodeName}
   */
  static Behavior<Open> create(String nodeName, NodeConnection local, RelayTimes times) {
    return Behaviors.setup(context -> new LogDesk(context, nodeName, local, times));
  }

  @Override
  public Behavior<Open> onMessage(Open open) {
    String asked = open.request().nodeName();
    if (!asked.equals(nodeName)) {
      refuse(open, "node " + asked + " is not on this JVM");
    } else if (writers >= MAX_WRITERS) {
      refuse(open, "too many logs of node " + nodeName + " are being read");
    } else {
      writers++;
      getContext().watch(getContext().spawnAnonymous(LogWriter.create(open, local, times)));
    }
    return this;
  }

  private static void refuse(Open open, String why) {
    open.reader().tell(new LogReader.Refused(Reason.UNAVAILABLE, why));
  }

  @Override
  public Behavior<Open> onSignal(Signal signal) {
    if (signal instanceof Terminated) {
      writers--;
      return this;
    }
    return Behaviors.unhandled();
  }
}
