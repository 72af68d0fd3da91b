package io.luotsi.persistence.raft;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.grpc.server.GrpcLogAppender;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.raftlog.RaftLogIOException;
import org.jspecify.annotations.Nullable;

/**
 * Ratis's sender of a leader's entries to one follower, which does not wait for the next entries or
 * the next heartbeat with two things. It tells of a commit as soon as that is known: those who read
 * or watch at the follower wait for it. And it asks whether the follower still takes it for the
 * leader, when a round of {@link LeaderRounds} begins.
 */
final class PromptAppender extends GrpcLogAppender {
  private static final long NOTHING = -1;

  /** Call id from which on a request answers who asked last; {@link #NOTHING} if one is made. */
  private final AtomicLong asked = new AtomicLong(NOTHING);

  /** The last commit that the follower has been sent and could use; the appender's thread's. */
  private long told = RaftLog.INVALID_LOG_INDEX;

  PromptAppender(
      RaftServer.Division server, LeaderState leader, FollowerInfo follower, LeaderRounds rounds) {
    super(server, LeaderRounds.answeringTo(rounds, leader), follower);
    rounds.add(this);
  }

  /**
   * Sends a heartbeat as soon as may be.
   *
   * @return the least call id of a request that is made after this was called
   */
  long ask() {
    long next = getCallId();
    asked.accumulateAndGet(next, Math::max);
    notifyLogAppender();
    return next;
  }

  @Override
  public boolean shouldSendAppendEntries() {
    return asked.get() != NOTHING || super.shouldSendAppendEntries();
  }

  @Override
  public @Nullable AppendEntriesRequestProto newAppendEntriesRequest(long callId, boolean heartbeat)
      throws RaftLogIOException {
    long wanted = asked.get();
    boolean answers = wanted != NOTHING && callId >= wanted;
    if (answers) {
      asked.compareAndSet(wanted, NOTHING); // unless somebody has asked meanwhile
    }
    AppendEntriesRequestProto request = super.newAppendEntriesRequest(callId, heartbeat || answers);
    if (request == null && hasNews()) {
      request = super.newAppendEntriesRequest(callId, true);
    }
    if (request != null && request.hasPreviousLog()) {
      told = request.getLeaderCommit();
    }
    return request;
  }

  /**
   * Beside entries that are not answered yet a heartbeat would commit nothing, and their answer
   * wakes. What should be sent and is nothing else is a heartbeat: without one, Ratis would ask
   * again and again who is not there.
   */
  private boolean hasNews() {
    return !hasPendingDataRequests()
        && (getRaftLog().getLastCommittedIndex() > told || shouldSendAppendEntries());
  }
}
