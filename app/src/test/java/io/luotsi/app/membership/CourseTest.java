package io.luotsi.app.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.app.membership.Course.Others;
import io.luotsi.app.membership.Course.Own;
import io.luotsi.app.membership.Course.Stage;
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
  private static final Member PEER = new Member("pekko://luotsi@127.0.0.1:2", 20);
  private static final ClusterState NOTHING = new ClusterState(Optional.empty(), List.of());
  private static final Others NOBODY = new Others(Optional.empty(), true);
  private static final Others SOMEBODY = new Others(Optional.of(PEER), false);
  private static final Course WAIT = new Course.Wait();
  private static final Course ASK = new Course.Ask();

  private static ClusterState formed(long incarnation, Member by, Member... down) {
    return new ClusterState(Optional.of(new Formed(incarnation, by)), List.of(down));
  }

  private static Own outside() {
    return new Own(SELF, OptionalLong.empty(), Stage.OUTSIDE);
  }

  private static Own own(long joined, Stage stage) {
    return new Own(SELF, OptionalLong.of(joined), stage);
  }

  @Test
  void onlyTheLeaderFormsTheFirstIncarnationAndNeedNotAskWhoIsUpInNone() {
    assertThat(Course.next(NOTHING, outside(), true, Others.UNKNOWN)).isEqualTo(new Course.Form(0));
    assertThat(Course.next(NOTHING, outside(), false, NOBODY)).isEqualTo(WAIT);
  }

  @Test
  void whoIsOutsideAsksWhoeverLeads() {
    assertThat(Course.next(formed(4, PEER), outside(), true, Others.UNKNOWN)).isEqualTo(ASK);
    assertThat(Course.next(formed(4, PEER), outside(), false, Others.UNKNOWN)).isEqualTo(ASK);
  }

  @Test
  void somebodyWhoIsUpIsJoinedByTheLeaderToo() {
    Course join = new Course.Join(PEER, 4);
    assertThat(Course.next(formed(4, EARLIER_SELF), outside(), true, SOMEBODY)).isEqualTo(join);
    assertThat(Course.next(formed(4, PEER), outside(), false, SOMEBODY)).isEqualTo(join);
    assertThat(Course.next(formed(4, PEER), own(4, Stage.OUTSIDE), false, SOMEBODY))
        .as("asked before, and not let in")
        .isEqualTo(join);
  }

  @Test
  void whereNobodyIsUpTheLeaderFormsTheNextIncarnationAndTheOthersWaitForIt() {
    assertThat(Course.next(formed(4, EARLIER_SELF), outside(), true, NOBODY))
        .isEqualTo(new Course.Form(4));
    assertThat(Course.next(formed(4, PEER), own(4, Stage.OUTSIDE), true, NOBODY))
        .as("whoever was asked is gone")
        .isEqualTo(new Course.Form(4));
    assertThat(Course.next(formed(4, PEER), outside(), false, NOBODY)).isEqualTo(ASK);
  }

  @Test
  void nobodyJoinsBeforeTheCommitAndOnlyOnce() {
    Course joinSelf = new Course.JoinSelf(5);
    assertThat(Course.next(formed(5, SELF), outside(), true, Others.UNKNOWN)).isEqualTo(joinSelf);
    assertThat(Course.next(formed(5, SELF), outside(), false, NOBODY))
        .as("formed, and deposed since")
        .isEqualTo(joinSelf);
    assertThat(Course.next(formed(5, SELF), own(4, Stage.OUTSIDE), true, Others.UNKNOWN))
        .as("in vain asked to be let into the one before")
        .isEqualTo(joinSelf);
    assertThat(Course.next(formed(5, SELF), own(5, Stage.OUTSIDE), true, NOBODY)).isEqualTo(WAIT);
  }

  @Test
  void whoIsInWaits() {
    for (Others others : List.of(Others.UNKNOWN, NOBODY, SOMEBODY)) {
      assertThat(Course.next(formed(5, PEER), own(5, Stage.UP), true, others)).isEqualTo(WAIT);
      assertThat(Course.next(formed(5, PEER), own(5, Stage.LET_IN), false, others)).isEqualTo(WAIT);
    }
    assertThat(Course.next(formed(4, PEER), own(5, Stage.UP), false, NOBODY))
        .as("ahead of what this member knows of Raft")
        .isEqualTo(WAIT);
  }

  @Test
  void anOlderIncarnationIsGivenUpAtEveryStage() {
    for (Stage stage : Stage.values()) {
      assertThat(Course.next(formed(6, PEER), own(5, stage), true, SOMEBODY))
          .isInstanceOf(Course.Rebuild.class);
    }
  }

  @Test
  void whoTheOthersHaveForgottenBeginsAnew() {
    assertThat(Course.next(formed(5, PEER), own(5, Stage.FORGOTTEN), false, SOMEBODY))
        .isInstanceOf(Course.Rebuild.class);
  }

  @Test
  void whoIsDownBeginsAnewAtEveryStageAndWhoIsNotDoesNot() {
    for (Stage stage : Stage.values()) {
      assertThat(Course.next(formed(5, SELF, SELF), own(5, stage), true, Others.UNKNOWN))
          .isInstanceOf(Course.Rebuild.class);
    }
    assertThat(Course.next(formed(5, PEER, EARLIER_SELF), own(5, Stage.UP), false, Others.UNKNOWN))
        .isEqualTo(WAIT);
  }
}
