package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Asks the other control-plane members how they stand, by a way that needs no membership of the
 * Pekko cluster.
 */
public interface Survey {
  /** For a member that has no others. */
  Survey NOBODY = () -> CompletableFuture.completedFuture(new Round(List.of(), true));

  /**
   * Asks all of them once.
   *
   * @return completes within a second at most, and never exceptionally
   */
  CompletionStage<Round> ask();

  /**
   * @param answers of those that answered, in no particular order
   * @param complete whether nothing is left open: who did not answer certainly does not run
   */
  record Round(List<Answer> answers, boolean complete) {
    public Round {
      answers = List.copyOf(answers);
    }
  }

  /**
   * @param name of the member
   * @param self its ActorSystem
   * @param up whether that is a member of the Pekko cluster
   * @param incarnation that it has joined, 0 if none
   * @param unreachable whom it, or another that it hears from, cannot reach
   * @param decided what it knows of Raft's decisions
   * @param applied how far in Raft's log that is
   */
  record Answer(
      String name,
      ClusterState.Member self,
      boolean up,
      long incarnation,
      Set<ClusterState.Member> unreachable,
      ClusterState decided,
      long applied) {
    public Answer {
      unreachable = Set.copyOf(unreachable);
    }

    /** Whether one may join the cluster that {@code decided} names through this member. */
    boolean isUpIn(ClusterState decided) {
      return up && incarnation == decided.incarnation() && !decided.isDown(self);
    }
  }
}
