package io.luotsi.persistence.raft;

import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.WriteFailure;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.ratis.proto.RaftProtos.CommitInfoProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** One group as this member takes part in it: its replica, its leadership, and a way to write. */
public final class RaftGroupMember {
  /** Followers hear of their leader, and answer, several times in this. */
  private static final long SILENT_MILLIS = MembershipPlan.SILENT_MILLIS;

  private static final long HAND_OVER_MILLIS = 500;

  /** How long a hand-over waits for verdicts; a group without a majority gives none. */
  private static final long SETTLE_MILLIS = 200;

  private final int number;
  private final GroupMembership membership;
  private final RaftGroupId id;
  private final RaftServer server;
  private final LeaderRounds rounds;
  private final GroupStateMachine stateMachine;
  private final Executor threads;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final ReadIndex readIndex;
  private final ProposalGate gate = new ProposalGate();
  private volatile boolean alone;

  RaftGroupMember(
      int number,
      Peer self,
      RaftGroupId id,
      RaftServer server,
      LeaderRounds rounds,
      GroupStateMachine stateMachine,
      Executor threads) {
    this.number = number;
    this.membership = new GroupMembership(self, id, server, threads);
    this.id = id;
    this.server = server;
    this.rounds = rounds;
    this.stateMachine = stateMachine;
    this.threads = threads;
    this.readIndex = new ReadIndex(this::askReadIndex);
    stateMachine.configurations().subscribe(index -> alone = membership.isAlone(alone));
  }

  public int number() {
    return number;
  }

  /** What this member knows; see {@link #caughtUp}. */
  public Replica replica() {
    return stateMachine.replica();
  }

  public Leadership leadership() {
    return stateMachine.leadership().value();
  }

  /**
   * Tells the present leadership at once and every change after it, in order. The listener runs on
   * a thread of Raft's: it must only pass the news on.
   */
  public Subscription subscribe(Consumer<Leadership> listener) {
    return stateMachine.leadership().subscribe(listener);
  }

  /** Whether this member is the whole group now, so that nobody else can lead it. */
  public boolean isAlone() {
    return alone;
  }

  /** Who leads, as far as this member knows. */
  public Leader leader() {
    RaftPeerId known;
    try {
      known = server.getDivision(id).getInfo().getLeaderId();
    } catch (IOException e) { // the member is closed
      return new Leader.Unknown();
    }
    if (known == null) {
      return new Leader.Unknown();
    }
    return known.equals(server.getId())
        ? new Leader.Here()
        : new Leader.Elsewhere(MemberIdentity.nameOf(known.toString()));
  }

  /** Runs {@code listener} whenever {@link #leader} may have changed; it must only pass that on. */
  public Subscription subscribeLeader(Runnable listener) {
    return stateMachine.leader().subscribe(known -> listener.run());
  }

  CompletionStage<String> broken() {
    return stateMachine.broken();
  }

  void expectClose() {
    stateMachine.expectClose();
  }

  Observable<ClusterState> cluster() {
    return stateMachine.cluster();
  }

  /**
   * Completes when the replica has everything that was committed before this was called; all who
   * wait share one round of the leader's. Completes exceptionally if no leader answered.
   */
  public CompletionStage<Void> caughtUp() {
    return readIndex.caughtUp();
  }

  /** Whether this member has led without interruption since {@code term}, by a leader's round. */
  public CompletionStage<Boolean> stillLeads(long term) {
    return caughtUp().handle((done, failure) -> failure == null && stateMachine.leadsIn(term));
  }

