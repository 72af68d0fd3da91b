package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import io.luotsi.persistence.registry.Replica;
import java.io.IOException;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.util.LifeCycle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a group's committed entries into the member's replica, and says by value what became of
 * each. One thread applies; nothing here waits or throws, however odd an entry is, because Ratis
 * closes the server when apply throws, on every member and at every restart.
 *
 * <p>Fencing: a batch counts only if the term in which its registry recovered is the entry's own,
 * and its first version is the resource's next. So a deposed registry can never succeed beside a
 * new one, whatever the cluster believes about itself.
 */
final class GroupStateMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(GroupStateMachine.class);

  private final Replica replica;
  private final GroupSnapshots snapshots;
  private final Observable<Leadership> leadership = new Observable<>(Leadership.NONE);
  private final Observable<ClusterState> cluster = new Observable<>(ClusterState.NONE);
  private final Observable<Optional<String>> leader = new Observable<>(Optional.empty());
  private final CompletableFuture<String> broken = new CompletableFuture<>();
  private volatile boolean closeExpected;
  private volatile long configurationTerm;

  GroupStateMachine(Replica replica, SnapshotPolicy policy) {
    this.replica = replica;
    this.snapshots = new GroupSnapshots(policy);
  }

  Replica replica() {
    return replica;
  }

  Observable<Leadership> leadership() {
    return leadership;
  }

  Observable<ClusterState> cluster() {
    return cluster;
  }

  /** Peer id of the last leader that was heard of; it may be gone. */
  Observable<Optional<String>> leader() {
    return leader;
  }

  @Override
  public void initialize(RaftServer raftServer, RaftGroupId raftGroupId, RaftStorage storage)
      throws IOException {
    super.initialize(raftServer, raftGroupId, storage);
    getLifeCycle().transition(LifeCycle.State.STARTING);
    snapshots.open(storage);
    restore();
    getLifeCycle().transition(LifeCycle.State.RUNNING);
  }

  private void restore() throws IOException {
    Optional<SnapshotFile.Content> content = snapshots.load(replica);
    if (content.isPresent()) {
      replica.reset(content.get().resources());
      cluster.set(content.get().cluster());
      setLastAppliedTermIndex(TermIndex.valueOf(content.get().term(), content.get().index()));
    }
  }

  /** Ratis is about to install a leader's snapshot. */
  @Override
  public void pause() {
    getLifeCycle().transition(LifeCycle.State.PAUSING);
    getLifeCycle().transition(LifeCycle.State.PAUSED);
  }

  @Override
  public void reinitialize() throws IOException {
    getLifeCycle().transition(LifeCycle.State.STARTING);
    restore();
    getLifeCycle().transition(LifeCycle.State.RUNNING);
  }

  @Override
  public StateMachineStorage getStateMachineStorage() {
    return snapshots.storage();
  }

  @Override
  public long takeSnapshot() {
    return snapshots.take(getLastAppliedTermIndex(), () -> replica.past(), cluster.value());
  }

  @Override
  public TransactionContext startTransaction(RaftClientRequest request) {
    TransactionContext.Builder builder =
        TransactionContext.newBuilder().setStateMachine(this).setClientRequest(request);
    if (request.getMessage() instanceof Proposal proposal) {
      builder.setStateMachineContext(proposal);
    }
    return builder.build();
  }

  @Override
  public TransactionContext preAppendTransaction(TransactionContext transaction) {
    if (transaction.getStateMachineContext() instanceof Proposal proposal) {
      proposal.markAppended();
    }
    return transaction;
  }

  @Override
  public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
    LogEntryProto logged = Objects.requireNonNull(transaction.getLogEntry());
    Verdict verdict = apply(transaction, logged);
    if (verdict instanceof Verdict.Refused(String why)) {
      LOG.info("{}: entry {} changes nothing: {}", getId(), logged.getIndex(), why);
    }
    updateLastAppliedTermIndex(logged.getTerm(), logged.getIndex());
    snapshots.applied(logged.getStateMachineLogEntry().getLogData().size());
    return CompletableFuture.completedFuture(verdict.toMessage());
  }

  private Verdict apply(TransactionContext transaction, LogEntryProto logged) {
    try {
      Entry entry =
          transaction.getStateMachineContext() instanceof Proposal proposal
              ? proposal.entry()
              : decode(logged);
      return apply(entry, logged.getTerm());
    } catch (MalformedBytes e) {
      return new Verdict.Refused(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      // A bug. Thrown on, it would close every member at every start; the entry has changed
      // nothing.
      LOG.error("{}: entry {} cannot be applied", getId(), logged.getIndex(), e);
      return new Verdict.Refused("cannot be applied: " + e);
    }
  }

  private Entry decode(LogEntryProto logged) throws MalformedBytes {
    return EntryFormat.read(
        new ByteSource(logged.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer()),
        this::fields);
  }

  private SelectableFields fields(GroupResource resource) {
    return replica.settings(resource).selectable();
  }

  private Verdict apply(Entry entry, long term) {
    return switch (entry) {
      case Entry.Batch batch when batch.term() != term ->
          new Verdict.Refused("written for term " + batch.term() + " and logged in " + term);
      case Entry.Batch batch ->
          replica
              .apply(batch.resource(), batch.events())
              .<Verdict>map(obstacle -> new Verdict.Refused(batch.resource() + ": " + obstacle))
              .orElse(Verdict.APPLIED);
      case Entry.Form(ClusterState.Formed formed)
          when formed.incarnation() != cluster.value().incarnation() + 1 ->
          new Verdict.Refused(
              "incarnation "
                  + formed.incarnation()
                  + " cannot follow "
                  + cluster.value().incarnation());
      case Entry.Form(ClusterState.Formed formed) -> {
        cluster.set(cluster.value().form(formed));
        yield Verdict.APPLIED;
      }
      case Entry.Down(ClusterState.Member member) -> {
        cluster.set(cluster.value().down(member));
        yield Verdict.APPLIED;
      }
    };
  }

  /** Reads are answered from the replica; Ratis only says when it has caught up. */
  @Override
  public CompletableFuture<Message> query(Message request) {
    return CompletableFuture.completedFuture(Message.EMPTY);
  }

  @Override
  public void notifyConfigurationChanged(
      long term, long index, RaftConfigurationProto configuration) {
    configurationTerm = term;
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId newLeader) {
    leader.set(Optional.of(newLeader.toString()));
  }

  /** The entry with which a leader opens its term has been applied, as its configuration. */
  @Override
  public void notifyLeaderReady() {
    leadership.set(new Leadership.Ready(configurationTerm));
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pendingEntries) {
    leadership.set(Leadership.NONE);
  }

  /** Completes with a reason when the log can take no more entries, until a new start. */
  CompletionStage<String> broken() {
    return broken.minimalCompletionStage();
  }

  /** Says that {@link #close} will not come because something broke. */
  void expectClose() {
    closeExpected = true;
  }

  /** A full or failing disk; Ratis closes the group's log for good. */
  @Override
  public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
    broken.complete("the journal cannot be written: " + rootOf(cause).getMessage());
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  @Override
  public void close() {
    if (!closeExpected) {
      broken.complete("the journal was closed after a failure");
    }
    leadership.set(Leadership.NONE);
    snapshots.close();
    replica.close();
  }
}
