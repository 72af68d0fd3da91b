package io.luotsi.persistence.raft;

/**
 * When a group writes a snapshot: after so many log entries, or so many bytes of them, whichever
 * comes first. What is behind the newest snapshot is replayed at a start.
 */
public record SnapshotPolicy(int entries, long bytes) {
  public static final SnapshotPolicy STANDARD = new SnapshotPolicy(20_000, 64L << 20);
}
