package io.luotsi.core.flowcontrol;

import java.util.Arrays;

/** Deals queues to flows: the same hand to the same flow, any hand to any other. */
public final class Hand {
  /** An odd number without pattern, that spreads what is multiplied by it: 2^64 / golden ratio. */
  private static final long SPREAD = 0x9e37_79b9_7f4a_7c15L;

  private Hand() {}

  /**
   * @param flow any number that is the flow's own
   * @param deck how many queues there are
   * @param size how many are dealt, no more than {@code deck}
   * @return indexes of queues, no two alike
   */
  static int[] deal(long flow, int deck, int size) {
    int[] hand = new int[size];
    for (int i = 0; i < size; i++) {
      // A place among the cards that are left, then counted on past those that are gone.
      int card = (int) Long.remainderUnsigned(mixed(flow + i * SPREAD), deck - i);
      int[] gone = Arrays.copyOf(hand, i);
      Arrays.sort(gone);
      for (int taken : gone) {
        if (card >= taken) {
          card++;
        }
      }
      hand[i] = card;
    }
    return hand;
  }

  /** A number for a flow of a schema. */
  public static long hash(String schema, String flow) {
    long hash = 0;
    for (int i = 0; i < schema.length(); i++) {
      hash = mixed(hash + schema.charAt(i) + SPREAD);
    }
    hash = mixed(hash ^ SPREAD);
    for (int i = 0; i < flow.length(); i++) {
      hash = mixed(hash + flow.charAt(i) + SPREAD);
    }
    return hash;
  }

  /** Every bit of the result depends on every bit that comes in (SplitMix64's last step). */
  private static long mixed(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d0_49bb_1331_11ebL;
    return mixed ^ (mixed >>> 31);
  }
}
