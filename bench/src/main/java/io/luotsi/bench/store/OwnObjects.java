package io.luotsi.bench.store;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * The objects that a run's clients write again and again, and the versions at which they left them:
 * every write but an object's first replaces the version that its client has seen.
 */
final class OwnObjects {
  /** Few enough to stay the same for all measurements; each client has some of its own. */
  static final int COUNT = StorePlan.MOST_CLIENTS;

  private final AtomicLongArray versions = new AtomicLongArray(COUNT);
  private final List<Item> items =
      IntStream.range(0, COUNT).mapToObj(index -> Item.of(Item.name("own", index))).toList();

  /** The object as it is written now. */
  Item now(int index) {
    return items.get(index).now();
  }

  long version(int index) {
    return versions.get(index);
  }

  void wrote(int index, long version) {
    versions.set(index, version);
  }
}
