package io.luotsi.app.membership;

import static io.luotsi.app.membership.RaftTrio.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luotsi.persistence.raft.ClusterState.Member;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members over a real Raft group of three: who leads is what Raft says. */
class MembersOverRaftTest {
  @TempDir Path directory;

  private RaftTrio members;

  @BeforeEach
  void found() throws IOException {
    members = new RaftTrio(directory);
  }

  @AfterEach
  void stop() {
    members.close();
  }

  @Test
  void oneClusterIsFormedAndOutlivesItsLeadersAndIsFormedAnewWhenAllReturn() {
    Trio.NAMES.forEach(members.trio::start);
    await().atMost(SOON).until(() -> members.trio.areOneCluster("a", "b", "c"));
    assertThat(members.decided().incarnation()).isEqualTo(1);
    for (int kills = 0; kills < 2; kills++) {
      String first = members.leader();
      Member killed = members.trio.get(first).lives().self();
      members.kill(first);
      if (kills == 0) { // the other time it is back before anybody misses it
        await().atMost(SOON).until(() -> members.decided().isDown(killed));
        assertThat(members.trio.get(members.leader()).name()).isNotEqualTo(first);
      }
      members.trio.start(first);
      await().atMost(SOON).until(() -> members.trio.areOneCluster("a", "b", "c"));
      assertThat(members.decided().incarnation()).as("formed once").isEqualTo(1);
    }
    assertThat(members.decided().down()).as("declared down").hasSizeBetween(1, 2);
    Trio.NAMES.forEach(members::kill);
    Trio.NAMES.forEach(members.trio::start);
    await().atMost(SOON).until(() -> members.trio.areOneCluster("a", "b", "c"));
    assertThat(members.decided().incarnation()).isEqualTo(2);
    assertThat(members.decided().down()).isEmpty();
  }
}
