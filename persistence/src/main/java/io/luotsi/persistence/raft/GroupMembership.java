package io.luotsi.persistence.raft;

import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.proto.RaftProtos.ServerRpcProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.SetConfigurationRequest;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** Who takes part in one group, as this member sees it and, as its leader, changes it. */
final class GroupMembership {
  private final Peer self;
  private final RaftGroupId id;
  private static final long STEP_DOWN_MILLIS = 5_000;

  private final RaftServer server;
  private final Executor threads;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();

  GroupMembership(Peer self, RaftGroupId id, RaftServer server, Executor threads) {
    this.self = self;
    this.id = id;
    this.server = server;
    this.threads = threads;
  }

  /**
   * Whether this member is the whole group.
   *
   * @param before what is said if it is closed
   */
  boolean isAlone(boolean before) {
    try {
      Configuration now = Configuration.of(server.getDivision(id).getRaftConf());
      return !now.changing()
          && now.listeners().isEmpty()
          && now.voters().size() == 1
          && now.voter(self.id()).isPresent();
    } catch (IOException e) { // the member is closed
      return before;
    }
  }

  /** Who takes part, by the newest configuration in this member's log. */
  Configuration configuration() {
    return Configuration.of(division().getRaftConf());
  }

  /**
   * What a leader knows of its group; nothing of the others' progress elsewhere.
   *
   * @param enrolled who is to take part
   * @param elsewhere see {@link MembershipPlan.Situation}
   */
  MembershipPlan.Situation situation(List<Peer> enrolled, Set<String> elsewhere) {
    return new MembershipPlan.Situation(
        self.id(), configuration(), enrolled, progress(), elsewhere);
  }

  /** Ratis tells names and positions apart, both in the order in which it keeps the followers. */
  Map<String, MembershipPlan.Progress> progress() {
    DivisionInfo info = division().getInfo();
    long committed = division().getRaftLog().getLastCommittedIndex();
    List<ServerRpcProto> named = info.getRoleInfoProto().getLeaderInfo().getFollowerInfoList();
    long @Nullable [] matched = info.getFollowerMatchIndices();
    if (matched == null || matched.length != named.size()) {
      return Map.of(); // it does not lead, or begins or ceases to just now
    }
    Map<String, MembershipPlan.Progress> progress = new LinkedHashMap<>();
    for (int i = 0; i < matched.length; i++) {
      progress.put(
          named.get(i).getId().getId().toStringUtf8(),
          new MembershipPlan.Progress(
              Math.max(0, committed - matched[i]), named.get(i).getLastRpcElapsedTimeMs()));
    }
    return progress;
  }

  /**
   * Whether this member leads and sends its log to everybody who takes part. Ratis forgets those
   * who began to listen in this term as soon as another newcomer does not answer in time, and
   * remembers them only when it begins to lead again.
   */
  boolean isServingAll() {
    Configuration before = configuration();
    DivisionInfo info = division().getInfo();
    Set<String> served = new HashSet<>();
    info.getRoleInfoProto()
        .getLeaderInfo()
        .getFollowerInfoList()
        .forEach(follower -> served.add(follower.getId().getId().toStringUtf8()));
    served.add(self.id());
    // Read on both sides of the followers: one who comes or goes meanwhile is no reason.
    return !info.isLeader() || !configuration().equals(before) || served.containsAll(before.ids());
  }

  /** Has this member, if it leads, begin another term, or somebody else. */
  CompletionStage<Void> renewTerm() {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            client, server.getId(), id, calls.incrementAndGet(), null, STEP_DOWN_MILLIS);
    try {
      return server
          .transferLeadershipAsync(request)
          .<Void>handle((reply, failure) -> null); // who leads now is seen, not told
    } catch (IOException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Changes who takes part, if that still is as it was seen; only as the leader. A newcomer gets
   * the log first, which may take long; the group goes on meanwhile.
   *
   * @return completes when a majority has it; exceptionally if it was refused, a newcomer does not
   *     answer, or this member leads no longer, so that nobody knows
   */
  CompletionStage<Void> change(Configuration seen, Configuration wished) {
    SetConfigurationRequest request =
        new SetConfigurationRequest(
            client,
            server.getId(),
            id,
            calls.incrementAndGet(),
            SetConfigurationRequest.Arguments.newBuilder()
                .setMode(SetConfigurationRequest.Mode.COMPARE_AND_SET)
                .setServersInCurrentConf(raftPeers(seen.voters()))
                .setListenersInCurrentConf(raftPeers(seen.listeners()))
                .setServersInNewConf(raftPeers(withOwnAddress(wished.voters())))
                .setListenersInNewConf(raftPeers(wished.listeners()))
                .build());
    try {
      return server
          .setConfigurationAsync(request)
          .thenComposeAsync(
              reply ->
                  reply.isSuccess()
                      ? CompletableFuture.<Void>completedFuture(null)
                      : CompletableFuture.failedFuture(reply.getException()),
              threads);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static List<RaftPeer> raftPeers(List<Peer> peers) {
    return peers.stream().map(RaftMember::raftPeer).toList();
  }

  /** One that was a cluster by itself may have been given another port since it was founded. */
  private List<Peer> withOwnAddress(List<Peer> peers) {
    return peers.stream().map(peer -> peer.id().equals(self.id()) ? self : peer).toList();
  }

  private RaftServer.Division division() {
    try {
      return server.getDivision(id);
    } catch (IOException e) {
      throw new IllegalStateException("the group is not here", e);
    }
  }
}
