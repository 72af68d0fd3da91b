package io.luotsi.persistence.raft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.apache.ratis.protocol.RaftPeerId;

/**
 * Has the leaders of several groups be different members: what group 0's leader is to the first of
 * the members in order, the leader of group 1 is to be to the second, and so on around. Whoever
 * leads a group hands it over when it has seen the same for a while; group 0 itself is left alone.
 */
final class LeaderSpread implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /** What a look found; acted upon when the next one finds the same. */
  private record Seen(Optional<RaftPeerId> first, List<Leadership> own) {}

  private final List<RaftGroupMember> groups;
  private final Recurring looking;
  private volatile Seen last = new Seen(Optional.empty(), List.of());

  LeaderSpread(List<RaftGroupMember> groups, Executor threads) {
    this.groups = groups;
    this.looking = Recurring.on(threads, this::look, PAUSE);
  }

  /** Looks from now on. */
  void start() {
    looking.start(PAUSE);
  }

  private void look() {
    List<Leadership> own = new ArrayList<>();
    groups.forEach(group -> own.add(group.leadership()));
    Seen now = new Seen(groups.getFirst().leaderId(), own);
    if (now.first().isPresent() && now.equals(last)) {
      for (RaftGroupMember group : groups) {
        if (group.number() > 0 && group.leadership() instanceof Leadership.Ready) {
          place(group, now.first().get());
        }
      }
    }
    last = now;
  }

  private static void place(RaftGroupMember group, RaftPeerId first) {
    List<RaftPeerId> voters = group.voters();
    int at = voters.indexOf(first);
    if (at >= 0 && voters.size() > 1) {
      group.offer(voters.get((at + group.number()) % voters.size()));
    }
  }

  @Override
  public void close() {
    looking.close();
  }
}
