package io.luotsi.app.member;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.node.relay.NodeRelay;
import io.luotsi.persistence.raft.StorePlugins;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The two ActorSystems of a JVM. One is local and lives as long as the process: the API and the
 * node are in it. The cluster's is given up and begun anew when Raft has declared it down, while
 * the API goes on answering and the pods go on running.
 */
final class ActorSystems {
  /** Name of the cluster's system, in all its members. */
  static final String CLUSTER = "luotsi";

  private ActorSystems() {}

  static ActorSystem<Void> local() {
    return ActorSystem.create(Behaviors.empty(), "luotsi-local", common());
  }

  /**
   * Of a member with replicas.
   *
   * @param roles of this member, by which the others find what it has
   * @param groups of Raft
   */
  static ActorSystem<TermServices.Command> forControlPlane(
      int port, List<String> roles, int groups, TermServices.Parts parts) {
    Config config =
        forCluster(port, roles).withFallback(StorePlugins.config(groups)).withFallback(common());
    return ActorSystem.create(TermServices.create(parts), CLUSTER, config.resolve());
  }

  /** Of a member without, where nothing is to be started but what others start. */
  static ActorSystem<Void> forWorker(int port, List<String> roles) {
    Config config = forCluster(port, roles).withFallback(common());
    return ActorSystem.create(Behaviors.empty(), CLUSTER, config.resolve());
  }

  private static Config forCluster(int port, List<String> roles) {
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                ClusterLives.INTERNAL,
                "pekko.remote.artery.canonical.port",
                port,
                "pekko.cluster.roles",
                roles))
        .withFallback(ConfigFactory.parseResources(ActorSystems.class, "cluster-system.conf"))
        .withFallback(NodeRelay.config());
  }

  /** Read once: Pekko's own settings are thousands of lines. */
  private static final class Common {
    static final Config CONFIG =
        ConfigFactory.parseResources(ActorSystems.class, "pekko.conf")
            .withFallback(ConfigFactory.defaultReference())
            .resolve();
  }

  private static Config common() {
    return Common.CONFIG;
  }
}
