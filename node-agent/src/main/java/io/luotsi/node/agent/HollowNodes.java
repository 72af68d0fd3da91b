package io.luotsi.node.agent;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Selection;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.informer.Informer;
import io.luotsi.node.agent.NodeAgent.Command;
import io.luotsi.node.kubelet.HollowKubelet;
import io.luotsi.node.runtime.hollow.HollowRuntime;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * Simulated nodes: entities over {@value #SHARDS} shards on any JVM, all of a JVM's sharing one
 * node informer and one {@link HollowKubelet}. Who there are is not remembered: whoever leads says
 * it, with {@link #wake}, again whenever the membership has changed.
 */
public final class HollowNodes implements AutoCloseable {
  public static final EntityTypeKey<Command> TYPE =
      EntityTypeKey.create(Command.class, "hollow-node");

  static final int SHARDS = 1_000;

  private static final Duration BEAT = Duration.ofSeconds(NodeAgent.HEARTBEAT_SECONDS);

  private final ActorRef<ShardingEnvelope<Command>> region;
  private final Informer nodes;

  private HollowNodes(ActorRef<ShardingEnvelope<Command>> region, Informer nodes) {
    this.region = region;
    this.nodes = nodes;
  }

  /**
   * Starts this JVM's region.
   *
   * @param api of a node's user, by node name: who writes the node's object and lease
   * @param shared who reads all nodes and pods and writes the pods' statuses
   */
  public static HollowNodes start(
      ActorSystem<?> system, Function<String, ApiClient> api, ApiClient shared, Clock clock) {
    ActorRef<HollowKubelet.Command> kubelet =
        system.systemActorOf(
            HollowKubelet.create(shared, HollowRuntime.NAME, clock),
            "hollow-kubelet",
            Props.empty());
    Map<String, ActorRef<Command>> agents = new ConcurrentHashMap<>();
    Informer nodes =
        Informer.start(
            shared,
            GroupVersionResource.of("v1", "nodes"),
            Selection.EVERYTHING,
            (key, before, after) -> {
              ActorRef<Command> agent = agents.get(key.name());
              if (agent != null) {
                agent.tell(
                    after.<Command>map(NodeAgent.NodeSeen::new).orElseGet(NodeAgent.NodeGone::new));
              }
            });
    Entity<Command, ShardingEnvelope<Command>> entity =
        Entity.of(
                TYPE,
                context -> {
                  String name = context.getEntityId();
                  return agent(name, api.apply(name), clock, new Local(name, agents, kubelet));
                })
            .withSettings(ClusterShardingSettings.create(system).withNoPassivationStrategy());
    ActorRef<ShardingEnvelope<Command>> region =
        ClusterSharding.get(system)
            .init(entity.withMessageExtractor(new HashCodeMessageExtractor<>(SHARDS)));
    return new HollowNodes(region, nodes);
  }

  private static Behavior<Command> agent(
      String name, ApiClient api, Clock clock, NodeAgent.Watch watch) {
    String runtime = HollowRuntime.NAME + "://" + HollowRuntime.VERSION;
    return NodeAgent.create(
        new NodeAgent.Setup(
            NodeFacts.hollow(name, address(name), runtime),
            api,
            clock,
            () -> NodePressure.NONE,
            BEAT.multipliedBy(name.hashCode() & 1023).dividedBy(1024),
            watch));
  }

  /** An address for a node that nobody connects to. */
  private static String address(String name) {
    int hash = name.hashCode() * 0x9E3779B1;
    return "198.18." + (hash >>> 24) + "." + Math.max(1, hash >>> 16 & 254);
  }

  /** Starts the agents of these nodes wherever they belong; does nothing for those that run. */
  public void wake(Collection<String> names) {
    names.forEach(name -> region.tell(new ShardingEnvelope<>(name, new NodeAgent.Wake(name))));
  }

  @Override
  public void close() {
    nodes.close();
  }

  /** Where a JVM's hollow nodes are known while they are there. */
  private record Local(
      String name, Map<String, ActorRef<Command>> agents, ActorRef<HollowKubelet.Command> kubelet)
      implements NodeAgent.Watch {
    @Override
    public void started(ActorRef<Command> agent) {
      agents.put(name, agent);
      kubelet.tell(new HollowKubelet.NodeArrived(name, address(name)));
    }

    @Override
    public void stopped(ActorRef<Command> agent) {
      if (agents.remove(name, agent)) {
        kubelet.tell(new HollowKubelet.NodeLeft(name));
      }
    }
  }
}
