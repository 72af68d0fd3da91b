package io.luotsi.core.scheduler;

import io.luotsi.core.api.ObjectKey;
import java.util.Optional;

/**
 * A pod as the scheduler sees it.
 *
 * @param nodeName the node it is bound to, or empty
 * @param gated whether {@code spec.schedulingGates} still holds it back
 * @param over whether its containers have ended for good, so that it takes nothing from its node
 * @param scheduled its {@code PodScheduled} condition, if it has one
 */
public record PodView(
    ObjectKey key,
    String uid,
    long resourceVersion,
    long generation,
    String schedulerName,
    String nodeName,
    boolean gated,
    boolean deleting,
    boolean over,
    Optional<Condition> scheduled,
    PodShape shape) {

  /** The {@code PodScheduled} condition, as far as it matters here. */
  public record Condition(
      String status, String reason, String message, String lastTransitionTime) {}

  boolean bound() {
    return !nodeName.isEmpty();
  }

  /** Whether the condition says so already and need not be written again. */
  public boolean isSaidToPend(String reason, String message) {
    return scheduled
        .filter(c -> c.status().equals("False"))
        .filter(c -> c.reason().equals(reason) && c.message().equals(message))
        .isPresent();
  }
}
