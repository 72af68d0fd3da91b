package io.luotsi.app.member;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
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
  private static final String CLUSTER = "luotsi";

  private ActorSystems() {}

  static ActorSystem<Void> local() {
    return ActorSystem.create(Behaviors.empty(), "luotsi-local", common());
  }

  /**
   * @param role of this member, by which the others find its node
   * @param groups of Raft
   */
  static ActorSystem<TermServices.Command> forCluster(
      int port, String role, int groups, TermServices.Parts parts) {
    Config own =
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                ClusterLives.INTERNAL,
                "pekko.remote.artery.canonical.port",
                port,
                "pekko.cluster.roles",
                List.of(role)));
    Config config =
        own.withFallback(ConfigFactory.parseResources(ActorSystems.class, "cluster-system.conf"))
            .withFallback(StorePlugins.config(groups))
            .withFallback(common());
    return ActorSystem.create(TermServices.create(parts), CLUSTER, config.resolve());
  }

  private static Config common() {
    return ConfigFactory.parseResources(ActorSystems.class, "pekko.conf")
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }
}
