package io.luotsi.core.controller.deployment;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Spreads a change of a Deployment's size over its ReplicaSets in the middle of a rollout. */
final class Proportions {
  private Proportions() {}

  /**
   * @param active ReplicaSets that want pods, two at least
   * @return the new size of each; together what the rollout may have
   */
  static Map<Revision, Integer> spread(DeploymentView deployment, List<Revision> active) {
    int present = active.stream().mapToInt(Revision::replicas).sum();
    int allowed = deployment.replicas() > 0 ? deployment.mostPods() : 0;
    int toAdd = allowed - present;
    List<Revision> ordered = new ArrayList<>(active);
    // The largest first; among equals the newest grows and the oldest shrinks.
    Comparator<Revision> bySize = Comparator.comparingInt(Revision::replicas).reversed();
    ordered.sort(
        bySize.thenComparing(toAdd > 0 ? Revision.BY_CREATION.reversed() : Revision.BY_CREATION));
    Map<Revision, Integer> sizes = new LinkedHashMap<>();
    int added = 0;
    for (Revision rs : ordered) {
      int share = toAdd == 0 ? 0 : share(deployment, rs, toAdd, added);
      sizes.put(rs, rs.replicas() + share);
      added += share;
    }
    if (toAdd != 0) {
      int leftover = toAdd - added;
      sizes.compute(
          ordered.getFirst(),
          (rs, size) -> Math.max(0, Optional.ofNullable(size).orElse(0) + leftover));
    }
    return sizes;
  }

  private static int share(DeploymentView deployment, Revision rs, int toAdd, int added) {
    if (toAdd == added) {
      return 0;
    }
    int fraction = fraction(deployment, rs);
    int allowed = toAdd - added;
    return toAdd > 0 ? Math.min(fraction, allowed) : Math.max(fraction, allowed);
  }

  /** How much the ReplicaSet would change if it alone kept its part of the whole. */
  private static int fraction(DeploymentView deployment, Revision rs) {
    if (deployment.replicas() == 0) {
      return -rs.replicas();
    }
    double before =
        rs.number(Revision.MAX)
            .filter(max -> max != 0)
            .orElse(deployment.status().path("replicas").asLong());
    if (before == 0) {
      return 0;
    }
    // Half away from zero, as upstream rounds.
    return (int) Math.round(rs.replicas() * (double) deployment.mostPods() / before)
        - rs.replicas();
  }
}
