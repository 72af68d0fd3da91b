package io.luotsi.persistence.simulation;

import io.luotsi.persistence.raft.GroupRules;
import io.luotsi.persistence.raft.GroupRules.Proposed;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.raft.Leadership;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.WriteFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One life of a machine's part in a log like Raft's. It behaves as the real one does towards the
 * store: it says by whom it is led, when it is ready to write, what became of a proposal, and when
 * the replica has caught up.
 *
 * @see "Source: D. Ongaro, J. Ousterhout, In Search of an Understandable Consensus Algorithm, 2014"
 */
final class RaftNode {
  private enum Role {
    FOLLOWER,
    CANDIDATE,
    LEADER
  }

  /** What nodes send each other; each is run by the receiver. */
  private interface Message extends Consumer<RaftNode> {}

  private record Pending(long term, Proposed proposed, CompletableFuture<Void> reply) {}

  /** A round that shows that a leader still is one. */
  private record Round(long number, long readIndex, boolean[] heard, Runnable won) {}

  private static final long HEARTBEAT = 60 * World.MILLI;
  private static final long ELECTION_LEAST = 300 * World.MILLI;
  private static final long ELECTION_MOST = 600 * World.MILLI;

  /** Long, so that for a while there are two who think they lead. */
  private static final long LEADER_PATIENCE = 1_500 * World.MILLI;

  private static final long ROUND_TIMEOUT = 1_000 * World.MILLI;
  private static final int ENTRIES_A_MESSAGE = 8;
  private static final int SNAPSHOT_ENTRIES = 25;
  private static final int KEPT_ENTRIES = 5;

  private final Cluster cluster;
  private final World world;
  private final Machine machine;
  private final int self;
  private final Disk disk;
  private final Replica replica;
  private final GroupRules rules;
  private final List<Consumer<Leadership>> listeners = new ArrayList<>();
  private final Map<Long, Pending> pending = new TreeMap<>();
  private final List<Round> rounds = new ArrayList<>();
  private final Map<Long, CompletableFuture<Long>> askedIndexes = new HashMap<>();
  private final TreeMap<Long, List<Runnable>> whenApplied = new TreeMap<>();
  private final long[] next;
  private final long[] match;
  private final long[] heardAt;
  private Role role = Role.FOLLOWER;
  private int leader = -1;
  private Leadership leadership = Leadership.NONE;
  private boolean[] votes;
  private long committed;
  private long applied;
  private long verified;
  private long timerEpoch;
  private long numbers;
  private boolean applying;
  private boolean syncing;

  RaftNode(Cluster cluster, int self, Disk disk, Replica replica) {
    this.cluster = cluster;
    this.world = cluster.world();
    this.machine = cluster.machine(self);
    this.self = self;
    this.disk = disk;
    this.replica = replica;
    this.rules = new GroupRules(replica);
    int size = cluster.size();
    this.next = new long[size];
    this.match = new long[size];
    this.heardAt = new long[size];
    this.votes = new boolean[size];
    replica.reset(disk.snapshot().resources());
    committed = disk.snapshot().index();
    applied = committed;
    awaitElection();
  }

  // What the store sees.

  Leader leader() {
    if (role == Role.LEADER) {
      return new Leader.Here();
    }
    return leader < 0 ? new Leader.Unknown() : new Leader.Elsewhere(Integer.toString(leader));
  }

  Leadership leadership() {
    return leadership;
  }

  /** Tells every change of the leadership, and of the leader, at once. */
  void subscribe(Consumer<Leadership> listener) {
    listeners.add(listener);
  }

  /** Exceptionally {@link WriteFailure}, as of the real log. */
  CompletionStage<Void> propose(Proposed proposed) {
    if (role != Role.LEADER || !(leadership instanceof Leadership.Ready)) {
      return CompletableFuture.failedFuture(proposed.unanswered("not the ready leader"));
    }
    proposed.markAppended();
    long index = disk.lastIndex() + 1;
    CompletableFuture<Void> reply = new CompletableFuture<>();
    disk.append(new Disk.LogEntry(index, disk.term, proposed.bytes(), Optional.of(proposed)));
    pending.put(index, new Pending(disk.term, proposed, reply));
    sync();
    broadcast(0);
    return reply;
  }

