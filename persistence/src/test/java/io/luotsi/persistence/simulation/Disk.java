package io.luotsi.persistence.simulation;

import io.luotsi.persistence.raft.GroupRules.Proposed;
import io.luotsi.persistence.registry.ResourceReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a machine keeps: its vote, a snapshot and a log, whose end may be lost until it is synced.
 * The vote and the snapshot are written in one piece and synced at once.
 */
final class Disk {
  /**
   * @param bytes none for the entry with which a leader opens its term
   * @param own the live objects, on the machine that proposed them
   */
  record LogEntry(long index, long term, byte[] bytes, Optional<Proposed> own) {
    LogEntry fromAfar() {
      return new LogEntry(index, term, bytes, Optional.empty());
    }
  }

  record Snapshot(long index, long term, List<ResourceReplica.Past> resources) {}

  private final List<LogEntry> log = new ArrayList<>();
  private Snapshot snapshot = new Snapshot(0, 0, List.of());
  private long firstIndex = 1;
  private long synced;
  private long truncations;
  long term;
  int votedFor = -1;

  Snapshot snapshot() {
    return snapshot;
  }

  long lastIndex() {
    return firstIndex + log.size() - 1;
  }

  long firstIndex() {
    return firstIndex;
  }

  long lastTerm() {
    return termAt(lastIndex());
  }

  /** 0 if it is not kept. */
  long termAt(long index) {
    if (index == snapshot.index()) {
      return snapshot.term();
    }
    return index < firstIndex || index > lastIndex() ? 0 : entry(index).term();
  }

  LogEntry entry(long index) {
    return log.get((int) (index - firstIndex));
  }

  List<LogEntry> entriesFrom(long index, int most) {
    int from = (int) (index - firstIndex);
    return log.subList(from, Math.min(log.size(), from + most)).stream()
        .map(LogEntry::fromAfar)
        .toList();
  }

  void append(LogEntry entry) {
    if (entry.index() != lastIndex() + 1) {
      throw new IllegalStateException(entry.index() + " behind " + lastIndex());
    }
    log.add(entry);
  }

  void truncateFrom(long index) {
    log.subList((int) (index - firstIndex), log.size()).clear();
    synced = Math.min(synced, lastIndex());
    truncations++;
  }

  long synced() {
    return synced;
  }

  /** What a sync that begins now will have done when it ends. */
  Runnable sync() {
    long through = lastIndex();
    long seen = truncations;
    return () -> {
      if (truncations == seen) {
        synced = Math.max(synced, through);
      }
    };
  }

  void save(Snapshot newer, int keptEntries) {
    snapshot = newer;
    long keepFrom = Math.min(newer.index() + 1 - keptEntries, lastIndex() + 1);
    if (keepFrom > firstIndex) {
      log.subList(0, (int) (keepFrom - firstIndex)).clear();
      firstIndex = keepFrom;
    }
  }

  /** Takes a leader's snapshot in place of everything. */
  void install(Snapshot newer) {
    snapshot = newer;
    log.clear();
    firstIndex = newer.index() + 1;
    synced = newer.index();
    truncations++;
  }

  /**
   * The power fails, or the process is killed: some of what was not synced is gone.
   *
   * @return number of entries lost
   */
  long crash(World world) {
    long last = lastIndex();
    long kept = Math.max(snapshot.index(), world.between(Math.min(synced, last), last));
    if (kept < last) {
      truncateFrom(kept + 1);
    }
    synced = lastIndex();
    return last - lastIndex();
  }
}
