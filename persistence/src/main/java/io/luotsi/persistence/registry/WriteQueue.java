package io.luotsi.persistence.registry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Writes that wait for a batch, oldest first. Full at {@value #MAX_WRITES} writes or {@value
 * #MAX_BYTES} bytes, whichever comes first. Not for several threads.
 */
final class WriteQueue {
  static final int MAX_WRITES = 10_000;
  static final int MAX_BYTES = 32 << 20;

  /** A batch is at most 1 MiB or one object. */
  static final int BATCH_BYTES = 1 << 20;

  private final ArrayDeque<PendingWrite> writes = new ArrayDeque<>();
  private long bytes;

  boolean isEmpty() {
    return writes.isEmpty();
  }

  /**
   * @return false if it is full
   */
  boolean offer(PendingWrite write) {
    if (writes.size() >= MAX_WRITES || bytes + write.sizeBytes() > MAX_BYTES) {
      return false;
    }
    writes.add(write);
    bytes += write.sizeBytes();
    return true;
  }

  /** Back to where they were taken from, for another try; never refused. */
  void putBack(List<PendingWrite> batch) {
    for (PendingWrite write : batch.reversed()) {
      writes.addFirst(write);
      bytes += write.sizeBytes();
    }
  }

  /** The oldest writes that fit into one batch. */
  List<PendingWrite> takeBatch() {
    List<PendingWrite> batch = new ArrayList<>();
    long taken = 0;
    while (!writes.isEmpty()) {
      int size = writes.getFirst().sizeBytes();
      if (!batch.isEmpty() && taken + size > BATCH_BYTES) {
        break;
      }
      taken += size;
      batch.add(takeFirst());
    }
    return batch;
  }

  /** Writes whose time is up; those that other members carried here have deadlines of their own. */
  List<PendingWrite> takeOverdue(long nowNanos) {
    List<PendingWrite> overdue = new ArrayList<>();
    for (Iterator<PendingWrite> all = writes.iterator(); all.hasNext(); ) {
      PendingWrite write = all.next();
      if (write.isOverdue(nowNanos)) {
        all.remove();
        bytes -= write.sizeBytes();
        overdue.add(write);
      }
    }
    return overdue;
  }

  List<PendingWrite> takeAll() {
    List<PendingWrite> all = List.copyOf(writes);
    writes.clear();
    bytes = 0;
    return all;
  }

  private PendingWrite takeFirst() {
    PendingWrite write = writes.removeFirst();
    bytes -= write.sizeBytes();
    return write;
  }
}
