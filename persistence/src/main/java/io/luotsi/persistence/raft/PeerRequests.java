package io.luotsi.persistence.raft;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexReplyProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/**
 * Stands between what peers ask of a member and Ratis's server: what leaders send into a log comes
 * in {@link LogTurns}, and a read index that a peer asks for is answered once {@link LeaderRounds}
 * are sure of it. All else passes.
 */
final class PeerRequests implements InvocationHandler {
  private final RaftServer server;
  private final LeaderRounds rounds;
  private final LogTurns turns;

  private PeerRequests(RaftServer server, LeaderRounds rounds) {
    this.server = server;
    this.rounds = rounds;
    this.turns = new LogTurns(server);
  }

  /** What peers are to call in the place of a server. */
  static RaftServer before(RaftServer server, LeaderRounds rounds) {
    return (RaftServer)
        Proxy.newProxyInstance(
            RaftServer.class.getClassLoader(),
            new Class<?>[] {RaftServer.class},
            new PeerRequests(server, rounds));
  }

  static RaftGroupId group(RaftRpcRequestProto request) {
    return RaftGroupId.valueOf(request.getRaftGroupId().getId());
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    Object first = arguments == null || arguments.length != 1 ? method : arguments[0];
    if (first instanceof AppendEntriesRequestProto append
        && append.getEntriesCount() > 0
        && method.getName().equals("appendEntriesAsync")) {
      return turns.append(append);
    }
    if (first instanceof InstallSnapshotRequestProto install && install.hasSnapshotChunk()) {
      return turns.install(install);
    }
    if (first instanceof ReadIndexRequestProto read && method.getName().equals("readIndexAsync")) {
      return readIndex(read);
    }
    try {
      return method.invoke(server, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /** What this leader's index is, once it is sure that it led when it looked. */
  private CompletableFuture<ReadIndexReplyProto> readIndex(ReadIndexRequestProto request)
      throws IOException {
    RaftServer.Division division = server.getDivision(group(request.getServerRequest()));
    return server
        .readIndexAsync(request)
        .thenCompose(
            reply ->
                reply.getServerReply().getSuccess()
                    ? rounds.confirm(division).thenApply(sure -> reply)
                    : CompletableFuture.completedFuture(reply));
  }
}
