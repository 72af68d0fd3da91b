package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.LabelSelector.Operator;
import io.luotsi.core.api.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many pods that match a selector are on each node, for every selector that somebody asked for.
 * A pod is looked at only by the selectors that name one of its labels.
 */
final class PodCounters {

  /** The pods of one namespace that match one selector, counted by slot. */
  static final class Counter {
    private final CounterKey key;
    private int[] bySlot = {};
    private int users;

    private Counter(CounterKey key) {
      this.key = key;
    }

    int count(int slot) {
      return slot < bySlot.length ? bySlot[slot] : 0;
    }

    private void add(int slot, int difference) {
      if (slot >= bySlot.length) {
        bySlot = Arrays.copyOf(bySlot, Math.max(16, slot + slot / 2 + 1));
      }
      bySlot[slot] += difference;
    }
  }

  private record CounterKey(String namespace, LabelSelector selector) {
    boolean matches(PodShape shape) {
      return namespace.equals(shape.namespace()) && selector.matches(shape.labels());
    }

    /** A label that every counted pod has, or just the namespace if the selector demands none. */
    String anchor() {
      for (Requirement requirement : selector.requirements()) {
        if (requirement.operator() == Operator.IN && requirement.values().size() == 1) {
          return anchor(namespace, requirement.key(), requirement.values().iterator().next());
        }
      }
      return namespace;
    }

    static String anchor(String namespace, String key, String value) {
      return namespace + '\n' + key + '\n' + value;
    }
  }

  private final Map<CounterKey, Counter> counters = new HashMap<>();
  private final Map<String, List<Counter>> byAnchor = new HashMap<>();

  /**
   * The counter of a selector, kept up to date until it has been released as often as acquired.
   *
   * @param pods all pods that are placed now, read only if the counter is new
   */
  Counter acquire(String namespace, LabelSelector selector, Iterable<Snapshot.Placed> pods) {
    CounterKey key = new CounterKey(namespace, selector);
    Counter counter = counters.get(key);
    if (counter == null) {
      counter = new Counter(key);
      for (Snapshot.Placed pod : pods) {
        if (!pod.pod().deleting() && key.matches(pod.pod().shape())) {
          counter.add(pod.slot(), 1);
        }
      }
      counters.put(key, counter);
      byAnchor.computeIfAbsent(key.anchor(), a -> new ArrayList<>()).add(counter);
    }
    counter.users++;
    return counter;
  }

  void release(Counter counter) {
    if (--counter.users == 0) {
      counters.remove(counter.key);
      List<Counter> siblings = byAnchor.get(counter.key.anchor());
      siblings.remove(counter);
      if (siblings.isEmpty()) {
        byAnchor.remove(counter.key.anchor());
      }
    }
  }

  void add(PodShape shape, int slot, int difference) {
    if (counters.isEmpty()) {
      return;
    }
    addAt(shape.namespace(), shape, slot, difference);
    shape
        .labels()
        .forEach(
            (key, value) ->
                addAt(CounterKey.anchor(shape.namespace(), key, value), shape, slot, difference));
  }

  private void addAt(String anchor, PodShape shape, int slot, int difference) {
    for (Counter counter : byAnchor.getOrDefault(anchor, List.of())) {
      if (counter.key.matches(shape)) {
        counter.add(slot, difference);
      }
    }
  }
}
