package io.luotsi.node.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.PreRestart;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * A node's place in the cluster: the entity at which messages for it arrive, and the only writer of
 * its lease and status. Registers the node when it starts, renews the lease every {@value
 * #HEARTBEAT_SECONDS} s, and writes the status when it changes, when somebody else has made the
 * node not ready, and every {@value #STATUS_MINUTES} min.
 *
 * <p>A node that is deleted while its agent runs stays deleted until the agent starts anew, as
 * upstream.
 */
public final class NodeAgent extends AbstractMatchingBehavior<NodeAgent.Command> {
  static final int HEARTBEAT_SECONDS = 10;
  static final int STATUS_MINUTES = 5;

  /** What an agent understands. */
  public sealed interface Command {}

  /** Starts the agent, if it does not run, and asks nothing of it but an answer. */
  record Wake(String nodeName, ActorRef<Awake> replyTo) implements Command {}

  /** The agent runs. */
  record Awake(String nodeName) {}

  /** The node's object is now like this in the API. */
  record NodeSeen(StoredObject node) implements Command {}

  /** The API has no such node any more. */
  record NodeGone() implements Command {}

  private record Register() implements Command {}

  private record Beat() implements Command {}

  private record Registered(Outcome<StoredObject> outcome) implements Command {}

  private record StatusWritten(Outcome<StoredObject> outcome, NodePressure pressure)
      implements Command {}

  private record Renewed(Outcome<StoredObject> outcome) implements Command {}

  /**
   * @param firstBeat after the start, so that thousands do not beat at once
   * @param watch hears of the agent's start, to send it {@link NodeSeen}s, and of its end
   */
  record Setup(
      NodeFacts facts,
      ApiClient api,
      Clock clock,
      Supplier<NodePressure> pressure,
      Duration firstBeat,
      Watch watch) {}

  /** Who sees the node's object. */
  interface Watch {
    void started(ActorRef<Command> agent);

    void stopped(ActorRef<Command> agent);
  }

  private static final Duration HEARTBEAT = Duration.ofSeconds(HEARTBEAT_SECONDS);
  private static final Duration STATUS_AT_LEAST = Duration.ofMinutes(STATUS_MINUTES);
  private static final Duration REGISTER_AGAIN = Duration.ofSeconds(1);

  private final Setup setup;
  private final NodeReporter reporter;
  private final TimerScheduler<Command> timers;
  private Optional<StoredObject> node = Optional.empty();

  /** All of the status that can change, as it was written last; empty if that is not in the API. */
  private Optional<NodePressure> reported = Optional.empty();

  private Instant reportedAt = Instant.EPOCH;
  private boolean writing;
  private boolean renewing;

  private NodeAgent(ActorContext<Command> context, Setup setup, TimerScheduler<Command> timers) {
    super(context);
    this.setup = setup;
    this.timers = timers;
    this.reporter = new NodeReporter(setup.api(), setup.facts());
    context.getSelf().tell(new Register());
    setup.watch().started(context.getSelf());
  }

  /** One that fails, which is a bug, begins anew: nobody else would notice until the lease ends. */
  static Behavior<Command> create(Setup setup) {
    Behavior<Command> agent =
        Behaviors.setup(
            context -> Behaviors.withTimers(timers -> new NodeAgent(context, setup, timers)));
    return Behaviors.supervise(agent)
        .onFailure(
            SupervisorStrategy.restartWithBackoff(REGISTER_AGAIN, STATUS_AT_LEAST, 0.1)
                .withResetBackoffAfter(HEARTBEAT));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    return switch (command) {
      case Wake wake -> onWake(wake);
      case NodeSeen(StoredObject seen) -> onNodeSeen(seen);
      case NodeGone gone -> onNodeGone();
      case Register register -> onRegister();
      case Beat beat -> onBeat();
      case Registered(Outcome<StoredObject> outcome) -> onRegistered(outcome);
      case StatusWritten(Outcome<StoredObject> outcome, NodePressure pressure) ->
          onStatusWritten(outcome, pressure);
      case Renewed(Outcome<StoredObject> outcome) -> onRenewed(outcome);
    };
  }

  private Behavior<Command> onWake(Wake wake) {
    wake.replyTo().tell(new Awake(setup.facts().name()));
    return this;
  }

  private Behavior<Command> onNodeSeen(StoredObject seen) {
    if (node.filter(known -> known.resourceVersion() >= seen.resourceVersion()).isPresent()) {
      return this;
    }
    boolean known = node.isPresent();
    node = node.map(before -> seen);
    if (known && isTakenForDead(seen)) {
      reported = Optional.empty();
      report();
    }
    return this;
  }

  private static boolean isTakenForDead(StoredObject node) {
    return !NodeObjects.isReady(Json.readObject(node.json()));
  }

  private Behavior<Command> onNodeGone() {
    if (node.isPresent()) {
      getContext().getLog().info("node {} was deleted", setup.facts().name());
      node = Optional.empty();
      timers.cancel(Beat.class);
    }
    return this;
  }

  private Behavior<Command> onRegister() {
    getContext()
        .pipeToSelf(reporter.register(), (outcome, bug) -> new Registered(orError(outcome, bug)));
    return this;
  }

  private Behavior<Command> onRegistered(Outcome<StoredObject> outcome) {
    switch (outcome) {
      case Outcome.Done<StoredObject>(StoredObject registered) -> {
        node = Optional.of(registered);
        report();
        renew();
        timers.startTimerAtFixedRate(
            Beat.class, new Beat(), setup.firstBeat().plus(HEARTBEAT), HEARTBEAT);
      }
      case Outcome.Rejected<StoredObject>(Rejection why) -> {
        getContext().getLog().info("node {} not registered: {}", setup.facts().name(), why);
        timers.startSingleTimer(new Register(), REGISTER_AGAIN);
      }
    }
    return this;
  }

  private Behavior<Command> onBeat() {
    renew();
    report();
    return this;
  }

  private void renew() {
    if (renewing || node.isEmpty()) {
      return;
    }
    renewing = true;
    getContext()
        .pipeToSelf(
            reporter.renew(node.get().uid(), setup.clock().instant()),
            (outcome, bug) -> new Renewed(orError(outcome, bug)));
  }

  private Behavior<Command> onRenewed(Outcome<StoredObject> outcome) {
    renewing = false;
    if (outcome instanceof Outcome.Rejected<StoredObject>(Rejection why)) {
      getContext().getLog().info("lease of {} not renewed: {}", setup.facts().name(), why);
    }
    return this;
  }

  /** Writes the status if there is something new to say, or it is time to. */
  private void report() {
    if (writing || node.isEmpty()) {
      return;
    }
    Instant now = setup.clock().instant();
    NodePressure pressure = setup.pressure().get();
    boolean due = !reportedAt.plus(STATUS_AT_LEAST).isAfter(now);
    if (!due && reported.filter(pressure::equals).isPresent()) {
      return; // decided before anything is parsed: there may be thousands of us
    }
    ObjectNode status =
        NodeObjects.status(setup.facts(), pressure, Json.readObject(node.get().json()), now);
    writing = true;
    getContext()
        .pipeToSelf(
            reporter.writeStatus(status),
            (outcome, bug) -> new StatusWritten(orError(outcome, bug), pressure));
  }

  private Behavior<Command> onStatusWritten(Outcome<StoredObject> outcome, NodePressure pressure) {
    writing = false;
    switch (outcome) {
      case Outcome.Done<StoredObject>(StoredObject written) -> {
        // Somebody may have taken us for dead since, and have been heard of before this answer.
        boolean stands =
            node.filter(seen -> seen.resourceVersion() > written.resourceVersion())
                .filter(NodeAgent::isTakenForDead)
                .isEmpty();
        node = node.map(n -> n.resourceVersion() < written.resourceVersion() ? written : n);
        reported = stands ? Optional.of(pressure) : Optional.empty();
        reportedAt = setup.clock().instant();
        if (!stands) {
          report();
        }
      }
      case Outcome.Rejected<StoredObject>(Rejection why) ->
          getContext().getLog().info("status of {} not written: {}", setup.facts().name(), why);
    }
    return this;
  }

  private Outcome<StoredObject> orError(
      @Nullable Outcome<StoredObject> outcome, @Nullable Throwable bug) {
    return outcome != null
        ? outcome
        : Outcome.rejected(new Rejection.InternalError(String.valueOf(bug)));
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    if (signal instanceof PostStop || signal instanceof PreRestart) {
      setup.watch().stopped(getContext().getSelf());
      return this;
    }
    // The default says that it handled everything, also the PoisonPill of a hand-off: then the
    // entity would never stop.
    return Behaviors.unhandled();
  }
}
