package io.luotsi.persistence.raft;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexReplyProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps followers connected with each other, who have nothing to say until they elect one of them.
 * Ratis would connect them then: two TLS handshakes, of JVMs that seldom make one, before the first
 * vote is counted and again before the first entry of the term is sent.
 *
 * <p>What a follower is asked for is a read index, which it answers with "not the leader".
 */
final class PeerConnections implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PeerConnections.class);

  /** A start has more urgent things to do. */
  private static final Duration FIRST = Duration.ofSeconds(2);

  /** A connection that broke, or a peer that came, waits no longer than this. */
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final RaftServer server;
  private final RaftGroupId group;
  private final Recurring asking;

  /** One question at a time: a peer that is paused answers none. */
  private final Map<RaftPeerId, CompletableFuture<ReadIndexReplyProto>> asked =
      new ConcurrentHashMap<>();

  /**
   * @param group whose members are kept; the others have the same
   */
  PeerConnections(RaftServer server, RaftGroupId group, Executor threads) {
    this.server = server;
    this.group = group;
    this.asking = Recurring.on(threads, this::askAll, PAUSE);
  }

  void start() {
    asking.start(FIRST);
  }

  /**
   * @return what each was asked last
   */
  Map<RaftPeerId, CompletableFuture<ReadIndexReplyProto>> askAll() {
    try {
      RaftServer.Division division = server.getDivision(group);
      RaftPeerId leader = division.getInfo().getLeaderId();
      if (!division.getInfo().isFollower() || leader == null) {
        return Map.of();
      }
      for (RaftPeer peer : division.getRaftConf().getCurrentPeers()) {
        if (!peer.getId().equals(leader) && !peer.getId().equals(server.getId())) {
          asked.compute(peer.getId(), (id, last) -> last == null || last.isDone() ? ask(id) : last);
        }
      }
    } catch (IOException e) {
      LOG.debug("{} is closed", group, e);
    }
    return Map.copyOf(asked);
  }

  private CompletableFuture<ReadIndexReplyProto> ask(RaftPeerId peer) {
    ReadIndexRequestProto request =
        ReadIndexRequestProto.newBuilder()
            .setServerRequest(
                RaftRpcRequestProto.newBuilder()
                    .setRequestorId(server.getId().toByteString())
                    .setReplyId(peer.toByteString())
                    .setRaftGroupId(RaftGroupIdProto.newBuilder().setId(group.toByteString())))
            .build();
    try {
      return server.getServerRpc().async().readIndexAsync(request);
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  @Override
  public void close() {
    asking.close();
  }
}
