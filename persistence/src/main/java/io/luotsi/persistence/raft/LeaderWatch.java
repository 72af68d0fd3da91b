package io.luotsi.persistence.raft;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.io.grpc.Attributes;
import org.apache.ratis.thirdparty.io.grpc.ServerTransportFilter;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that the leader's process has ended, so that an election need not wait for its silence.
 *
 * <p>The kernel closes the connections of a process that ends, however it ends. When one to this
 * member is closed, and the leader's port then refuses a connection, nobody is there who could be a
 * leader, and this member asks for votes. Whatever else there may be (a host that is gone, a paused
 * process, a cut cable) shows itself by silence, and the election time-out deals with it. Elections
 * are safe at any time: should this be mistaken, a leader is replaced that need not have been.
 */
final class LeaderWatch extends ServerTransportFilter {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);

  /** A process that ends closes its port and its connections in an order of its own. */
  private static final List<Long> LOOKS_MILLIS = List.of(0L, 20L, 80L);

  private static final int CONNECT_MILLIS = 100;

  /** Members ask one after another, lest their votes be split. */
  private static final long TURN_MILLIS = 60;

  /** How long another member's election is waited for. */
  private static final long OTHERS_MILLIS = 150;

  private static final int MOST_TURNS = 4;

  /** One that is mistaken again and again must not keep a group from having a leader. */
  private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Executor threads;
  private final AtomicReference<@Nullable RaftServer> watched = new AtomicReference<>();
  private final Map<RaftGroupId, Long> restingSince = new ConcurrentHashMap<>();

  LeaderWatch(Executor threads) {
    this.threads = threads;
  }

  /** Begins with a server that this is a filter of. */
  void watch(RaftServer server) {
    watched.set(server);
  }

  /**
   * @param attributes null of a connection that never was one: whoever cannot show that it is a
   *     peer makes nobody look
   */
  @Override
  public void transportTerminated(@Nullable Attributes attributes) {
    RaftServer server = watched.get();
    if (server != null && attributes != null) {
      for (long millis : LOOKS_MILLIS) {
        later(millis, () -> server.getGroupIds().forEach(group -> look(server, group)));
      }
    }
  }

  private void later(long millis, Runnable task) {
    CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, threads).execute(task);
  }

  private void look(RaftServer server, RaftGroupId group) {
    try {
      RaftServer.Division division = server.getDivision(group);
      DivisionInfo info = division.getInfo();
      RaftPeerId leader = info.getLeaderId();
      if (!info.isFollower() || leader == null) {
        return;
      }
      RaftPeer peer = division.getRaftConf().getPeer(leader);
      if (peer != null && isGone(peer) && !rests(group)) {
        long turn = turn(division, leader);
        LOG.info("{}: leader {} is gone, and it is turn {} to ask for votes", group, leader, turn);
        take(new Vacancy(server, group, leader), info.getCurrentTerm(), turn * TURN_MILLIS, 1);
      }
    } catch (IOException e) {
      LOG.debug("{} is closed", group, e);
    }
  }

  /** Whether nobody listens there, on a host that says so. */
  private static boolean isGone(RaftPeer peer) {
    int colon = peer.getAddress().lastIndexOf(':');
    String host = peer.getAddress().substring(0, colon);
    int port = Integer.parseInt(peer.getAddress().substring(colon + 1));
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
      return false;
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean rests(RaftGroupId group) {
    long now = System.nanoTime();
    long since =
        restingSince.merge(group, now, (last, next) -> next - last > REST_NANOS ? next : last);
    return since != now;
  }

  /** This member's place among those who may follow a leader. */
  private static long turn(RaftServer.Division division, RaftPeerId leader) {
    return division.getRaftConf().getCurrentPeers().stream()
        .map(peer -> peer.getId().toString())
        .filter(id -> !id.equals(leader.toString()))
        .sorted(Comparator.naturalOrder())
        .takeWhile(id -> !id.equals(division.getId().toString()))
        .count();
  }

  /** A group whose leader is gone. */
  private record Vacancy(RaftServer server, RaftGroupId group, RaftPeerId leader) {}

  private void take(Vacancy vacancy, long seenTerm, long millis, int turns) {
    later(
        millis,
        () -> {
          try {
            DivisionInfo info = vacancy.server().getDivision(vacancy.group()).getInfo();
            RaftPeerId known = info.getLeaderId();
            if (!info.isFollower() || (known != null && !known.equals(vacancy.leader()))) {
              return;
            }
            if (info.getCurrentTerm() == seenTerm) {
              askForVotes(vacancy, seenTerm);
            } else if (turns < MOST_TURNS) { // another member has asked
              take(vacancy, info.getCurrentTerm(), OTHERS_MILLIS, turns + 1);
            }
          } catch (IOException e) {
            LOG.info("{}: no election: {}", vacancy.group(), e.toString());
          }
        });
  }

  /** Says to this member's own server what a leader says that wants it to take over. */
  private static void askForVotes(Vacancy vacancy, long term) throws IOException {
    RaftServer server = Objects.requireNonNull(vacancy.server());
    server.startLeaderElection(
        StartLeaderElectionRequestProto.newBuilder()
            .setServerRequest(
                RaftRpcRequestProto.newBuilder()
                    .setRequestorId(vacancy.leader().toByteString())
                    .setReplyId(server.getId().toByteString())
                    .setRaftGroupId(
                        RaftGroupIdProto.newBuilder().setId(vacancy.group().toByteString())))
            // No log of this term is shorter; with one that ends before it, the time-out decides.
            .setLeaderLastEntry(TermIndexProto.newBuilder().setTerm(term).setIndex(0))
            .build());
  }
}
