package io.luotsi.app.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.registry.ResourceSettings;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One member over a real Raft group of one. */
class MembershipTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path directory;

  private RaftMember startRaft() throws Exception {
    return RaftMember.start(
        MemberSettings.standard("one", directory, "127.0.0.1", Wires.freePort()),
        resource -> ResourceSettings.DEFAULT);
  }

  private static Membership start(RaftMember raft, BareLives lives) {
    return Membership.start(new RaftAuthority(raft), Survey.NOBODY, lives);
  }

  @Test
  void theLeaderFormsTheClusterAndANewJvmTheNextIncarnation() throws Exception {
    for (long incarnation = 1; incarnation <= 2; incarnation++) {
      BareLives lives = BareLives.alone();
      try (RaftMember raft = startRaft();
          Membership membership = start(raft, lives)) {
        await().atMost(SOON).until(() -> membership.standing().up());
        assertThat(raft.clusterLog().value().incarnation()).isEqualTo(incarnation);
        assertThat(raft.clusterLog().value().formed().orElseThrow().by()).isEqualTo(lives.self());
        assertThat(membership.standing().incarnation()).isEqualTo(incarnation);
      }
      assertThat(lives.ended).isEqualTo(lives.begun);
      assertThat(lives.begun.getFirst().getWhenTerminated().toCompletableFuture()).isDone();
    }
  }

  @Test
  void anActorSystemThatRaftHasDeclaredDownIsReplacedInPlace() throws Exception {
    BareLives lives = BareLives.alone();
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
    BareLives lives = BareLives.alone();
    try (RaftMember raft = startRaft();
        Membership membership = start(raft, lives)) {
      assertThat(membership).isNotNull();
      await().atMost(SOON).until(() -> lives.isUp(1));
      ClusterState.Member other = new ClusterState.Member("pekko://luotsi@127.0.0.2:1", 5);
      raft.clusterLog().down(other).toCompletableFuture().join();
      await().atMost(SOON).until(() -> lives.lost.contains(other.address()));
      assertThat(lives.isUp(1)).isTrue();
      assertThat(lives.ended).isEmpty();
    }
  }
}
