package io.luotsi.persistence.registry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The newest changes of a resource, without a gap, in a ring that grows and shrinks. Not for
 * several threads: {@link ResourceReplica} guards it.
 */
final class WatchWindow {
  private static final int SMALLEST_RING = 16;

  private Change[] ring = new Change[SMALLEST_RING];
  private int head;
  private int size;
  private long first = 1;
  private long costBytes;

  /**
   * An empty window behind {@code version}.
   *
   * @param version of the last event that is not kept
   */
  WatchWindow(long version) {
    first = version + 1;
  }

  /** Version of the oldest change that is kept, or of the next one if none is. */
  long first() {
    return first;
  }

  /** Version of the newest change that is kept, or of the last one that was dropped. */
  long last() {
    return first + size - 1;
  }

  int size() {
    return size;
  }

  long costBytes() {
    return costBytes;
  }

  void append(Change change) {
    if (change.version() != last() + 1) {
      throw new IllegalStateException(change.version() + " behind " + last());
    }
    if (size == ring.length) {
      resize(ring.length * 2);
    }
    ring[(head + size) % ring.length] = change;
    size++;
    costBytes += change.costBytes();
  }

  Change oldest() {
    return ring[head];
  }

  /**
   * @return what the dropped change cost
   */
  int dropOldest() {
    int cost = ring[head].costBytes();
    dropHead();
    costBytes -= cost;
    if (ring.length > SMALLEST_RING && size < ring.length / 4) {
      resize(ring.length / 2);
    }
    return cost;
  }

  private void dropHead() {
    ring[head] = null;
    head = (head + 1) % ring.length;
    size--;
    first++;
  }

  /**
   * @param version at least {@code first() - 1}
   * @return changes behind {@code version}, in order
   */
  List<Change> after(long version, int max) {
    int from = (int) (version + 1 - first);
    int count = Math.min(max, size - from);
    List<Change> changes = new ArrayList<>(Math.max(0, count));
    for (int i = 0; i < count; i++) {
      changes.add(ring[(head + from + i) % ring.length]);
    }
    return changes;
  }

  /** All changes down to, and without, {@code version}; newest first. */
  Iterator<Change> backTo(long version) {
    ArrayDeque<Change> newestFirst = new ArrayDeque<>();
    after(version, size).forEach(newestFirst::push);
    return newestFirst.iterator();
  }

  private void resize(int length) {
    Change[] larger = new Change[length];
    for (int i = 0; i < size; i++) {
      larger[i] = ring[(head + i) % ring.length];
    }
    ring = larger;
    head = 0;
  }
}
