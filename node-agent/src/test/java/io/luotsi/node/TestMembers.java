package io.luotsi.node;

import static org.assertj.core.api.Assertions.fail;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.node.agent.HollowNodes;
import io.luotsi.node.agent.NodeAgents;
import io.luotsi.node.relay.NodeRelay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Down;
import org.apache.pekko.cluster.typed.Join;

/** ActorSystems of one JVM that are a Pekko cluster together, each a node. */
public final class TestMembers implements AutoCloseable {
  private static final Config COMMON =
      ConfigFactory.parseString(
              """
              pekko.actor.provider = cluster
              pekko.actor.allow-java-serialization = off
              pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
              pekko.remote.artery.advanced.shutdown-flush-timeout = 100 ms
              pekko.cluster.periodic-tasks-initial-delay = 100 ms
              pekko.cluster.gossip-interval = 100 ms
              pekko.cluster.leader-actions-interval = 100 ms
              pekko.cluster.unreachable-nodes-reaper-interval = 300 ms
              pekko.cluster.failure-detector {
                heartbeat-interval = 500 ms
                acceptable-heartbeat-pause = 2 s
                expected-response-after = 500 ms
              }
              pekko.cluster.sharding.rebalance-interval = 1 s
              pekko.cluster.jmx.multi-mbeans-in-same-jvm = on
              pekko.cluster.sharding.distributed-data.durable.keys = []
              pekko.coordinated-shutdown.exit-jvm = off
              pekko.coordinated-shutdown.run-by-actor-system-terminate = off
              pekko.log-dead-letters = off
              """)
          .withFallback(NodeRelay.config());

  private final List<ActorSystem<Void>> systems = new ArrayList<>();

  /** Joins another member, the first one itself; returns when it is up. */
  public ActorSystem<Void> join(String nodeName) throws InterruptedException {
    Config role =
        ConfigFactory.parseMap(
            Map.of("pekko.cluster.roles", List.of(NodeAgents.role(nodeName), HollowNodes.ROLE)));
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.empty(),
            "luotsi",
            role.withFallback(COMMON).withFallback(ConfigFactory.load()));
    systems.add(system);
    Cluster cluster = Cluster.get(system);
    cluster.manager().tell(Join.create(Cluster.get(systems.getFirst()).selfMember().address()));
    await(() -> systems.stream().allMatch(member -> up(member) == systems.size()));
    return system;
  }

  private static long up(ActorSystem<?> system) {
    long count = 0;
    for (var member : Cluster.get(system).state().getMembers()) {
      count += member.status() == MemberStatus.up() ? 1 : 0;
    }
    return count;
  }

  /** What Raft has the living do about one that is gone. */
  public void declareDown(Address gone) {
    systems.forEach(system -> Cluster.get(system).manager().tell(Down.apply(gone)));
  }

  /** As if its JVM were killed: nobody is told. */
  public void kill(ActorSystem<Void> system) throws Exception {
    systems.removeIf(other -> other == system); // they all equal each other
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  public static void await(BooleanSupplier condition) throws InterruptedException {
    await(condition, () -> "");
  }

  /**
   * @param seen what there is, if it takes too long
   */
  public static void await(BooleanSupplier condition, Supplier<String> seen)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        fail("deadline; " + seen.get());
      }
      TimeUnit.MILLISECONDS.sleep(5);
    }
  }

  @Override
  public void close() {
    systems.forEach(ActorSystem::terminate);
    systems.forEach(system -> system.getWhenTerminated().toCompletableFuture().join());
  }
}