  /** Completes when this replica has all that was committed before; exceptionally if not known. */
  CompletableFuture<Void> readIndex() {
    CompletableFuture<Long> index = new CompletableFuture<>();
    if (role == Role.LEADER) {
      beginRound(index);
    } else if (leader >= 0) {
      long call = ++numbers;
      int from = self;
      askedIndexes.put(call, index);
      send(leader, node -> node.onAskIndex(from, call));
      world.after(
          ROUND_TIMEOUT,
          machine,
          () -> {
            askedIndexes.remove(call);
            index.completeExceptionally(new IOException("nobody answered"));
          });
    } else {
      index.completeExceptionally(new IOException("no leader"));
    }
    CompletableFuture<Void> caughtUp = new CompletableFuture<>();
    index.whenComplete(
        (at, failure) -> {
          if (failure != null) {
            caughtUp.completeExceptionally(failure);
          } else {
            onceApplied(at, () -> caughtUp.complete(null));
          }
        });
    return caughtUp;
  }

  private void beginRound(CompletableFuture<Long> index) {
    if (!(leadership instanceof Leadership.Ready)) {
      index.completeExceptionally(new IOException("the leader is not ready yet"));
      return;
    }
    long at = committed;
    boolean[] heard = new boolean[cluster.size()];
    heard[self] = true;
    Round round = new Round(++numbers, at, heard, () -> index.complete(at));
    rounds.add(round);
    endRoundsThatAreWon();
    broadcast(round.number());
    world.after(
        ROUND_TIMEOUT,
        machine,
        () -> {
          rounds.remove(round);
          index.completeExceptionally(new IOException("no majority answered"));
        });
  }

  private void endRoundsThatAreWon() {
    for (Round round : List.copyOf(rounds)) {
      if (Cluster.isMajority(round.heard())) {
        rounds.remove(round);
        round.won().run();
      }
    }
  }

  private void onAskIndex(int from, long call) {
    CompletableFuture<Long> index = new CompletableFuture<>();
    if (role == Role.LEADER) {
      beginRound(index);
    } else {
      index.completeExceptionally(new IOException("not the leader"));
    }
    index.whenComplete(
        (at, failure) -> send(from, node -> node.onIndex(call, Optional.ofNullable(at))));
  }

  private void onIndex(long call, Optional<Long> at) {
    CompletableFuture<Long> index = askedIndexes.remove(call);
    if (index != null && at.isPresent()) {
      index.complete(at.get());
    } else if (index != null) {
      index.completeExceptionally(new IOException("not led by it"));
    }
  }

  private void onceApplied(long index, Runnable task) {
    if (applied >= index) {
      task.run();
    } else {
      whenApplied.computeIfAbsent(index, at -> new ArrayList<>()).add(task);
    }
  }

  /** Whether this node has applied all that is in a leader's log. */
  boolean hasAllOf(RaftNode other) {
    return applied == other.disk.lastIndex();
  }

  // Elections.

  private void awaitElection() {
    long epoch = ++timerEpoch;
    long timeout =
        cluster.size() == 1 ? 20 * World.MILLI : world.between(ELECTION_LEAST, ELECTION_MOST);
    world.after(
        timeout,
        machine,
        () -> {
          if (epoch == timerEpoch && role != Role.LEADER) {
            standForElection();
          }
        });
  }

  private void standForElection() {
    role = Role.CANDIDATE;
    setLeader(-1);
    disk.term++;
    disk.votedFor = self;
    votes = new boolean[cluster.size()];
    votes[self] = true;
    awaitElection();
    if (Cluster.isMajority(votes)) {
      lead();
      return;
    }
    long term = disk.term;
    long lastIndex = disk.lastIndex();
    long lastTerm = disk.lastTerm();
    int from = self;
    toOthers(node -> node.onAskVote(term, from, lastIndex, lastTerm));
  }

  private void onAskVote(long term, int from, long lastIndex, long lastTerm) {
    heedTerm(term);
    boolean upToDate =
        lastTerm > disk.lastTerm()
            || (lastTerm == disk.lastTerm() && lastIndex >= disk.lastIndex());
    boolean granted =
        term == disk.term && upToDate && (disk.votedFor == -1 || disk.votedFor == from);
    if (granted) {
      disk.votedFor = from;
      awaitElection();
    }
    long answered = disk.term;
    int voter = self;
    send(from, node -> node.onVote(answered, voter, granted));
  }

  private void onVote(long term, int from, boolean granted) {
    heedTerm(term);
    if (role == Role.CANDIDATE && term == disk.term && granted) {
      votes[from] = true;
      if (Cluster.isMajority(votes)) {
        lead();
      }
    }
  }

  private void heedTerm(long term) {
    if (term > disk.term) {
      disk.term = term;
      disk.votedFor = -1;
      follow(-1);
    }
  }

