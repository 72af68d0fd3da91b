package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterLog;
import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.Leadership;
import io.luotsi.persistence.raft.RaftGroupMember;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.Subscription;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The word of Raft's group 0, for a JVM that takes part in it. */
public final class RaftAuthority implements Authority {
  private final ClusterLog log;
  private final RaftGroupMember group;

  public RaftAuthority(RaftMember raft) {
    this.log = raft.clusterLog();
    this.group = raft.groups().getFirst();
  }

  @Override
  public ClusterState decided() {
    return log.value();
  }

  @Override
  public Subscription subscribe(Consumer<ClusterState> listener) {
    return log.subscribe(listener);
  }

  @Override
  public boolean leads() {
    return group.leadership() instanceof Leadership.Ready;
  }

  @Override
  public Subscription subscribeLeadership(Runnable listener) {
    return group.subscribe(leadership -> listener.run());
  }

  @Override
  public CompletionStage<Boolean> form(long seen, ClusterState.Member by) {
    return log.form(seen, by);
  }

  @Override
  public CompletionStage<Void> down(ClusterState.Member lost) {
    return log.down(lost);
  }
}