  /**
   * Has another member lead, if this one does and there is one that can: the one whose log is the
   * longest among those who answer.
   *
   * @return completes when another leads, or nobody can or would
   */
  CompletionStage<Void> handOver() {
    RaftServer.Division division = division();
    if (alone || !division.getInfo().isLeader()) {
      return CompletableFuture.completedFuture(null);
    }
    Map<RaftPeerId, Long> committed = new HashMap<>();
    for (CommitInfoProto commit : division.getCommitInfos()) {
      committed.put(RaftPeerId.valueOf(commit.getServer().getId()), commit.getCommitIndex());
    }
    Comparator<RaftPeerId> longest =
        Comparator.comparing(peer -> committed.getOrDefault(peer, -1L), Comparator.reverseOrder());
    List<RaftPeerId> successors =
        division.getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
            .filter(follower -> follower.getLastRpcElapsedTimeMs() < SILENT_MILLIS)
            .map(follower -> RaftPeerId.valueOf(follower.getId().getId()))
            .filter(peer -> division.getRaftConf().getPeer(peer) != null)
            .sorted(longest)
            .toList();
    CompletableFuture<Void> handedOver = CompletableFuture.completedFuture(null);
    for (RaftPeerId successor : successors) {
      handedOver = handedOver.thenComposeAsync(done -> handOver(successor), threads);
    }
    return handedOver;
  }

  /** Who takes part, by the newest configuration in this member's log. */
  Configuration configuration() {
    return membership.configuration();
  }

  /** The way to change that. */
  GroupMembership membership() {
    return membership;
  }

  /** Peer id of the leader, as far as this member knows. */
  Optional<RaftPeerId> leaderId() {
    return Optional.ofNullable(division().getInfo().getLeaderId());
  }

  /** Those who elect, in order of their ids. */
  List<RaftPeerId> voters() {
    return division().getRaftConf().getCurrentPeers().stream()
        .map(RaftPeer::getId)
        .sorted(Comparator.comparing(RaftPeerId::toString))
        .toList();
  }

  /** Has a member lead that answers, if this one does. */
  void offer(RaftPeerId successor) {
    boolean answers =
        division().getInfo().getRoleInfoProto().getLeaderInfo().getFollowerInfoList().stream()
            .anyMatch(
                follower ->
                    RaftPeerId.valueOf(follower.getId().getId()).equals(successor)
                        && follower.getLastRpcElapsedTimeMs() < SILENT_MILLIS);
    if (answers) {
      handOver(successor);
    }
  }

