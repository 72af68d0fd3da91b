package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.Subscription;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Where a JVM learns what has been decided about the Pekko cluster, and proposes what is to be.
 * There is one, Raft; a JVM without Raft hears of it from those that have it.
 */
public interface Authority {
  /** What has been decided, as far as this JVM knows. */
  ClusterState decided();

  /**
   * Tells what has been decided at once, and whenever it changes, in order. The listener must only
   * pass the news on.
   */
  Subscription subscribe(Consumer<ClusterState> listener);

  /** Whether this JVM may propose, and knows all that was decided before. */
  boolean leads();

  /** Runs {@code listener} whenever {@link #leads} may have changed; it must only pass that on. */
  Subscription subscribeLeadership(Runnable listener);

  /**
   * Forms the next incarnation. Only for whoever leads.
   *
   * @param seen the newest incarnation that the proposer knows
   * @param by who will join itself
   * @return completes when it is decided, one way or the other; exceptionally if nobody knows
   */
  CompletionStage<Boolean> form(long seen, ClusterState.Member by);

  /**
   * Declares a member down, for good. Only for whoever leads.
   *
   * @return completes when it is decided; exceptionally if nobody knows
   */
  CompletionStage<Void> down(ClusterState.Member lost);
}
