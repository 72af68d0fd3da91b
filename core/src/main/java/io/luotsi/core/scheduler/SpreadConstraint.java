package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;

/**
 * One topology spread constraint of a pod.
 *
 * @param hard {@code DoNotSchedule}; otherwise {@code ScheduleAnyway}
 * @param selector of the pods that are counted, {@code matchLabelKeys} already in it; a selector
 *     without requirements counts none
 * @param minDomains at least 1
 * @param honorAffinity whether only nodes that the pod's node affinity admits are counted
 * @param honorTaints whether only nodes whose taints the pod tolerates are counted
 */
public record SpreadConstraint(
    String topologyKey,
    int maxSkew,
    boolean hard,
    LabelSelector selector,
    int minDomains,
    boolean honorAffinity,
    boolean honorTaints) {
  static final String HOSTNAME = "kubernetes.io/hostname";
  static final String ZONE = "topology.kubernetes.io/zone";

  static SpreadConstraint soft(String topologyKey, int maxSkew, LabelSelector selector) {
    return new SpreadConstraint(topologyKey, maxSkew, false, selector, 1, true, false);
  }
}
