package io.luotsi.node.agent;

import io.luotsi.node.agent.NodeAgent.Awake;
import io.luotsi.node.agent.NodeAgent.Wake;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;

/**
 * Sees to it that the agents of hollow nodes run somewhere: wakes each until it answers, and all of
 * them again when a member is gone, because whose they were is not remembered. At most {@value
 * #AT_ONCE} are waited for at a time, so that an API that has just lost its leader is not flooded.
 */
final class HollowWaker extends AbstractMatchingBehavior<HollowWaker.Command> {
  sealed interface Command {}

  /** From now on these and no others are to be awake; none if another JVM sees to it. */
  record KeepAwake(Set<String> names) implements Command {
    public KeepAwake {
      names = Set.copyOf(names);
    }
  }

  private record MemberLost() implements Command {}

  private record Answered(String name) implements Command {}

  private record Again() implements Command {}

  static final int AT_ONCE = 200;
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final ActorRef<ShardingEnvelope<NodeAgent.Command>> region;
  private final ActorRef<Awake> answers;
  private final TimerScheduler<Command> timers;
  private final SequencedSet<String> asked = new LinkedHashSet<>();
  private final ArrayDeque<String> waiting = new ArrayDeque<>();
  private Set<String> names = Set.of();

  private HollowWaker(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      ActorRef<ShardingEnvelope<NodeAgent.Command>> region) {
    super(context);
    this.region = region;
    this.timers = timers;
    this.answers = context.messageAdapter(Awake.class, awake -> new Answered(awake.nodeName()));
    Cluster.get(context.getSystem())
        .subscriptions()
        .tell(
            Subscribe.create(
                context.messageAdapter(
                    ClusterEvent.MemberRemoved.class, removed -> new MemberLost()),
                ClusterEvent.MemberRemoved.class));
  }

  static Behavior<Command> create(ActorRef<ShardingEnvelope<NodeAgent.Command>> region) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new HollowWaker(context, timers, region)));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case KeepAwake(Set<String> wanted) -> {
        names = wanted;
        wakeAll();
      }
      case MemberLost lost -> wakeAll();
      case Answered(String name) -> asked.remove(name);
      case Again again -> asked.forEach(this::wake);
    }
    askMore();
    return this;
  }

  private void wakeAll() {
    asked.clear();
    waiting.clear();
    names.stream().sorted().forEach(waiting::add);
  }

  private void askMore() {
    while (asked.size() < AT_ONCE && !waiting.isEmpty()) {
      String name = waiting.removeFirst();
      asked.add(name);
      wake(name);
    }
    if (asked.isEmpty()) {
      timers.cancel(Again.class);
    } else if (!timers.isTimerActive(Again.class)) {
      timers.startTimerWithFixedDelay(Again.class, new Again(), AGAIN);
    }
  }

  private void wake(String name) {
    region.tell(new ShardingEnvelope<>(name, new Wake(name, answers)));
  }
}
