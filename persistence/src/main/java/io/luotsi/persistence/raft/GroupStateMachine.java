package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceReplica;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RoleInfoProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftGroupMemberId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.DivisionInfo;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
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
 * closes the server when apply throws, on every member and at every restart. {@link EntryApplier}
 * has the rules.
 */
final class GroupStateMachine extends BaseStateMachine {
  private static final Logger LOG = LoggerFactory.getLogger(GroupStateMachine.class);

  /** How often it is said that a follower does not answer. */
  private static final long SILENCE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final Replica replica;
  private final GroupSnapshots snapshots;
  private final int number;
  private final GroupRecord record;
  private final Observable<Leadership> leadership = new Observable<>(Leadership.NONE);
  private final Observable<ClusterState> cluster = new Observable<>(ClusterState.NONE);
  private final EntryApplier applier;
  private final Observable<Optional<String>> leader = new Observable<>(Optional.empty());
  private final CompletableFuture<String> broken = new CompletableFuture<>();
  private final Map<RaftPeerId, Long> silenceTold = new ConcurrentHashMap<>();
  private final LogThread logThread = new LogThread();
  private volatile boolean closeExpected;
  private final Observable<Long> configurations = new Observable<>(-1L);
  private volatile long configurationTerm;

  /**
   * @param number of the group
   * @param record of what each group has
   */
  GroupStateMachine(Replica replica, SnapshotPolicy policy, int number, GroupRecord record) {
    this.replica = replica;
    this.snapshots = new GroupSnapshots(policy);
    this.number = number;
    this.record = record;
    this.applier = new EntryApplier(replica, cluster, new Recorder());
  }

  /** Keeps the record of this member in step with what is applied. */
  private final class Recorder implements EntryApplier.Listener {
    @Override
    public void born(GroupResource resource) {
      try {
        record.found(resource, number);
      } catch (IOException e) {
        broken.complete(e.getMessage());
      }
    }

    @Override
    public void membersChanged() {
      try {
        record.membersChanged();
      } catch (IOException e) {
        broken.complete(e.getMessage());
      }
    }
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
      for (ResourceReplica.Past past : content.get().resources()) {
        record.found(past.state().resource(), number);
      }
      if (!content.get().cluster().enrolled().isEmpty()) {
        record.membersChanged();
      }
      replica.reset(content.get().resources());
      cluster.set(content.get().cluster());
      setLastAppliedTermIndex(TermIndex.valueOf(content.get().term(), content.get().index()));
    }
  }

  /**
   * A leader begins to send a snapshot: whatever has come of others will never be whole.
   *
   * @throws IOException if it cannot be removed
   */
  void forgetReceived() throws IOException {
    snapshots.forgetReceived();
  }

  /**
   * Ratis is about to install a leader's snapshot, and to throw away what waits to be written. What
   * leaders sent has been written by now ({@link LogTurns}); what this member itself put into its
   * log while it led may not have been.
   */
  @Override
  public void pause() {
    logThread.awaitWritten(log());
    snapshots.acceptReceived();
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
      return transaction.getStateMachineContext() instanceof Proposal proposal
          ? applier.apply(proposal.entry(), logged.getTerm())
          : applier.apply(
              logged.getStateMachineLogEntry().getLogData().asReadOnlyByteBuffer(),
              logged.getTerm());
    } catch (RuntimeException e) {
      // A bug. Thrown on, it would close every member at every start; the entry has changed
      // nothing.
      LOG.error("{}: entry {} cannot be applied", getId(), logged.getIndex(), e);
      return new Verdict.Refused("cannot be applied: " + e);
    }
  }

  /** Told by the thread that writes the log, before it syncs. There is nothing else to write. */
  @Override
  public CompletableFuture<Void> flush(long logIndex) {
    logThread.seen();
    return super.flush(logIndex);
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
    configurations.set(index);
  }

  /** Index of the newest entry of the log that says who takes part, once it has been applied. */
  Observable<Long> configurations() {
    return configurations;
  }

  @Override
  public void notifyLeaderChanged(RaftGroupMemberId self, RaftPeerId newLeader) {
    leader.set(Optional.of(newLeader.toString()));
  }

  /**
   * The entry with which a leader opens its term has been applied, as its configuration. Another
   * thread may end the term meanwhile, and have told {@link #notifyNotLeader} before this is heard:
   * it changes the role first, so whoever looks at it last is right.
   */
  @Override
  public void notifyLeaderReady() {
    long term = configurationTerm;
    if (leadsIn(term)) {
      leadership.set(new Leadership.Ready(term));
      if (!leadsIn(term)) {
        leadership.set(Leadership.NONE);
      }
    }
  }

  /** Whether this member believes at this moment that it leads in {@code term}. */
  boolean leadsIn(long term) {
    return is(info -> info.isLeader() && info.getCurrentTerm() == term);
  }

  /** Whether this member has the log and no vote. */
  boolean listens() {
    return getServer().isDone() && is(DivisionInfo::isListener);
  }

  private RaftLog log() {
    try {
      return getServer().join().getDivision(getGroupId()).getRaftLog();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // the member is closed
    }
  }

  private boolean is(Predicate<DivisionInfo> what) {
    try {
      return what.test(getServer().join().getDivision(getGroupId()).getInfo());
    } catch (IOException e) { // the member is closed
      return false;
    }
  }

  @Override
  public void notifyNotLeader(Collection<TransactionContext> pendingEntries) {
    leadership.set(Leadership.NONE);
  }

  /** Told again and again while a follower does not answer. */
  @Override
  public void notifyFollowerSlowness(RoleInfoProto role, RaftPeer follower) {
    long now = System.nanoTime();
    long told =
        silenceTold.merge(
            follower.getId(), now, (last, next) -> next - last > SILENCE_NANOS ? next : last);
    if (told == now) {
      LOG.warn(
          "{}: member {} does not answer; it will hear of what it misses when it is back",
          getId(),
          MemberIdentity.nameOf(follower.getId().toString()));
    }
  }

  /** Completes with a reason when the log can take no more entries, until a new start. */
  CompletionStage<String> broken() {
    return broken.minimalCompletionStage();
  }

  /**
   * Says that {@link #close} will not come because something broke: this process closes it, or this
   * member takes part no longer.
   */
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
    logThread.endSoon();
  }
}
