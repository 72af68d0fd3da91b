package io.luotsi.persistence.raft;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftConfiguration;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Rounds in which a leader makes sure that a majority still takes it for the leader, before what it
 * knows is called current. Ratis's own round is left out for an index for which there has been one
 * already: until the next write, a leader that others have replaced would go on to answer.
 *
 * @see "Ongaro, Consensus: Bridging Theory and Practice, section 6.4"
 */
final class LeaderRounds {
  private final Map<RaftGroupId, Map<RaftPeerId, PromptAppender>> appenders =
      new ConcurrentHashMap<>();
  private final Map<RaftGroupId, Set<Round>> underWay = new ConcurrentHashMap<>();

  /** What it asked of whom, and who has answered. */
  private static final class Round {
    final long term;
    final CompletableFuture<Void> done = new CompletableFuture<>();
    private final Map<LogAppender, Long> asked = new ConcurrentHashMap<>();
    private final Set<RaftPeerId> acknowledged = ConcurrentHashMap.newKeySet();

    Round(long term) {
      this.term = term;
    }

    void ask(PromptAppender appender) {
      asked.put(appender, appender.ask());
    }

    void answered(LogAppender appender, long callId) {
      Long least = asked.get(appender);
      if (least != null && appender.getCallIdComparator().compare(callId, least) >= 0) {
        acknowledged.add(appender.getFollowerId());
      }
    }

    boolean isMajority(RaftPeerId self, RaftConfiguration configuration) {
      Set<RaftPeerId> sure = new HashSet<>(acknowledged);
      sure.add(self);
      return isMajority(configuration.getCurrentPeers(), sure)
          && isMajority(configuration.getPreviousPeers(), sure);
    }

    /** Of none, when no change of members is under way, nobody is needed. */
    private static boolean isMajority(Collection<RaftPeer> peers, Set<RaftPeerId> sure) {
      long count = peers.stream().filter(peer -> sure.contains(peer.getId())).count();
      return peers.isEmpty() || 2 * count > peers.size();
    }
  }

  void add(PromptAppender appender) {
    RaftGroupId group = appender.getServer().getGroup().getGroupId();
    appenders
        .computeIfAbsent(group, id -> new ConcurrentHashMap<>())
        .put(appender.getFollowerId(), appender);
    rounds(group).forEach(round -> round.ask(appender));
  }

  private Set<Round> rounds(RaftGroupId group) {
    return underWay.computeIfAbsent(group, id -> ConcurrentHashMap.newKeySet());
  }

  /**
   * Completes when a majority has answered something that was sent after this was called, within
   * one term.
   *
   * @return completes exceptionally if the division does not lead, or no majority answers in time
   */
  CompletableFuture<Void> confirm(RaftServer.Division division) {
    long term = division.getInfo().getCurrentTerm();
    if (!division.getInfo().isLeader()) {
      return CompletableFuture.failedFuture(new IOException("this member does not lead"));
    }
    RaftGroupId group = division.getGroup().getGroupId();
    Round round = new Round(term);
    rounds(group).add(round);
    appenders.getOrDefault(group, Map.of()).values().forEach(round::ask);
    settle(round, division);
    return round
        .done
        .orTimeout(RatisSettings.READ_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete((done, failure) -> rounds(group).remove(round));
  }

  private static void settle(Round round, RaftServer.Division division) {
    if (!round.isMajority(division.getId(), division.getRaftConf())) {
      return;
    }
    if (division.getInfo().isLeader() && division.getInfo().getCurrentTerm() == round.term) {
      round.done.complete(null);
    } else {
      round.done.completeExceptionally(new IOException("this member does not lead any more"));
    }
  }

  /** Passes all on to {@code leader}, and is told of answers. */
  static LeaderState answeringTo(LeaderRounds rounds, LeaderState leader) {
    return (LeaderState)
        Proxy.newProxyInstance(
            LeaderState.class.getClassLoader(),
            new Class<?>[] {LeaderState.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("onAppendEntriesReply")) {
                rounds.answered((LogAppender) arguments[0], (AppendEntriesReplyProto) arguments[1]);
              }
              try {
                return method.invoke(leader, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }

  private void answered(LogAppender appender, AppendEntriesReplyProto reply) {
    RaftServer.Division division = appender.getServer();
    for (Round round : rounds(division.getGroup().getGroupId())) {
      if (reply.getServerReply().getSuccess() && reply.getTerm() == round.term) {
        round.answered(appender, reply.getServerReply().getCallId());
        settle(round, division);
      }
    }
  }
}
