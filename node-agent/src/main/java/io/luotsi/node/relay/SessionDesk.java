package io.luotsi.node.relay;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.session.SessionRequest;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Where other JVMs ask for sessions in this one's pods. Each gets a {@link SessionEnd}; at most
 * {@value #MAX_SESSIONS} at a time, more are refused. Its name and its children's make what is sent
 * to them take the lane for large messages.
 */
final class SessionDesk extends AbstractMatchingBehavior<SessionDesk.Open> {
  /** What it is called in every member's system, where the others find it. */
  static final String NAME = "session-desk";

  static final int MAX_SESSIONS = 256;

  /** Asks for a session; the answers go to {@code client}. */
  record Open(
      String nodeName,
      String namespace,
      String pod,
      String podUid,
      SessionRequest request,
      ActorRef<SessionEnd.Wire> client)
      implements Relayed {
    ObjectKey key() {
      return ObjectKey.of(namespace, pod);
    }
  }

  private final String nodeName;
  private final NodeConnection local;
  private final RelayTimes times;
  private int sessions;

  private SessionDesk(
      ActorContext<Open> context, String nodeName, NodeConnection local, RelayTimes times) {
    super(context);
    this.nodeName = nodeName;
    this.local = local;
    this.times = times;
  }

  /**
   * @param local begins sessions in the pods of {@code nodeName}
   */
  static Behavior<Open> create(String nodeName, NodeConnection local, RelayTimes times) {
    return Behaviors.setup(context -> new SessionDesk(context, nodeName, local, times));
  }

  @Override
  public Behavior<Open> onMessage(Open open) {
    if (!open.nodeName().equals(nodeName)) {
      refuse(open, "node " + open.nodeName() + " is not on this JVM");
    } else if (sessions >= MAX_SESSIONS) {
      refuse(open, "too many sessions on node " + nodeName + " are carried to other members");
    } else {
      sessions++;
      getContext().watch(getContext().spawnAnonymous(SessionEnd.atNode(open, local, times)));
    }
    return this;
  }

  private static void refuse(Open open, String why) {
    open.client().tell(new SessionEnd.Refused(new Refusal(Refusal.Reason.UNAVAILABLE, why)));
  }

  @Override
  public Behavior<Open> onSignal(Signal signal) {
    if (signal instanceof Terminated) {
      sessions--;
      return this;
    }
    return Behaviors.unhandled();
  }
}
