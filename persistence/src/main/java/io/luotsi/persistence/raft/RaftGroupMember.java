package io.luotsi.persistence.raft;

import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.WriteFailure;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.jspecify.annotations.Nullable;

/** One group as this member takes part in it: its replica, its leadership, and a way to write. */
public final class RaftGroupMember {
  private final int number;
  private final RaftGroupId id;
  private final RaftServer server;
  private final GroupStateMachine stateMachine;
  private final Executor threads;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final ReadIndex readIndex;
  private final boolean alone;

  RaftGroupMember(
      int number,
      RaftGroupId id,
      RaftServer server,
      GroupStateMachine stateMachine,
      Executor threads) {
    this.number = number;
    this.id = id;
    this.server = server;
    this.stateMachine = stateMachine;
    this.threads = threads;
    this.readIndex = new ReadIndex(this::askReadIndex);
    this.alone = division().getGroup().getPeers().size() == 1;
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

  /** Whether this member is the whole group, so that nobody else can ever lead it. */
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
    return caughtUp()
        .handle(
            (done, failure) -> failure == null && leadership().equals(new Leadership.Ready(term)));
  }

  private CompletableFuture<Void> askReadIndex() {
    DivisionInfo info;
    try {
      info = server.getDivision(id).getInfo();
    } catch (IOException e) { // the member is closed
      return CompletableFuture.failedFuture(e);
    }
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
                ? CompletableFuture.<Void>completedFuture(null)
                : CompletableFuture.failedFuture(reply.getException()),
        threads);
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
    return submit(proposal, RaftClientRequest.writeRequestType())
        .handle((reply, failure) -> outcome(proposal, reply, failure))
        .thenCompose(outcome -> outcome);
  }

  private static CompletableFuture<Verdict> outcome(
      Proposal proposal, @Nullable RaftClientReply reply, @Nullable Throwable failure) {
    if (reply != null && reply.isSuccess()) {
      return CompletableFuture.completedFuture(Verdict.of(reply.getMessage()));
    }
    String why = String.valueOf(reply == null ? failure : reply.getException());
    return CompletableFuture.failedFuture(
        proposal.wasAppended() ? new WriteFailure.Unconfirmed(why) : new WriteFailure.NotDone(why));
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
        info.getLastAppliedIndex());
  }

  RaftServer.Division division() {
    try {
      return server.getDivision(id);
    } catch (IOException e) {
      throw new IllegalStateException("group " + number + " is not here", e);
    }
  }
}
