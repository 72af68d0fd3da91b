package io.luotsi.node.agent;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.informer.Informer;
import io.luotsi.node.agent.NodeAgent.Command;
import io.luotsi.node.agent.NodeAgent.Wake;
import io.luotsi.node.kubelet.HollowKubelet;
import io.luotsi.node.runtime.hollow.HollowRuntime;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.ShardCoordinator.ShardAllocationStrategy$;
import org.apache.pekko.cluster.sharding.typed.ClusterShardingSettings;
import org.apache.pekko.cluster.sharding.typed.HashCodeMessageExtractor;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;

/**
 * Simulated nodes: entities over {@value #SHARDS} shards on the JVMs with the role {@value #ROLE},
 * all of a JVM's sharing one node informer and one {@link HollowKubelet}. A new shard goes to the
 * JVM that has the fewest; shards of a JVM that dies go to the others; to one that comes, at most
 * {@value #MOVED_AT_ONCE} move every ten seconds. Who there are is not remembered: whoever leads
 * says it, with {@link #wake}.
 */
public final class HollowNodes implements AutoCloseable {
  public static final EntityTypeKey<Command> TYPE =
      EntityTypeKey.create(Command.class, "hollow-node");

  /** Of the Pekko cluster's members that have hollow nodes; each of them calls {@link #start}. */
  public static final String ROLE = "hollow-nodes";

  static final int SHARDS = 1_000;
  static final int MOVED_AT_ONCE = 20;
  private static final double MOVED_SHARE = 0.1;

  private static final Duration BEAT = Duration.ofSeconds(NodeAgent.HEARTBEAT_SECONDS);

  private final ActorRef<HollowWaker.Command> waker;
  private final Residents residents;
  private final Informer nodes;

  private HollowNodes(ActorRef<HollowWaker.Command> waker, Residents residents, Informer nodes) {
    this.waker = waker;
    this.residents = residents;
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
    Residents residents = new Residents(kubelet);
    Informer nodes =
        Informer.start(
            shared,
            GroupVersionResource.of("v1", "nodes"),
            Selection.EVERYTHING,
            (key, before, after) -> residents.seen(key.name(), after));
    Entity<Command, ShardingEnvelope<Command>> entity =
        Entity.of(
                TYPE,
                context -> {
                  String name = context.getEntityId();
                  return agent(name, api.apply(name), clock, residents.of(name));
                })
            .withRole(ROLE)
            .withSettings(ClusterShardingSettings.create(system).withNoPassivationStrategy())
            .withAllocationStrategy(
                ShardAllocationStrategy$.MODULE$.leastShardAllocationStrategy(
                    MOVED_AT_ONCE, MOVED_SHARE));
    ActorRef<ShardingEnvelope<Command>> region =
        ClusterSharding.get(system)
            .init(entity.withMessageExtractor(new HashCodeMessageExtractor<>(SHARDS)));
    residents.startAgain(
        name -> region.tell(new ShardingEnvelope<>(name, new Wake(name, system.ignoreRef()))));
    return new HollowNodes(
        system.systemActorOf(HollowWaker.create(region), "hollow-waker", Props.empty()),
        residents,
        nodes);
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

  /**
   * Sees to it that the agents of these nodes run, wherever they belong, now and after every loss
   * of a member; instead of those that were named before. For whoever leads; one who no longer does
   * names none.
   */
  public void wake(Collection<String> names) {
    waker.tell(new HollowWaker.KeepAwake(Set.copyOf(names)));
  }

  /** Those that are on this JVM at the moment. */
  Set<String> here() {
    return residents.names();
  }

  /** Lets go of the API. The agents end with their ActorSystem. */
  @Override
  public void close() {
    residents.close();
    nodes.close();
  }

  /** The hollow nodes that are on this JVM. */
  private static final class Residents {
    private final Map<String, ActorRef<Command>> agents = new ConcurrentHashMap<>();
    private final ActorRef<HollowKubelet.Command> kubelet;
    private volatile Consumer<String> again = name -> {};

    Residents(ActorRef<HollowKubelet.Command> kubelet) {
      this.kubelet = kubelet;
    }

    /** Whose shard moves is stopped here and started there by the first who calls its name. */
    void startAgain(Consumer<String> call) {
      again = call;
    }

    void close() {
      again = name -> {};
    }

    Set<String> names() {
      return Set.copyOf(agents.keySet());
    }

    void seen(String name, Optional<StoredObject> node) {
      ActorRef<Command> agent = agents.get(name);
      if (agent != null) {
        agent.tell(node.<Command>map(NodeAgent.NodeSeen::new).orElseGet(NodeAgent.NodeGone::new));
      }
    }

    NodeAgent.Watch of(String name) {
      return new NodeAgent.Watch() {
        @Override
        public void started(ActorRef<Command> agent) {
          agents.put(name, agent);
          kubelet.tell(new HollowKubelet.NodeArrived(name, address(name)));
        }

        @Override
        public void stopped(ActorRef<Command> agent) {
          if (agents.remove(name, agent)) {
            kubelet.tell(new HollowKubelet.NodeLeft(name));
            again.accept(name);
          }
        }
      };
    }
  }
}
