package io.luotsi.app.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.registry.ResourceSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One member over a real Raft group of one. */
class MembershipTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path directory;

  /** Bare members of a cluster; remembers what it was told. */
  private static final class BareLives implements Lives {
    private static final Config CONFIG =
        ConfigFactory.parseString(
                """
                pekko.actor.provider = cluster
                pekko.remote.artery.canonical { hostname = "127.0.0.1", port = 0 }
                pekko.cluster.jmx.enabled = off
                pekko.coordinated-shutdown {
                  exit-jvm = off, run-by-jvm-shutdown-hook = off, run-by-actor-system-terminate = off
                }
                pekko.jvm-shutdown-hooks = off
                pekko.loglevel = WARNING
                pekko.stdout-loglevel = OFF
                """)
            .withFallback(ConfigFactory.load());

    final List<ActorSystem<?>> begun = new CopyOnWriteArrayList<>();
    final List<ActorSystem<?>> ended = new CopyOnWriteArrayList<>();

    @Override
    public ActorSystem<?> create() {
      return ActorSystem.create(Behaviors.empty(), "luotsi", CONFIG);
    }

    @Override
    public void began(ActorSystem<?> system) {
      begun.add(system);
    }

    @Override
    public void ending(ActorSystem<?> system) {
      assertThat(system.getWhenTerminated().toCompletableFuture()).isNotDone();
      ended.add(system);
    }

    boolean isUp(int life) {
      return begun.size() == life
          && Cluster.get(begun.getLast()).selfMember().status().equals(MemberStatus.up());
    }

    ClusterState.Member self() {
      var address = Cluster.get(begun.getLast()).selfMember().uniqueAddress();
      return new ClusterState.Member(address.address().toString(), address.longUid());
    }
  }

  private RaftMember startRaft() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    return RaftMember.start(
        MemberSettings.standard("one", directory, "127.0.0.1", port),
        resource -> ResourceSettings.DEFAULT);
  }

  private static Membership start(RaftMember raft, BareLives lives) {
    return Membership.start(raft.clusterLog(), raft.groups().getFirst(), lives);
  }

  @Test
  void theLeaderFormsTheClusterAndANewJvmTheNextIncarnation() throws Exception {
    for (long incarnation = 1; incarnation <= 2; incarnation++) {
      BareLives lives = new BareLives();
      try (RaftMember raft = startRaft();
          Membership membership = start(raft, lives)) {
        assertThat(membership).isNotNull();
        await().atMost(SOON).until(() -> lives.isUp(1));
        assertThat(raft.clusterLog().value().incarnation()).isEqualTo(incarnation);
        assertThat(raft.clusterLog().value().formed().orElseThrow().by()).isEqualTo(lives.self());
      }
      assertThat(lives.ended).isEqualTo(lives.begun);
      assertThat(lives.begun.getFirst().getWhenTerminated().toCompletableFuture()).isDone();
    }
  }

  @Test
  void anActorSystemThatRaftHasDeclaredDownIsReplacedInPlace() throws Exception {
    BareLives lives = new BareLives();
    try (RaftMember raft = startRaft();
        Membership membership = start(raft, lives)) {
      assertThat(membership).isNotNull();
      await().atMost(SOON).until(() -> lives.isUp(1));
      raft.clusterLog().down(lives.self()).toCompletableFuture().join();
      await().atMost(SOON).until(() -> lives.isUp(2));
      assertThat(lives.ended).containsExactly(lives.begun.getFirst());
      assertThat(raft.clusterLog().value().incarnation()).isEqualTo(2);
      assertThat(raft.clusterLog().value().down()).isEmpty();
    }
    assertThat(lives.begun).hasSize(2);
  }

  @Test
  void somebodyElsesEndIsNobodysRebuild() throws Exception {
    BareLives lives = new BareLives();
    try (RaftMember raft = startRaft();
        Membership membership = start(raft, lives)) {
      assertThat(membership).isNotNull();
      await().atMost(SOON).until(() -> lives.isUp(1));
      ClusterState.Member other = new ClusterState.Member("pekko://luotsi@127.0.0.2:1", 5);
      raft.clusterLog().down(other).toCompletableFuture().join();
      assertThat(raft.clusterLog().value().isDown(other)).isTrue();
      assertThat(lives.isUp(1)).isTrue();
      assertThat(lives.ended).isEmpty();
    }
  }
}
