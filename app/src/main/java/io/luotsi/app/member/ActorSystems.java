package io.luotsi.app.member;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.persistence.raft.StorePlugins;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * The two ActorSystems of a JVM. The API's is local and lives as long as the process; the cluster's
 * is given up and begun anew when Raft has declared it down, and the API goes on answering.
 */
final class ActorSystems {
  /** Name of the cluster's system, in all its members. */
  private static final String CLUSTER = "luotsi";

  private ActorSystems() {}

  static ActorSystem<Void> forApi() {
    return ActorSystem.create(Behaviors.empty(), "luotsi-api", common());
  }

  /**
   * @param groups of Raft
   */
  static ActorSystem<TermServices.Command> forCluster(
      String host, int port, int groups, TermServices.Parts parts) {
    Config own =
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                host,
                "pekko.remote.artery.canonical.port",
                port));
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
