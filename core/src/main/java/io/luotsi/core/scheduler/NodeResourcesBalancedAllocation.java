package io.luotsi.core.scheduler;

import java.util.Optional;

/** Likes nodes on which CPU and memory are used up at the same pace. */
final class NodeResourcesBalancedAllocation implements ScorePlugin {
  @Override
  public String name() {
    return "NodeResourcesBalancedAllocation";
  }

  @Override
  public int weight() {
    return 1;
  }

  /** Pods that request nothing would all be drawn to the node that happens to be balanced. */
  @Override
  public Optional<NodeScorer> scorerFor(PodShape pod, Snapshot snapshot) {
    Requests requests = pod.requests();
    return requests.bestEffort()
        ? Optional.empty()
        : Optional.of(
            slot ->
                balance(
                    snapshot.requested(Snapshot.CPU, slot) + requests.cpuMillis(),
                    snapshot.allocatable(Snapshot.CPU, slot),
                    snapshot.requested(Snapshot.MEMORY, slot) + requests.memoryBytes(),
                    snapshot.allocatable(Snapshot.MEMORY, slot)));
  }

  /** 100 less the standard deviation of the used shares, rounded down. */
  static long balance(long cpu, long cpuCapacity, long memory, long memoryCapacity) {
    if (cpuCapacity == 0 || memoryCapacity == 0) {
      return MAX_NODE_SCORE;
    }
    double cpuShare = Math.min(1, (double) cpu / cpuCapacity);
    double memoryShare = Math.min(1, (double) memory / memoryCapacity);
    return (long) ((1 - Math.abs((cpuShare - memoryShare) / 2)) * MAX_NODE_SCORE);
  }
}
