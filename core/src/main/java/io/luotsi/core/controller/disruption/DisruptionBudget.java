package io.luotsi.core.controller.disruption;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Selectors;
import io.luotsi.core.controller.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a budget's status is to say.
 *
 * @see "Source: pkg/controller/disruption disruption.go; component-helpers
 *     apps/poddisruptionbudget"
 */
public final class DisruptionBudget {
  /** For how long an eviction that was granted counts before its pod is told to go. */
  public static final Duration EVICTION_TAKES = Duration.ofMinutes(2);

  private static final int ALL_PERCENT = 100;

  private DisruptionBudget() {}

  /** Whether a budget is about pods with such labels; an empty selector is about none. */
  public static boolean covers(JsonNode budget, Map<String, String> labels) {
    JsonNode selector = budget.path("spec").path("selector");
    return !(selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty())
        && Selectors.read(selector).matches(labels);
  }

  /** Whether it is the controllers' scale, and not the pods there are, that is divided. */
  public static boolean dependsOnScale(JsonNode spec) {
    return spec.has("maxUnavailable") || spec.path("minAvailable").isTextual();
  }

  /**
   * @param expected pods there should be
   * @param desired healthy pods there must be
   */
  public record Bounds(int expected, int desired) {
    /**
     * @param scale of all controllers of the pods together; only looked at where it matters
     * @param pods that there are
     */
    public static Bounds of(JsonNode spec, int scale, int pods) {
      JsonNode most = spec.path("maxUnavailable");
      JsonNode least = spec.path("minAvailable");
      if (!most.isMissingNode()) {
        return new Bounds(scale, Math.max(0, scale - scaled(most, scale)));
      }
      if (least.isTextual()) {
        return new Bounds(scale, scaled(least, scale));
      }
      // Without either, as upstream, nothing is wanted and nothing is expected.
      return least.isNumber() ? new Bounds(pods, least.asInt()) : new Bounds(0, 0);
    }

    /** A number, or so many percent, rounded up. */
    private static int scaled(JsonNode amount, int of) {
      if (!amount.isTextual()) {
        return amount.asInt();
      }
      long percent = Long.parseLong(amount.asText().replace("%", ""));
      return Math.toIntExact(Math.ceilDiv(percent * of, ALL_PERCENT));
    }
  }

  /** Evictions granted whose pods are still there, by the pods' names. */
  public static SortedMap<String, Instant> pending(
      JsonNode budget, Collection<PodView> pods, Instant now) {
    SortedMap<String, Instant> pending = new TreeMap<>();
    JsonNode granted = budget.path("status").path("disruptedPods");
    for (PodView pod : pods) {
      Optional<Instant> at = Timestamps.read(granted.path(pod.key().name()));
      if (!pod.deleting() && at.isPresent() && !at.get().plus(EVICTION_TAKES).isBefore(now)) {
        pending.put(pod.key().name(), at.get());
      }
    }
    return pending;
  }

  /** Pods that are ready and about to stay. */
  public static int healthy(Collection<PodView> pods, Map<String, Instant> pending) {
    return (int)
        pods.stream()
            .filter(pod -> !pod.deleting() && pod.ready())
            .filter(pod -> !pending.containsKey(pod.key().name()))
            .count();
  }

  /**
   * @return the budget with its new status; empty if it is right as it is
   */
  public static Optional<ObjectNode> status(
      ObjectNode budget, Bounds bounds, int healthy, Map<String, Instant> pending, Instant now) {
    ObjectNode changed = budget.deepCopy();
    ObjectNode status = changed.withObject("status");
    int allowed = bounds.expected() > 0 ? Math.max(0, healthy - bounds.desired()) : 0;
    status.put("currentHealthy", healthy).put("desiredHealthy", bounds.desired());
    status.put("disruptionsAllowed", allowed).put("expectedPods", bounds.expected());
    status.remove("disruptedPods");
    pending.forEach(
        (pod, at) -> status.withObject("disruptedPods").put(pod, Timestamps.format(at)));
    JsonNode generation = budget.at("/metadata/generation");
    if (generation.isNumber()) {
      status.set("observedGeneration", generation);
    }
    allowance(changed, allowed > 0 ? "SufficientPods" : "InsufficientPods", "", now);
    return changed.equals(budget) ? Optional.empty() : Optional.of(changed);
  }

  /** Nothing may be evicted as long as nobody knows how many pods there should be. */
  public static Optional<ObjectNode> unknown(ObjectNode budget, String why, Instant now) {
    ObjectNode changed = budget.deepCopy();
    changed.withObject("status").put("disruptionsAllowed", 0);
    allowance(changed, "SyncFailed", why, now);
    return changed.equals(budget) ? Optional.empty() : Optional.of(changed);
  }

  /** Sets the condition DisruptionAllowed; it dates from when its status last changed. */
  public static void allowance(ObjectNode budget, String reason, String message, Instant now) {
    ObjectNode status = budget.withObject("status");
    ArrayNode conditions = status.withArray("conditions");
    ObjectNode condition = null;
    for (JsonNode one : conditions) {
      if (one.path("type").asText().equals("DisruptionAllowed")) {
        condition = (ObjectNode) one;
      }
    }
    if (condition == null) {
      condition = conditions.addObject().put("type", "DisruptionAllowed");
    }
    String value = reason.equals("SufficientPods") ? "True" : "False";
    if (!condition.path("status").asText().equals(value)) {
      condition.put("lastTransitionTime", Timestamps.format(now));
    }
    condition.put("message", message).put("reason", reason).put("status", value);
    if (status.has("observedGeneration")) {
      condition.set("observedGeneration", status.get("observedGeneration"));
    }
  }
}
