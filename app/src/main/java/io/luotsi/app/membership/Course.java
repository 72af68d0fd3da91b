package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState;
import java.util.OptionalLong;

/**
 * What a member does next about the Pekko cluster. Decided from what Raft says and what the member
 * has done so far, and from nothing else, so that it can be tested as a table.
 */
sealed interface Course {
  /** Wait for the next change. */
  record Wait() implements Course {}

  /** Propose the incarnation after {@code seen}. */
  record Form(long seen) implements Course {}

  /** Join oneself: the incarnation is one's own. */
  record JoinSelf(long incarnation) implements Course {}

  /** Give up this ActorSystem and begin another. */
  record Rebuild() implements Course {}

  /**
   * @param raft what group 0 has decided, as far as this member has applied it
   * @param self this ActorSystem
   * @param joined the incarnation this ActorSystem has joined; empty if none yet
   * @param leads whether this member is ready leader of group 0
   */
  static Course next(
      ClusterState raft, ClusterState.Member self, OptionalLong joined, boolean leads) {
    if (raft.isDown(self)) {
      return new Rebuild();
    }
    if (joined.isPresent()) {
      return joined.getAsLong() < raft.incarnation() ? new Rebuild() : new Wait();
    }
    if (raft.formed().filter(formed -> formed.by().equals(self)).isPresent()) {
      return new JoinSelf(raft.incarnation());
    }
    return leads ? new Form(raft.incarnation()) : new Wait();
  }
}
