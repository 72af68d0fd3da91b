package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import java.util.List;
import java.util.Set;

/**
 * One {@code nodeSelectorTerm}: all of it must hold.
 *
 * @param labels {@code matchExpressions}
 * @param names {@code matchFields} on {@code metadata.name}
 */
public record NodeTerm(LabelSelector labels, List<NameRequirement> names) {

  /**
   * @param in whether the name must, or must not, be one of {@code names}
   */
  public record NameRequirement(boolean in, Set<String> names) {
    public NameRequirement {
      names = Set.copyOf(names);
    }
  }

  /** A preferred term and what it is worth, 1 to 100. */
  public record Weighted(int weight, NodeTerm term) {}

  public NodeTerm {
    names = List.copyOf(names);
  }

  /** As upstream, a term that says nothing matches no node. */
  boolean matchesNothing() {
    return labels.requirements().isEmpty() && names.isEmpty();
  }
}
