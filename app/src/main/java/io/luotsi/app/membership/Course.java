package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a member does next about the Pekko cluster. Decided from what Raft says, what the member has
 * done so far and what the others say, and from nothing else, so that it can be tested as a table.
 */
sealed interface Course {
  /** Wait for the next change. */
  record Wait() implements Course {}

  /** Ask the other members who is up. */
  record Ask() implements Course {}

  /** Propose the incarnation after {@code seen}. */
  record Form(long seen) implements Course {}

  /** Join oneself: the incarnation is one's own. */
  record JoinSelf(long incarnation) implements Course {}

  /** Ask to be let in by somebody who is up in the newest incarnation. */
  record Join(ClusterState.Member through, long incarnation) implements Course {}

  /** Give up this ActorSystem and begin another. */
  record Rebuild(String why) implements Course {}

  /** How far an ActorSystem has come. */
  enum Stage {
    /** Nobody has let it in. */
    OUTSIDE,
    /** Let in, and not yet Up: the others have to agree first. */
    LET_IN,
    UP,
    /** Let in so long ago that those who should agree do not know of it. */
    FORGOTTEN
  }

  /**
   * @param self this ActorSystem
   * @param joined the incarnation that it has joined, or asked to join; empty if none yet
   */
  record Own(ClusterState.Member self, OptionalLong joined, Stage stage) {}

  /**
   * What is known about the others at this moment.
   *
   * @param up somebody who is up in the newest incarnation
   * @param nobody whether it has been found out that nobody is
   */
  record Others(Optional<ClusterState.Member> up, boolean nobody) {
    /** They have not been asked. */
    static final Others UNKNOWN = new Others(Optional.empty(), false);
  }

  /**
   * @param decided what Raft has decided, as far as this member knows
   * @param leads whether this member is ready leader of group 0
   */
  static Course next(ClusterState decided, Own own, boolean leads, Others others) {
    if (decided.isDown(own.self())) {
      return new Rebuild("Raft has declared this ActorSystem down");
    }
    return switch (own.stage()) {
      case UP, LET_IN -> isOlder(decided, own) ? older() : new Wait();
      case FORGOTTEN -> new Rebuild("the others do not know this ActorSystem");
      case OUTSIDE -> outside(decided, own, leads, others);
    };
  }

  private static boolean isOlder(ClusterState decided, Own own) {
    return own.joined().orElse(Long.MAX_VALUE) < decided.incarnation();
  }

  private static Course older() {
    return new Rebuild("this ActorSystem belongs to an older incarnation of the cluster");
  }

  private static Course outside(ClusterState decided, Own own, boolean leads, Others others) {
    long newest = decided.incarnation();
    if (decided.formed().filter(formed -> formed.by().equals(own.self())).isPresent()) {
      return own.joined().equals(OptionalLong.of(newest)) ? new Wait() : new JoinSelf(newest);
    }
    if (isOlder(decided, own)) {
      return older(); // whoever was asked may still let it in
    }
    if (newest == 0) {
      return leads ? new Form(0) : new Wait();
    }
    if (others.up().isPresent()) {
      return new Join(others.up().get(), newest);
    }
    return leads && others.nobody() ? new Form(newest) : new Ask();
  }
}
