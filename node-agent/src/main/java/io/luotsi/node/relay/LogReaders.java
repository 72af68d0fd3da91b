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
 * Parent of this JVM's {@link LogReader}s, at most {@value #MAX_READERS}; its name makes what is
 * sent to them take the lane for large messages.
 */
final class LogReaders extends AbstractMatchingBehavior<LogReaders.Read> {
  static final String NAME = "log-readers";
  static final int MAX_READERS = 1_024;

  record Read(LogReader.Order order) {}

  private final RelayTimes times;
  private int readers;

  private LogReaders(ActorContext<Read> context, RelayTimes times) {
    super(context);
    this.times = times;
  }

  static Behavior<Read> create(RelayTimes times) {
    return Behaviors.setup(context -> new LogReaders(context, times));
  }

  @Override
  public Behavior<Read> onMessage(Read read) {
    if (readers >= MAX_READERS) {
      read.order()
          .outcome()
          .complete(
              Outcome.rejected(
                  new Rejection.ServiceUnavailable("too many logs are being read here")));
      return this;
    }
    readers++;
    getContext().watch(getContext().spawnAnonymous(LogReader.create(read.order(), times)));
    return this;
  }

  @Override
  public Behavior<Read> onSignal(Signal signal) {
    if (signal instanceof Terminated) {
      readers--;
      return this;
    }
    return Behaviors.unhandled();
  }
}
