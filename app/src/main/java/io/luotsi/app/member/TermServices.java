package io.luotsi.app.member;

import io.luotsi.core.controller.actor.Controllers;
import io.luotsi.core.scheduler.actor.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.Signal;
import org.apache.pekko.actor.typed.Terminated;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What runs beside the leader of group 0: controllers and scheduler. Started with its term, stopped
 * with it; a new term starts them anew, on caches of its own.
 */
final class TermServices extends AbstractMatchingBehavior<TermServices.Command> {
  /** What it understands. */
  sealed interface Command {}

  /**
   * @param term in which this member leads; empty if it does not
   */
  record Lead(OptionalLong term) implements Command {}

  /**
   * @param nodes whose JVMs are lost at this moment, as the failure detector has it
   */
  record Lost(Set<String> nodes) implements Command {
    Lost {
      nodes = Set.copyOf(nodes);
    }
  }

  /**
   * What it starts.
   *
   * @param schedules whether the scheduler is among it
   * @param work where it is said what of it runs
   */
  record Parts(
      Controllers.Parts controllers,
      Scheduler.Parts scheduler,
      boolean schedules,
      LeaderWork work) {}

  private static final Logger LOG = LoggerFactory.getLogger(TermServices.class);

  private final ActorContext<Command> context;
  private final Parts parts;
  private final List<ActorRef<?>> running = new ArrayList<>();
  private OptionalLong current = OptionalLong.empty();
  private Optional<ActorRef<Controllers.Command>> controllers = Optional.empty();
  private Set<String> lost = Set.of();

  private TermServices(ActorContext<Command> context, Parts parts) {
    super(context);
    this.context = context;
    this.parts = parts;
  }

  static Behavior<Command> create(Parts parts) {
    return Behaviors.setup(context -> new TermServices(context, parts));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Lead(OptionalLong term) -> onLead(term);
      case Lost(Set<String> nodes) -> onLost(nodes);
    }
    return this;
  }

  private void onLead(OptionalLong term) {
    if (term.equals(current)) {
      return;
    }
    running.forEach(context::stop);
    running.clear();
    controllers = Optional.empty();
    current = term;
    if (term.isPresent()) {
      long number = term.getAsLong();
      LOG.info("leads in term {}", number);
      ActorRef<Controllers.Command> started =
          context.spawn(Controllers.create(parts.controllers()), "controllers-" + number);
      controllers = Optional.of(started);
      lost.forEach(node -> started.tell(new Controllers.NodeReachability(node, false)));
      began(started, LeaderWork.CONTROLLERS);
      if (parts.schedules()) {
        began(
            context.spawn(Scheduler.create(parts.scheduler()), "scheduler-" + number),
            LeaderWork.SCHEDULER);
      }
    } else {
      LOG.info("does not lead");
    }
  }

  private void began(ActorRef<?> actor, String what) {
    running.add(actor);
    context.watch(actor);
    parts.work().began(actor, what);
  }

  @Override
  public Behavior<Command> onSignal(Signal signal) {
    switch (signal) {
      case Terminated ended -> parts.work().ended(ended.getRef());
      case PostStop stop -> running.forEach(parts.work()::ended);
      default -> {}
    }
    return this;
  }

  private void onLost(Set<String> nodes) {
    controllers.ifPresent(
        running -> {
          nodes.stream()
              .filter(node -> !lost.contains(node))
              .forEach(node -> running.tell(new Controllers.NodeReachability(node, false)));
          lost.stream()
              .filter(node -> !nodes.contains(node))
              .forEach(node -> running.tell(new Controllers.NodeReachability(node, true)));
        });
    lost = nodes;
  }
}
