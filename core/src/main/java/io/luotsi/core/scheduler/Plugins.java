package io.luotsi.core.scheduler;

import java.util.List;

/**
 * Which plugins take part where, in upstream's order: the first filter that refuses a node gives
 * the reason.
 */
record Plugins(
    List<PreEnqueuePlugin> preEnqueue,
    List<PreFilterPlugin> preFilter,
    List<FilterPlugin> filter,
    List<ScorePlugin> score) {
  Plugins {
    preEnqueue = List.copyOf(preEnqueue);
    preFilter = List.copyOf(preFilter);
    filter = List.copyOf(filter);
    score = List.copyOf(score);
  }

  /** Upstream's default profile, as far as it is built. */
  static Plugins standard(WorkloadSelectors workloads) {
    TaintToleration taintToleration = new TaintToleration();
    NodeAffinity nodeAffinity = new NodeAffinity();
    NodeResourcesFit nodeResourcesFit = new NodeResourcesFit();
    PodTopologySpread podTopologySpread = new PodTopologySpread(workloads);
    return new Plugins(
        List.of(new SchedulingGates()),
        List.of(new UnbuiltRequests(), nodeAffinity),
        List.of(
            new NodeUnschedulable(),
            new NodeName(),
            taintToleration,
            nodeAffinity,
            new NodePorts(),
            nodeResourcesFit,
            podTopologySpread),
        List.of(
            taintToleration,
            nodeAffinity,
            podTopologySpread,
            nodeResourcesFit,
            new NodeResourcesBalancedAllocation()));
  }
}