  /**
   * Does nothing if another leads already. New proposals wait until this member does not lead, so
   * that whoever made them hears of it before the successor does, or until it is to lead on.
   */
  private CompletableFuture<Void> handOver(RaftPeerId successor) {
    if (!division().getInfo().isLeader()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> settled = gate.shut();
    Subscription deposition =
        subscribe(
            leadership -> {
              if (leadership instanceof Leadership.None) {
                gate.open();
              }
            });
    return settled
        .completeOnTimeout(null, SETTLE_MILLIS, TimeUnit.MILLISECONDS)
        .thenComposeAsync(done -> transfer(successor), threads)
        .whenComplete(
            (done, failure) -> {
              deposition.close();
              gate.open();
            });
  }

  private CompletableFuture<Void> transfer(RaftPeerId successor) {
    TransferLeadershipRequest request =
        new TransferLeadershipRequest(
            client, server.getId(), id, calls.incrementAndGet(), successor, HAND_OVER_MILLIS);
    try {
      return server
          .transferLeadershipAsync(request)
          .<Void>handle((reply, failure) -> null); // who leads now is seen, not told
    } catch (IOException e) {
      return CompletableFuture.completedFuture(null);
    }
  }

  private CompletableFuture<Void> askReadIndex() {
    RaftServer.Division division;
    try {
      division = server.getDivision(id);
    } catch (IOException e) { // the member is closed
      return CompletableFuture.failedFuture(e);
    }
    DivisionInfo info = division.getInfo();
    long term = info.getCurrentTerm();
    boolean follows = info.isFollower() || info.isListener();
    if (info.isLeader() && !info.isLeaderReady()) {
      // The only member of a group would answer itself before it has applied what it recovered.
      return CompletableFuture.failedFuture(new IOException("the leader is not ready yet"));
    }
    CompletableFuture<RaftClientReply> asked =
        submit(Message.EMPTY, RaftClientRequest.readRequestType());
    if (!alone) {
      asked.orTimeout(RatisSettings.READ_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    }
    return asked.thenComposeAsync(
        reply ->
            reply.isSuccess()
                ? sure(division, follows, term)
                : CompletableFuture.failedFuture(reply.getException()),
        threads);
  }

  /**
   * Ratis has given the index of whoever led when it looked, which may have been this member, and
   * may have been in error.
   *
   * @param followed before it looked, in {@code term}: then, with the same now, another was asked,
   *     who has made sure
   */
  private CompletableFuture<Void> sure(RaftServer.Division division, boolean followed, long term) {
    DivisionInfo now = division.getInfo();
    boolean follows = now.isFollower() || now.isListener();
    return followed && follows && now.getCurrentTerm() == term
        ? CompletableFuture.completedFuture(null)
        : rounds.confirm(division);
  }

  /**
   * Puts an entry into the log.
   *
   * @return the state machine's verdict; or, exceptionally, {@link WriteFailure.NotDone} if the
   *     entry certainly never got into the log, {@link WriteFailure.Unconfirmed} if nobody knows.
   *     Completes on a thread of the server's: pass it on
   */
  CompletionStage<Verdict> propose(Entry entry) {
    Proposal proposal = new Proposal(entry);
    if (proposal.getContent().size() > RatisSettings.MAX_ENTRY_BYTES) {
      return CompletableFuture.failedFuture(
          new WriteFailure.NotDone("an entry of " + proposal.getContent().size() + " bytes"));
    }
    return gate.pass(() -> submit(proposal, RaftClientRequest.writeRequestType()))
        .handle((reply, failure) -> outcome(proposal, reply, failure))
        .thenCompose(outcome -> outcome);
  }

  private static CompletableFuture<Verdict> outcome(
      Proposal proposal, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
    if (reply != null && reply.isSuccess()) {
      return CompletableFuture.completedFuture(Verdict.of(reply.getMessage()));
    }
    String why = String.valueOf(reply == null ? failure : reply.getException());
    return CompletableFuture.failedFuture(proposal.unanswered(why));
  }

  /**
   * Hands a request to the server, which may make its caller wait. The reply comes on a thread of
   * the server's, which must be left at once: Ratis completes reads on its applying thread with a
   * lock in hand, where whoever asked again would wait for itself.
   */
  private CompletableFuture<RaftClientReply> submit(Message message, RaftClientRequest.Type type) {
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(server.getId())
            .setGroupId(id)
            .setCallId(calls.incrementAndGet())
            .setMessage(message)
            .setType(type)
            .build();
    CompletableFuture<RaftClientReply> reply = new CompletableFuture<>();
    threads.execute(() -> submit(request, reply));
    return reply;
  }

  private void submit(RaftClientRequest request, CompletableFuture<RaftClientReply> reply) {
    try {
      server
          .submitClientRequestAsync(request)
          .whenComplete((received, failure) -> complete(reply, received, failure));
    } catch (IOException | RuntimeException e) {
      reply.completeExceptionally(e);
    }
  }

  private static void complete(
      CompletableFuture<RaftClientReply> reply,
      @Nullable RaftClientReply received,
      @Nullable Throwable failure) {
    if (received != null) {
      reply.complete(received);
    } else {
      reply.completeExceptionally(
          failure != null ? failure : new IOException("the server gave no reply"));
    }
  }

  public GroupStatus status() {
    RaftServer.Division division = division();
    DivisionInfo info = division.getInfo();
    RaftPeerId leader = info.getLeaderId();
    return new GroupStatus(
        number,
        info.getCurrentRole().name().toLowerCase(Locale.ROOT),
        leader == null ? "" : leader.toString(),
        info.getCurrentTerm(),
        division.getRaftLog().getLastCommittedIndex(),
        info.getLastAppliedIndex(),
        followers(),
        ids(configuration().voters()),
        ids(configuration().listeners()));
  }

  private List<GroupStatus.Follower> followers() {
    return membership.progress().entrySet().stream()
        .map(entry -> new GroupStatus.Follower(entry.getKey(), entry.getValue().lag()))
        .toList();
  }

  private static List<String> ids(List<Peer> peers) {
    return peers.stream().map(Peer::id).toList();
  }

  RaftServer.Division division() {
    try {
      return server.getDivision(id);
    } catch (IOException e) {
      throw new IllegalStateException("group " + number + " is not here", e);
    }
  }
}
