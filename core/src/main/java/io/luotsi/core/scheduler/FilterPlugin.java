package io.luotsi.core.scheduler;

import java.util.Optional;

/** Decides which nodes can take a pod. */
public interface FilterPlugin extends Plugin {

  /**
   * The rule as it applies to one shape of pod. Kept as long as results for the shape are cached,
   * and asked again only about nodes that have changed.
   */
  interface NodeFilter extends AutoCloseable {
    /** Takes in what has changed in the snapshot; called before a round of questions. */
    default void refresh() {}

    /** Whether the node of a slot, which is present, can take the pod. */
    Status filter(int slot);

    /** Whether the answer for one node can change when another does. */
    default boolean clusterWide() {
      return false;
    }

    @Override
    default void close() {}
  }

  /** Empty if the rule has nothing to say about such pods, whatever becomes of the cluster. */
  Optional<NodeFilter> filterFor(PodShape pod, Snapshot snapshot);
}
