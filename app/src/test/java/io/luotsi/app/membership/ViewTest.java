package io.luotsi.app.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.ClusterState.Member;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ViewTest {
  private static final Member A = new Member("a", 1);
  private static final Member B = new Member("b", 2);
  private static final Member C = new Member("c", 3);
  private static final Member LATER_C = new Member("c", 4);

  private static Set<Member> unreachable(Member self, Map<Member, Set<Member>> silent) {
    return new View(Map.of(A, true, B, true, C, true), silent).unreachable(self);
  }

  @Test
  void whoeverIsSilentToAnybodyInReachIsUnreachable() {
    assertThat(unreachable(A, Map.of(C, Set.of(A)))).containsExactly(C);
    assertThat(unreachable(A, Map.of(C, Set.of(B)))).containsExactly(C);
    assertThat(unreachable(A, Map.of(B, Set.of(A), C, Set.of(A)))).containsExactlyInAnyOrder(B, C);
  }

  @Test
  void whoIsCutOffAccusesTheOthersInVain() {
    Map<Member, Set<Member>> cut = Map.of(A, Set.of(C), B, Set.of(C), C, Set.of(A, B));
    assertThat(unreachable(A, cut)).containsExactly(C);
    assertThat(unreachable(B, cut)).containsExactly(C);
    assertThat(unreachable(C, cut)).containsExactlyInAnyOrder(A, B);
  }

  @Test
  void ofTwoThatOnlyMissEachOtherOneIsGivenUp() {
    assertThat(unreachable(C, Map.of(A, Set.of(B), B, Set.of(A)))).containsExactly(A);
  }

  @Test
  void whoWasGivenUpIsLostUntilSomebodyIsUpInItsPlace() {
    ClusterState decided = new ClusterState(Optional.of(new ClusterState.Formed(1, A)), List.of(C));
    assertThat(new View(Map.of(A, true, C, true), Map.of()).lost(decided, Set.of()))
        .containsExactly("c");
    assertThat(new View(Map.of(A, true, LATER_C, false), Map.of()).lost(decided, Set.of()))
        .containsExactly("c");
    assertThat(new View(Map.of(A, true, LATER_C, true), Map.of()).lost(decided, Set.of()))
        .isEmpty();
    assertThat(new View(Map.of(A, true, LATER_C, true), Map.of()).lost(decided, Set.of(LATER_C)))
        .containsExactly("c");
  }

  @Test
  void whenAllHaveBeenStartedAnewNobodyIsLostForWhatWasDecidedBefore() {
    ClusterState decided = new ClusterState(Optional.of(new ClusterState.Formed(1, A)), List.of(C));
    assertThat(View.EMPTY.lost(decided, Set.of())).isEmpty();
    assertThat(new View(Map.of(A, false), Map.of()).lost(decided, Set.of())).isEmpty();
  }
}
