package io.luotsi.app.member;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.app.certificates.ArteryTls;
import io.luotsi.app.certificates.MemberTls;
import io.luotsi.node.relay.NodeRelay;
import io.luotsi.persistence.raft.StorePlugins;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
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
    return ActorSystem.create(Behaviors.empty(), "luotsi-local", LocalOnly.CONFIG);
  }

  /**
   * How a system is found and speaks.
   *
   * @param roles by which the others find what this member has
   */
  record Artery(int port, List<String> roles, MemberTls tls) {
    Artery {
      roles = List.copyOf(roles);
    }
  }

  /**
   * Of a member with replicas.
   *
   * @param groups of Raft
   */
  static ActorSystem<TermServices.Command> forControlPlane(
      Artery artery, int groups, TermServices.Parts parts) {
    Config config = forCluster(artery).withFallback(StorePlugins.config(groups));
    return create(TermServices.create(parts), config, artery);
  }

  /** Of a member without, where nothing is to be started but what others start. */
  static ActorSystem<Void> forWorker(Artery artery) {
    return create(Behaviors.empty(), forCluster(artery), artery);
  }

  private static <T> ActorSystem<T> create(Behavior<T> guardian, Config config, Artery artery) {
    return ActorSystem.create(
        guardian,
        CLUSTER,
        BootstrapSetup.create(config.withFallback(common()).resolve())
            .and(ArteryTls.setup(artery.tls())));
  }

  private static Config forCluster(Artery artery) {
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                ClusterLives.INTERNAL,
                "pekko.remote.artery.canonical.port",
                artery.port(),
                "pekko.cluster.roles",
                artery.roles()))
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

  private static final class LocalOnly {
    static final Config CONFIG =
        ConfigFactory.parseResources(ActorSystems.class, "local-system.conf")
            .withFallback(common());
  }

  private static Config common() {
    return Common.CONFIG;
  }
}
