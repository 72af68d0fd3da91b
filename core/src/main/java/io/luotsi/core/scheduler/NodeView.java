package io.luotsi.core.scheduler;

import java.util.List;
import java.util.Map;

/**
 * A node as the scheduler sees it.
 *
 * @param allocatable what pods may take, by resource; CPU in milli-cores, all else in whole units
 */
public record NodeView(
    String name,
    Map<String, String> labels,
    Map<String, Long> allocatable,
    List<Taint> taints,
    boolean unschedulable) {
  public NodeView {
    labels = Map.copyOf(labels);
    allocatable = Map.copyOf(allocatable);
    taints = List.copyOf(taints);
  }
}
