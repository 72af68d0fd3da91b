package io.luotsi.app.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.ClusterState.Formed;
import io.luotsi.persistence.raft.ClusterState.Member;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CourseTest {
  private static final Member SELF = new Member("pekko://luotsi@127.0.0.1:1", 11);
  private static final Member EARLIER_SELF = new Member("pekko://luotsi@127.0.0.1:1", 10);
  private static final OptionalLong NOT_JOINED = OptionalLong.empty();

  private static ClusterState formed(long incarnation, Member by, Member... down) {
    return new ClusterState(Optional.of(new Formed(incarnation, by)), List.of(down));
  }

  private static final ClusterState NOTHING = new ClusterState(Optional.empty(), List.of());

  @Test
  void onlyTheLeaderForms() {
    assertThat(Course.next(NOTHING, SELF, NOT_JOINED, true)).isEqualTo(new Course.Form(0));
    assertThat(Course.next(NOTHING, SELF, NOT_JOINED, false)).isEqualTo(new Course.Wait());
  }

  @Test
  void aRestartedLeaderFormsTheNextIncarnation() {
    assertThat(Course.next(formed(4, EARLIER_SELF), SELF, NOT_JOINED, true))
        .isEqualTo(new Course.Form(4));
  }

  @Test
  void nobodyJoinsBeforeTheCommit() {
    assertThat(Course.next(formed(5, SELF), SELF, NOT_JOINED, true))
        .isEqualTo(new Course.JoinSelf(5));
    assertThat(Course.next(formed(5, SELF), SELF, NOT_JOINED, false))
        .as("formed, and deposed since")
        .isEqualTo(new Course.JoinSelf(5));
  }

  @Test
  void whoHasJoinedWaits() {
    assertThat(Course.next(formed(5, SELF), SELF, OptionalLong.of(5), true))
        .isEqualTo(new Course.Wait());
  }

  @Test
  void anOlderIncarnationIsGivenUp() {
    assertThat(Course.next(formed(6, EARLIER_SELF), SELF, OptionalLong.of(5), true))
        .isEqualTo(new Course.Rebuild());
  }

  @Test
  void whoIsDownBeginsAnewAndWhoIsNotDoesNot() {
    assertThat(Course.next(formed(5, SELF, SELF), SELF, OptionalLong.of(5), true))
        .isEqualTo(new Course.Rebuild());
    assertThat(Course.next(formed(5, SELF, EARLIER_SELF), SELF, OptionalLong.of(5), false))
        .isEqualTo(new Course.Wait());
  }
}
