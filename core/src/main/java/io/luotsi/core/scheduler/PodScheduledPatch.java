package io.luotsi.core.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Says on a pod that it could not be scheduled, as a strategic merge patch of its status. */
public final class PodScheduledPatch {
  private PodScheduledPatch() {}

  /** The time of transition stays as it was if the condition was False before. */
  public static ObjectNode of(PodView pod, String reason, String message, Instant now) {
    String since =
        pod.scheduled()
            .filter(c -> c.status().equals("False") && !c.lastTransitionTime().isEmpty())
            .map(PodView.Condition::lastTransitionTime)
            .orElse(now.truncatedTo(ChronoUnit.SECONDS).toString());
    ObjectNode patch = Json.object();
    patch.putObject("metadata").put("uid", pod.uid());
    ObjectNode condition = patch.putObject("status").putArray("conditions").addObject();
    condition
        .put("type", "PodScheduled")
        .put("status", "False")
        .put("reason", reason)
        .put("message", message)
        .put("lastTransitionTime", since);
    if (pod.generation() > 0) {
      condition.put("observedGeneration", pod.generation());
    }
    return patch;
  }
}
