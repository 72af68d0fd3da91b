package io.luotsi.persistence.raft;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What Raft decides about the Pekko cluster: who formed it, and who is down. Only the ready leader
 * of group 0 can propose; every member applies and hears of it.
 */
public final class ClusterLog {
  private final RaftGroupMember group;
  private final Executor threads;

  ClusterLog(RaftGroupMember group, Executor threads) {
    this.group = group;
    this.threads = threads;
  }

  /** As far as this member has applied it. */
  public ClusterState value() {
    return group.cluster().value();
  }

  /** Tells the present value at once and every later one, in order, on a thread of Raft's. */
  public Subscription subscribe(Consumer<ClusterState> listener) {
    return group.cluster().subscribe(listener);
  }

  /**
   * Forms the next incarnation.
   *
   * @param seen the incarnation that the proposer knows: compared, and set one higher
   * @param by who will join itself
   * @return whether it was formed; false if somebody else was first. Exceptionally {@link
   *     io.luotsi.persistence.registry.WriteFailure}
   */
  public CompletionStage<Boolean> form(long seen, ClusterState.Member by) {
    return group
        .propose(new Entry.Form(new ClusterState.Formed(seen + 1, by)))
        .thenApplyAsync(verdict -> verdict instanceof Verdict.Applied, threads);
  }

  /**
   * Declares a member down, for good.
   *
   * @return completes when it is decided; exceptionally with {@link
   *     io.luotsi.persistence.registry.WriteFailure}
   */
  public CompletionStage<Void> down(ClusterState.Member member) {
    return group.propose(new Entry.Down(member)).thenAcceptAsync(verdict -> {}, threads);
  }
}
