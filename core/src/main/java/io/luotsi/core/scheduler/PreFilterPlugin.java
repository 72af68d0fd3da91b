package io.luotsi.core.scheduler;

import java.util.Set;

/** Looks at the pod alone, before any node. */
public interface PreFilterPlugin extends Plugin {

  /** What is to be looked at after that. */
  sealed interface PreFilterResult {
    /** All nodes. */
    record AllNodes() implements PreFilterResult {}

    /** No node but these. */
    record OnlyNodes(Set<String> names) implements PreFilterResult {
      public OnlyNodes {
        names = Set.copyOf(names);
      }
    }

    /** No node will do. */
    record Refused(Status status) implements PreFilterResult {}
  }

  PreFilterResult preFilter(PodShape pod);
}
