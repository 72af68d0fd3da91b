package io.luotsi.node.agent;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Selection;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.informer.Informer;
import io.luotsi.node.agent.NodeAgent.Command;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.ShardingMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.cluster.typed.Cluster;

/**
 * The agents of real nodes: one entity a node name, each on its own JVM. A JVM finds the others by
 * their cluster roles, so a JVM with a node has the role {@link #role} of that node from its start.
 */
public final class NodeAgents implements AutoCloseable {
  public static final EntityTypeKey<Command> TYPE =
      EntityTypeKey.create(Command.class, "node-agent");

  /** This JVM's own node. */
  public record Home(
      NodeFacts facts, ApiClient api, Clock clock, Supplier<NodePressure> pressure) {}

  private static final String ROLE_PREFIX = "node-";

  private final Watched watched;

  private NodeAgents(Watched watched) {
    this.watched = watched;
  }

  /** The cluster role of the JVM that is the node. */
  public static String role(String nodeName) {
    return ROLE_PREFIX + nodeName;
  }

  /**
   * Starts the region of this JVM and the agent of its node. Needs a cluster member, not yet a
   * formed cluster: the agent starts when there is a coordinator.
   */
  public static NodeAgents start(ActorSystem<?> system, Home home) {
    return start(system, home, true);
  }

  /** The region alone, for a JVM that is no node: others' agents need all of the cluster's. */
  public static NodeAgents startWithoutNode(ActorSystem<?> system, Home home) {
    return start(system, home, false);
  }

  private static NodeAgents start(ActorSystem<?> system, Home home, boolean isNode) {
    Watched watched = new Watched(home);
    Cluster cluster = Cluster.get(system);
    String name = home.facts().name();
    Entity<Command, ShardingEnvelope<Command>> entity =
        Entity.of(TYPE, context -> agent(context.getEntityId(), home, watched))
            .withSettings(ClusterShardingSettings.create(system).withNoPassivationStrategy())
            .withAllocationStrategy(
                new HomeAllocation(cluster.selfMember().address(), node -> home(cluster, node)));
    ClusterSharding sharding = ClusterSharding.get(system);
    ActorRef<ShardingEnvelope<Command>> region =
        sharding.init(entity.withMessageExtractor(new ByName()));
    if (isNode) {
      region.tell(new ShardingEnvelope<>(name, new NodeAgent.Wake(name, system.ignoreRef())));
    }
    return new NodeAgents(watched);
  }

  private static Behavior<Command> agent(String name, Home home, Watched watched) {
    if (!name.equals(home.facts().name())) {
      throw new IllegalStateException("node " + name + " does not live here");
    }
    return NodeAgent.create(
        new NodeAgent.Setup(
            home.facts(), home.api(), home.clock(), home.pressure(), Duration.ZERO, watched));
  }

  private static Optional<Address> home(Cluster cluster, String nodeName) {
    for (Member member : cluster.state().getMembers()) {
      boolean up =
          member.status() == MemberStatus.up() || member.status() == MemberStatus.weaklyUp();
      if (up && member.hasRole(role(nodeName))) {
        return Optional.of(member.address());
      }
    }
    return Optional.empty();
  }

  /** Where the JVM that is the node is; empty while it is no member or is not heard of. */
  public static Optional<Address> reachable(Cluster cluster, String nodeName) {
    return home(cluster, nodeName)
        .filter(
            address ->
                cluster.state().getUnreachable().stream()
                    .noneMatch(member -> member.address().equals(address)));
  }

  @Override
  public void close() {
    watched.close();
  }

  /** One shard a node, named for it. */
  private static final class ByName
      extends ShardingMessageExtractor<ShardingEnvelope<Command>, Command> {
    @Override
    public String entityId(ShardingEnvelope<Command> envelope) {
      return envelope.entityId();
    }

    @Override
    public String shardId(String entityId) {
      return entityId;
    }

    @Override
    public Command unwrapMessage(ShardingEnvelope<Command> envelope) {
      return envelope.message();
    }
  }

  /** Tells the agent what becomes of its node's object. */
  private static final class Watched implements NodeAgent.Watch, AutoCloseable {
    private final Home home;
    private final Map<ActorRef<Command>, Informer> informers = new ConcurrentHashMap<>();

    Watched(Home home) {
      this.home = home;
    }

    @Override
    public void started(ActorRef<Command> agent) {
      Selection own = Selection.byField("metadata.name", home.facts().name());
      informers.put(
          agent,
          Informer.start(
              home.api(),
              GroupVersionResource.of("v1", "nodes"),
              own,
              (key, before, after) ->
                  agent.tell(
                      after
                          .<Command>map(NodeAgent.NodeSeen::new)
                          .orElseGet(NodeAgent.NodeGone::new))));
    }

    @Override
    public void stopped(ActorRef<Command> agent) {
      Informer informer = informers.remove(agent);
      if (informer != null) {
        informer.close();
      }
    }

    @Override
    public void close() {
      informers.values().forEach(Informer::close);
      informers.clear();
    }
  }
}
