package io.luotsi.persistence.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets what leaders send into a group's log in turn. Ratis looks under a lock whether it may append
 * and appends without it, so that something else can come in between:
 *
 * <ul>
 *   <li>A snapshot. Installing one throws away what waits to be written, and whoever waits for that
 *       waits for ever: the member would answer heartbeats and take no entry until it is started
 *       anew. A member that wakes after its entries are gone finds both in its sockets. So a
 *       snapshot waits until all that was to be appended has been answered, and what comes
 *       meanwhile waits for the snapshot. What is in the log by then may be more than is in the
 *       snapshot ({@link SnapshotArrival}).
 *   <li>Entries of a newer leader's, which those of the older one would then overwrite.
 * </ul>
 *
 * <p>Entries that are sent again, by a leader that has connected anew, are in the log already and
 * would be answered at once, be they on the disk or not. So nothing is answered before what came
 * earlier. Ratis's own way to see to that (to chain appends to each other, its default) is not
 * used: it takes a request for one that is under way if it begins with the same entry, answers that
 * it has all of it, and leaves out what is behind; and after one that fails all others fail.
 *
 * <p>Heartbeats and votes change no log and wait for nobody.
 */
final class LogTurns {
  private static final Logger LOG = LoggerFactory.getLogger(LogTurns.class);

  /** A disk that takes longer for what waits is asked again; so long a leader's snapshot waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final RaftServer server;
  private final SnapshotArrival arrival;
  private final Map<RaftGroupId, Turns> groups = new ConcurrentHashMap<>();

  LogTurns(RaftServer server) {
    this.server = server;
    this.arrival = new SnapshotArrival(server, PATIENCE);
  }

  /**
   * @param request with entries
   */
  CompletableFuture<AppendEntriesReplyProto> append(AppendEntriesRequestProto request)
      throws IOException {
    return turns(request.getServerRequest()).append(request);
  }

  /**
   * @param request with a chunk
   */
  InstallSnapshotReplyProto install(InstallSnapshotRequestProto request) throws IOException {
    return turns(request.getServerRequest()).install(request);
  }

  private Turns turns(RaftRpcRequestProto request) {
    return groups.computeIfAbsent(PeerRequests.group(request), id -> new Turns());
  }

  /** Of one group. */
  private final class Turns {
    private final ReentrantLock turn = new ReentrantLock(true);

    /** What is being appended and was not answered yet. */
    private final Set<CompletableFuture<AppendEntriesReplyProto>> underWay =
        ConcurrentHashMap.newKeySet();

    CompletableFuture<AppendEntriesReplyProto> append(AppendEntriesRequestProto request)
        throws IOException {
      turn.lock();
      try {
        CompletableFuture<Void> earlier = allUnderWay();
        CompletableFuture<AppendEntriesReplyProto> reply =
            server.appendEntriesAsync(request).thenCombine(earlier, (own, done) -> own);
        underWay.add(reply);
        reply.whenComplete((done, failure) -> underWay.remove(reply));
        return reply;
      } finally {
        turn.unlock();
      }
    }

    private CompletableFuture<Void> allUnderWay() {
      return CompletableFuture.allOf(underWay.toArray(CompletableFuture<?>[]::new));
    }

    InstallSnapshotReplyProto install(InstallSnapshotRequestProto request) throws IOException {
      turn.lock();
      try {
        if (request.getSnapshotChunk().getRequestIndex() == 0) {
          arrival.begin(request);
        }
        if (request.getSnapshotChunk().getDone()) {
          awaitAppended();
          arrival.prepare(request);
        }
        return server.installSnapshot(request);
      } finally {
        turn.unlock();
      }
    }

    private void awaitAppended() throws IOException {
      CompletableFuture<Void> appends = allUnderWay();
      if (!appends.isDone()) {
        LOG.info("{}: a snapshot waits for what is being appended", server.getId());
        // what failed is not there, and in nobody's way
        arrival.await(appends.handle((done, failure) -> true));
      }
    }
  }
}
