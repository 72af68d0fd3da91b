package io.luotsi.node.relay;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Parent of the {@link SessionEnd}s at which this JVM's clients are, at most {@value #MAX_ENDS};
 * its name makes what is sent to them take the lane for large messages.
 */
final class SessionEnds extends AbstractMatchingBehavior<SessionEnds.Begin> {
  static final String NAME = "session-ends";
  static final int MAX_ENDS = 1_024;

  record Begin(SessionEnd.Order order) {}

  private final RelayTimes times;
  private int ends;

  private SessionEnds(ActorContext<Begin> context, RelayTimes times) {
    super(context);
    this.times = times;
  }

  static Behavior<Begin> create(RelayTimes times) {
    return Behaviors.setup(context -> new SessionEnds(context, times));
  }

  @Override
  public Behavior<Begin> onMessage(Begin begin) {
    if (ends >= MAX_ENDS) {
      begin
          .order()
          .outcome()
          .complete(
              Outcome.rejected(
                  new Rejection.ServiceUnavailable("too many sessions are carried from here")));
      return this;
    }
    ends++;
    getContext().watch(getContext().spawnAnonymous(SessionEnd.atClient(begin.order(), times)));
    return this;
  }

  @Override
  public Behavior<Begin> onSignal(Signal signal) {
    if (signal instanceof Terminated) {
      ends--;
      return this;
    }
    return Behaviors.unhandled();
  }
}
