package io.luotsi.persistence.raft;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;

/**
 * What is seen to when a leader's snapshot arrives, before Ratis installs it.
 *
 * <p>Behind a snapshot that it has installed, Ratis takes the log to go on where the snapshot ends,
 * whatever the log holds. With entries beyond, of which a leader that has connected anew does not
 * know, the log's writer is given the wrong next one, and the member closes for good. So the log
 * has to end before the snapshot, or the snapshot is not installed:
 *
 * <ul>
 *   <li>A log that holds the snapshot's last entry, of the same term, has all that is in the
 *       snapshot (Raft's log matching). It is told that this is committed, and Ratis answers that
 *       the snapshot is installed already.
 *   <li>An entry of another term in that place is one that no majority has, and so is all behind
 *       it: they go.
 * </ul>
 *
 * <p>Ratis also leaves what has come of a snapshot whose leader died meanwhile where it is.
 */
final class SnapshotArrival {
  private final RaftServer server;
  private final Duration patience;

  /**
   * @param patience how long the log may take for each of these
   */
  SnapshotArrival(RaftServer server, Duration patience) {
    this.server = server;
    this.patience = patience;
  }

  /**
   * To be called with the snapshot's first chunk: whatever came of others will never be whole.
   *
   * @throws IOException if it cannot be removed
   */
  void begin(InstallSnapshotRequestProto request) throws IOException {
    ((GroupStateMachine) division(request).getStateMachine()).forgetReceived();
  }

  /**
   * To be called with the snapshot's last chunk, while nobody appends.
   *
   * @throws IOException if the log takes too long; a leader sends its snapshot again
   */
  void prepare(InstallSnapshotRequestProto request) throws IOException {
    RaftLog log = division(request).getRaftLog();
    TermIndex last = TermIndex.valueOf(request.getSnapshotChunk().getTermIndex());
    if (log.getLastCommittedIndex() >= last.getIndex() || !follow(request, log.contains(last))) {
      return; // Ratis refuses it for itself
    }
    TermIndex own = log.getTermIndex(last.getIndex());
    if (own != null && own.getTerm() != last.getTerm()) {
      await(log.truncate(last.getIndex()));
    }
    if (log.getNextIndex() > last.getIndex() && log.getLastCommittedIndex() < last.getIndex()) {
      throw new IOException("the log goes on behind the snapshot " + last);
    }
  }

  /**
   * Lets the sender be known as the leader, as its next heartbeat would.
   *
   * @param has whether the log holds the snapshot's last entry, which is committed
   * @return whether it leads
   */
  private boolean follow(InstallSnapshotRequestProto request, boolean has) throws IOException {
    AppendEntriesRequestProto.Builder heartbeat =
        AppendEntriesRequestProto.newBuilder()
            .setServerRequest(request.getServerRequest())
            .setLeaderTerm(request.getLeaderTerm())
            // who is not a voter yet is not to become one by this
            .setInitializing(true);
    if (has) {
      heartbeat
          .setPreviousLog(request.getSnapshotChunk().getTermIndex())
          .setLeaderCommit(request.getSnapshotChunk().getTermIndex().getIndex());
    }
    AppendEntriesReplyProto reply = await(server.appendEntriesAsync(heartbeat.build()));
    return reply.getResult() == AppendResult.SUCCESS;
  }

  private RaftServer.Division division(InstallSnapshotRequestProto request) throws IOException {
    return server.getDivision(PeerRequests.group(request.getServerRequest()));
  }

  /** Waits for what the log does. */
  <T> T await(CompletableFuture<T> done) throws IOException {
    try {
      return done.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException("the log takes too long to write what came before a snapshot", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("the server is closed");
    } catch (ExecutionException e) {
      throw new IOException("the log could not be written", e);
    }
  }
}