  private void follow(int newLeader) {
    boolean led = role == Role.LEADER;
    role = Role.FOLLOWER;
    verified = newLeader == leader ? verified : 0;
    if (led) {
      world.count("leaders deposed");
      leadership = Leadership.NONE;
      rounds.clear();
      List<Pending> lost = List.copyOf(pending.values());
      pending.clear();
      lost.forEach(p -> p.reply().completeExceptionally(p.proposed().unanswered("deposed")));
      tell();
    }
    setLeader(newLeader);
    awaitElection();
  }

  private void lead() {
    world.count("elections won");
    role = Role.LEADER;
    leader = self;
    Arrays.fill(next, disk.lastIndex() + 1);
    Arrays.fill(match, 0);
    Arrays.fill(heardAt, world.nowNanos());
    disk.append(new Disk.LogEntry(disk.lastIndex() + 1, disk.term, new byte[0], Optional.empty()));
    sync();
    long epoch = ++timerEpoch;
    beat(epoch);
    tell();
  }

  private void beat(long epoch) {
    if (epoch != timerEpoch || role != Role.LEADER) {
      return;
    }
    heardAt[self] = world.nowNanos();
    boolean[] recent = new boolean[cluster.size()];
    for (int i = 0; i < recent.length; i++) {
      recent[i] = world.nowNanos() - heardAt[i] <= LEADER_PATIENCE;
    }
    if (!Cluster.isMajority(recent)) {
      follow(-1); // it leads nobody
      return;
    }
    broadcast(0);
    world.after(HEARTBEAT, machine, () -> beat(epoch));
  }

  private void setLeader(int newLeader) {
    if (leader != newLeader) {
      leader = newLeader;
      tell();
    }
  }

  private void tell() {
    listeners.forEach(listener -> listener.accept(leadership));
  }

  // The log.

  private void broadcast(long round) {
    for (int to = 0; to < cluster.size(); to++) {
      if (to != self) {
        append(to, round);
      }
    }
  }

  private void append(int to, long round) {
    long term = disk.term;
    long previous = next[to] - 1;
    int from = self;
    if (previous < disk.firstIndex() - 1 || (previous > 0 && disk.termAt(previous) == 0)) {
      Disk.Snapshot snapshot = disk.snapshot();
      send(to, node -> node.onInstall(term, from, snapshot, round));
      return;
    }
    long previousTerm = disk.termAt(previous);
    List<Disk.LogEntry> entries = disk.entriesFrom(next[to], ENTRIES_A_MESSAGE);
    long seenCommitted = committed;
    send(
        to,
        node -> node.onAppend(term, from, previous, previousTerm, entries, seenCommitted, round));
  }

  private void onAppend(
      long term,
      int from,
      long previous,
      long previousTerm,
      List<Disk.LogEntry> entries,
      long leaderCommitted,
      long round) {
    heedTerm(term);
    if (term < disk.term) {
      answerAppend(from, false, 0, round);
      return;
    }
    follow(from);
    boolean known = previous <= committed || disk.termAt(previous) == previousTerm;
    if (previous > disk.lastIndex() || !known) {
      answerAppend(from, false, Math.min(disk.lastIndex(), previous - 1), round);
      return;
    }
    boolean appended = false;
    for (Disk.LogEntry entry : entries) {
      if (entry.index() <= committed || disk.termAt(entry.index()) == entry.term()) {
        continue;
      }
      if (entry.index() <= disk.lastIndex()) {
        world.count("log ends overwritten");
        disk.truncateFrom(entry.index());
      }
      disk.append(entry);
      appended = true;
    }
    verified = Math.max(verified, previous + entries.size());
    if (appended) {
      sync();
    }
    commit(Math.min(leaderCommitted, verified));
    answerAppend(from, true, acknowledged(verified), round);
  }

  /** How much of the log this node says it has. */
  private long acknowledged(long through) {
    return cluster.has(Defect.ACKNOWLEDGES_BEFORE_THE_SYNC)
        ? through
        : Math.min(through, disk.synced());
  }

  private void answerAppend(int to, boolean matched, long index, long round) {
    long term = disk.term;
    int from = self;
    send(to, node -> node.onAppended(term, from, matched, index, round));
  }

