package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The labels of all nodes, the other way round: for each label, the set of slots whose node has it.
 * A selector is thereby a few operations on bit sets, whatever the number of nodes.
 */
final class NodeLabels {
  /** No node of this slot, or one without the label. */
  static final int NONE = -1;

  /** All values of one label key. */
  private static final class Key {
    final Vocabulary<String> values = new Vocabulary<>();
    final List<BitSet> slotsByValue = new ArrayList<>();
    final BitSet slots = new BitSet();
    int[] valueBySlot = {};

    void put(int slot, String value) {
      int number = values.number(value);
      if (number == slotsByValue.size()) {
        slotsByValue.add(new BitSet());
      }
      slotsByValue.get(number).set(slot);
      slots.set(slot);
      if (slot >= valueBySlot.length) {
        int old = valueBySlot.length;
        valueBySlot = Arrays.copyOf(valueBySlot, Math.max(16, slot + slot / 2 + 1));
        Arrays.fill(valueBySlot, old, valueBySlot.length, NONE);
      }
      valueBySlot[slot] = number;
    }

    void remove(int slot) {
      if (slots.get(slot)) {
        slots.clear(slot);
        slotsByValue.get(valueBySlot[slot]).clear(slot);
        valueBySlot[slot] = NONE;
      }
    }
  }

  private final Map<String, Key> keys = new HashMap<>();
  private long version;

  /** Rises with every change of any node's labels. */
  long version() {
    return version;
  }

  void replace(int slot, Map<String, String> before, Map<String, String> after) {
    if (before.equals(after)) {
      return;
    }
    version++;
    before.keySet().forEach(key -> keys.get(key).remove(slot));
    after.forEach((key, value) -> keys.computeIfAbsent(key, k -> new Key()).put(slot, value));
  }

  /**
   * For slots 0 to {@code size - 1} the number of the slot's value of the key, dense from 0 within
   * the key, or {@link #NONE}.
   */
  int[] values(String key, int size) {
    Key known = keys.get(key);
    int length = known == null ? 0 : known.valueBySlot.length;
    int[] values = known == null ? new int[size] : Arrays.copyOf(known.valueBySlot, size);
    if (length < size) {
      Arrays.fill(values, length, size, NONE);
    }
    return values;
  }

  /** How many values of the key there have ever been: the bound of {@link #values}. */
  int valueCount(String key) {
    Key known = keys.get(key);
    return known == null ? 0 : known.values.size();
  }

  /** Removes from {@code slots} those whose labels the selector does not match. */
  void retainMatching(LabelSelector selector, BitSet slots) {
    selector.requirements().forEach(requirement -> retain(requirement, slots));
  }

  private void retain(Requirement requirement, BitSet slots) {
    Key key = keys.get(requirement.key());
    switch (requirement.operator()) {
      case IN -> slots.and(slotsWithAny(key, requirement));
      case NOT_IN -> slots.andNot(slotsWithAny(key, requirement));
      case EXISTS -> slots.and(key == null ? new BitSet() : key.slots);
      case DOES_NOT_EXIST -> slots.andNot(key == null ? new BitSet() : key.slots);
      case GREATER_THAN, LESS_THAN -> slots.and(slotsCompared(key, requirement));
    }
  }

  private static BitSet slotsWithAny(@Nullable Key key, Requirement r) {
    BitSet any = new BitSet();
    if (key != null) {
      for (String value : r.values()) {
        int number = key.values.find(value);
        if (number >= 0) {
          any.or(key.slotsByValue.get(number));
        }
      }
    }
    return any;
  }

  private static BitSet slotsCompared(@Nullable Key key, Requirement r) {
    BitSet any = new BitSet();
    LabelSelector alone = new LabelSelector(List.of(r));
    for (int i = 0; key != null && i < key.values.size(); i++) {
      if (alone.matches(Map.of(r.key(), key.values.word(i)))) {
        any.or(key.slotsByValue.get(i));
      }
    }
    return any;
  }
}
