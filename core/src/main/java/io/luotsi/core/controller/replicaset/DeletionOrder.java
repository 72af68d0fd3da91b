package io.luotsi.core.controller.replicaset;

import io.luotsi.core.controller.PodView;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;

/**
 * Which pod is missed least: unassigned before assigned, pending before unknown before running, not
 * ready before ready, lower deletion cost, nodes with more pods of the same workload, shorter
 * ready, more restarts, younger. Ages count by their order of magnitude only, so that not always
 * the youngest goes; equals go by uid. (Upstream goes by uid as soon as two magnitudes are equal
 * and the ages are not, which is no order: a < b < c < a can happen.)
 *
 * @param related active pods of the workload by node name
 * @see "Source: client-go controller_utils, ActivePodsWithRanks; KEP-2185"
 */
record DeletionOrder(Map<String, Integer> related, Instant now) implements Comparator<PodView> {

  @Override
  public int compare(PodView a, PodView b) {
    int order = Boolean.compare(!a.nodeName().isEmpty(), !b.nodeName().isEmpty());
    if (order == 0) {
      order = Integer.compare(rankOfPhase(a), rankOfPhase(b));
    }
    if (order == 0) {
      order = Boolean.compare(a.ready(), b.ready());
    }
    if (order == 0) {
      order = Integer.compare(a.deletionCost(), b.deletionCost());
    }
    if (order == 0) {
      order = Integer.compare(neighbours(b), neighbours(a));
    }
    if (order == 0 && a.ready()) {
      order = byAge(a.readySince(), b.readySince());
    }
    if (order == 0) {
      order = Integer.compare(b.restarts(), a.restarts());
    }
    if (order == 0) {
      order = byAge(Optional.of(a.created()), Optional.of(b.created()));
    }
    return order == 0 ? a.uid().compareTo(b.uid()) : order;
  }

  private int neighbours(PodView pod) {
    return related.getOrDefault(pod.nodeName(), 0);
  }

  private static int rankOfPhase(PodView pod) {
    return switch (pod.phase()) {
      case "Unknown" -> 1;
      case "Running" -> 2;
      default -> 0;
    };
  }

  private int byAge(Optional<Instant> sinceA, Optional<Instant> sinceB) {
    return sinceA.isEmpty() || sinceB.isEmpty()
        ? Boolean.compare(sinceA.isPresent(), sinceB.isPresent())
        : Integer.compare(magnitude(sinceA.get()), magnitude(sinceB.get()));
  }

  /** Binary logarithm of the age in nanoseconds. */
  private int magnitude(Instant since) {
    long nanos = Duration.between(since, now).toNanos();
    return nanos <= 0 ? -1 : 63 - Long.numberOfLeadingZeros(nanos);
  }
}
