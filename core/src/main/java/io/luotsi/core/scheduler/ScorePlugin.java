package io.luotsi.core.scheduler;

import java.util.BitSet;
import java.util.Optional;

/** Ranks the nodes that can take a pod. */
public interface ScorePlugin extends Plugin {
  /** The best score, after normalisation; the worst is 0. */
  int MAX_NODE_SCORE = 100;

  /** The rule as it applies to one shape of pod; kept as {@link FilterPlugin.NodeFilter} is. */
  interface NodeScorer extends AutoCloseable {
    /**
     * Takes in what has changed; called before a round of questions.
     *
     * @param feasible the slots that will be asked about
     */
    default void refresh(BitSet feasible) {}

    /** The raw score of a slot, from 0 to {@link #MAX_NODE_SCORE} unless it is normalised. */
    long score(int slot);

    /** Whether the final score of one node can change when another does. */
    default boolean clusterWide() {
      return false;
    }

    /** Brings raw scores to 0 … {@link #MAX_NODE_SCORE}; only called if cluster-wide. */
    default void normalize(BitSet feasible, long[] scores) {}

    @Override
    default void close() {}
  }

  /** How much the score counts beside other plugins'. */
  int weight();

  /** Empty if the rule prefers no node for such pods. */
  Optional<NodeScorer> scorerFor(PodShape pod, Snapshot snapshot);

  /** Scales so that the highest raw score becomes the best, or the worst if {@code reverse}. */
  static void normalizeByMaximum(BitSet feasible, long[] scores, boolean reverse) {
    long highest = 0;
    for (int slot = feasible.nextSetBit(0); slot >= 0; slot = feasible.nextSetBit(slot + 1)) {
      highest = Math.max(highest, scores[slot]);
    }
    for (int slot = feasible.nextSetBit(0); slot >= 0; slot = feasible.nextSetBit(slot + 1)) {
      long scaled = highest == 0 ? 0 : MAX_NODE_SCORE * scores[slot] / highest;
      scores[slot] = reverse ? MAX_NODE_SCORE - scaled : scaled;
    }
  }
}