  private void onAppended(long term, int from, boolean matched, long index, long round) {
    heedTerm(term);
    if (role != Role.LEADER || term != disk.term) {
      return;
    }
    heardAt[from] = world.nowNanos();
    for (Round open : rounds) {
      open.heard()[from] |= round >= open.number();
    }
    endRoundsThatAreWon();
    if (matched) {
      match[from] = Math.max(match[from], index);
      next[from] = Math.max(next[from], match[from] + 1);
      commitWhatAMajorityHas();
      if (next[from] <= disk.lastIndex() - ENTRIES_A_MESSAGE) {
        append(from, 0);
      }
    } else {
      next[from] = Math.max(match[from] + 1, Math.min(next[from], index + 1));
      append(from, 0);
    }
  }

  private void onInstall(long term, int from, Disk.Snapshot snapshot, long round) {
    heedTerm(term);
    if (term < disk.term) {
      answerAppend(from, false, 0, round);
      return;
    }
    follow(from);
    if (snapshot.index() > committed) {
      world.count("snapshots installed");
      disk.install(snapshot);
      replica.reset(snapshot.resources());
      committed = snapshot.index();
      applied = committed;
      runWhatWaited();
    }
    verified = Math.max(verified, snapshot.index());
    answerAppend(from, true, acknowledged(verified), round);
  }

  /** Forces what has been appended to the disk; one sync at a time, each for all that came. */
  private void sync() {
    if (syncing) {
      return;
    }
    syncing = true;
    Runnable done = disk.sync();
    long through = disk.lastIndex();
    world.after(
        cluster.syncNanos(),
        machine,
        () -> {
          syncing = false;
          done.run();
          if (role == Role.LEADER) {
            commitWhatAMajorityHas();
          } else if (leader >= 0) {
            answerAppend(leader, true, acknowledged(verified), 0);
          }
          if (disk.lastIndex() > through || disk.synced() < disk.lastIndex()) {
            sync();
          }
        });
  }

  private void commitWhatAMajorityHas() {
    match[self] = acknowledged(disk.lastIndex());
    long[] sorted = match.clone();
    Arrays.sort(sorted);
    long majority = sorted[(sorted.length - 1) / 2];
    if (majority > committed && disk.termAt(majority) == disk.term) {
      commit(majority);
    }
  }

  private void commit(long index) {
    committed = Math.max(committed, index);
    if (!applying && applied < committed) {
      applying = true;
      world.after(world.between(20_000, 500_000), machine, this::applySome);
    }
  }

  private void applySome() {
    applying = false;
    for (int i = 0; i < ENTRIES_A_MESSAGE && applied < committed; i++) {
      apply(disk.entry(applied + 1));
    }
    runWhatWaited();
    if (applied - disk.snapshot().index() >= SNAPSHOT_ENTRIES) {
      disk.save(new Disk.Snapshot(applied, disk.termAt(applied), replica.past()), KEPT_ENTRIES);
    }
    commit(committed);
  }

  private void apply(Disk.LogEntry entry) {
    applied = entry.index();
    if (entry.bytes().length == 0) {
      if (role == Role.LEADER && entry.term() == disk.term) {
        leadership = new Leadership.Ready(entry.term());
        tell();
      }
      return;
    }
    Optional<WriteFailure> failure = Optional.empty();
    if (cluster.has(Defect.LETS_TWO_WRITERS_WRITE)) {
      rules.applyWithoutFencing(entry.bytes());
    } else {
      failure = rules.apply(entry.bytes(), entry.own(), entry.term());
    }
    failure.ifPresent(why -> world.count("entries fenced off"));
    Pending waiting = pending.get(entry.index());
    if (waiting != null && waiting.term() == entry.term()) {
      pending.remove(entry.index());
      if (failure.isPresent()) {
        waiting.reply().completeExceptionally(failure.get());
      } else {
        waiting.reply().complete(null);
      }
    }
  }

  private void runWhatWaited() {
    while (!whenApplied.isEmpty() && whenApplied.firstKey() <= applied) {
      whenApplied.pollFirstEntry().getValue().forEach(Runnable::run);
    }
  }

  // The others.

  private void toOthers(Message message) {
    for (int to = 0; to < cluster.size(); to++) {
      if (to != self) {
        send(to, message);
      }
    }
  }

  private void send(int to, Message message) {
    cluster.network().sendLoosely(self, to, () -> cluster.node(to).ifPresent(message));
  }

  @Override
  public String toString() {
    return "%s of term %d, log %d to %d, synced %d, committed %d, applied %d, leader %d, %s"
        .formatted(
            role,
            disk.term,
            disk.firstIndex(),
            disk.lastIndex(),
            disk.synced(),
            committed,
            applied,
            leader,
            leadership);
  }
}
