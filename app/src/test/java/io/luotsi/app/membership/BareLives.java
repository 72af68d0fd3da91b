package io.luotsi.app.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.app.certificates.ArteryTls;
import io.luotsi.app.certificates.MemberTls;
import io.luotsi.app.certificates.TestMembers;
import io.luotsi.persistence.raft.ClusterState;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** Bare members of a cluster, configured as real ones; remembers what it was told. */
final class BareLives implements Lives {
  private static final Config COMMON =
      ConfigFactory.parseString("pekko.loglevel = ERROR, pekko.stdout-loglevel = OFF")
          .withFallback(resource("cluster-system.conf"))
          .withFallback(resource("pekko.conf"))
          .withFallback(ConfigFactory.load());

  private final Config config;
  private final MemberTls tls;

  /** In the order in which they came and went. */
  final List<ActorSystem<?>> begun = new CopyOnWriteArrayList<>();

  final List<ActorSystem<?>> ended = new CopyOnWriteArrayList<>();

  /** What was last said about the others. */
  volatile Set<String> lost = Set.of();

  private BareLives(Config config, MemberTls tls) {
    this.config = config.withFallback(COMMON);
    this.tls = tls;
  }

  private static Config resource(String name) {
    return ConfigFactory.parseResources(
        BareLives.class.getClassLoader(), "io/luotsi/app/member/" + name);
  }

  static BareLives alone() {
    return new BareLives(
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                "127.0.0.1",
                "pekko.remote.artery.canonical.port",
                0)),
        TestMembers.tls("alone"));
  }

  /** A system that speaks with others through wires. */
  static BareLives at(Wires wires, String name, MemberTls tls) {
    return new BareLives(
        ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.canonical.hostname",
                "127.0.0.1",
                "pekko.remote.artery.canonical.port",
                wires.port(name),
                "pekko.remote.artery.bind.hostname",
                "127.0.0.1",
                "pekko.remote.artery.bind.port",
                wires.innerPort(name),
                "pekko.remote.artery.advanced.tcp.outbound-client-hostname",
                wires.source(name))),
        tls);
  }

  @Override
  public ActorSystem<?> create() {
    return ActorSystem.create(
        Behaviors.empty(), "luotsi", BootstrapSetup.create(config).and(ArteryTls.setup(tls)));
  }

  @Override
  public void began(ActorSystem<?> system) {
    assertThat(ended).hasSize(begun.size());
    lost = Set.of();
    begun.add(system);
  }

  @Override
  public void ending(ActorSystem<?> system) {
    assertThat(system.getWhenTerminated().toCompletableFuture()).isNotDone();
    ended.add(system);
  }

  @Override
  public void lost(ActorSystem<?> system, Set<String> addresses) {
    assertThat(system).isSameAs(begun.getLast());
    lost = addresses;
  }

  boolean isUp(int life) {
    return begun.size() == life
        && Cluster.get(begun.getLast()).selfMember().status().equals(MemberStatus.up());
  }

  ClusterState.Member self() {
    return View.member(Cluster.get(begun.getLast()).selfMember().uniqueAddress());
  }
}
