package io.luotsi.core.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Selectors;
import java.util.Map;
import java.util.Optional;

/**
 * A Deployment as its controller reads it.
 *
 * @param selectorJson {@code spec.selector} as it stands
 * @param rolling whether the strategy is RollingUpdate; else it is Recreate
 * @param revisionHistoryLimit empty: keep all
 * @param progressDeadlineSeconds empty: there is none
 * @param collisionCount empty until a hash collided
 * @param status possibly without any field
 */
record DeploymentView(
    ObjectKey key,
    String uid,
    long resourceVersion,
    long generation,
    boolean deleting,
    Map<String, String> annotations,
    int replicas,
    boolean paused,
    boolean rolling,
    Fences fences,
    int minReadySeconds,
    Optional<Integer> revisionHistoryLimit,
    Optional<Integer> progressDeadlineSeconds,
    JsonNode selectorJson,
    LabelSelector selector,
    JsonNode template,
    Optional<Integer> collisionCount,
    JsonNode status) {

  static DeploymentView of(StoredObject object) {
    ObjectNode json = Json.readObject(object.json());
    JsonNode spec = json.path("spec");
    JsonNode strategy = spec.path("strategy");
    int replicas = spec.path("replicas").asInt(1);
    boolean rolling = !strategy.path("type").asText().equals("Recreate");
    int deadline = spec.path("progressDeadlineSeconds").asInt(Integer.MAX_VALUE);
    int history = spec.path("revisionHistoryLimit").asInt(Integer.MAX_VALUE);
    return new DeploymentView(
        object.key(),
        object.uid(),
        object.resourceVersion(),
        json.at("/metadata/generation").asLong(),
        object.deleting(),
        Selectors.strings(json.at("/metadata/annotations")),
        replicas,
        spec.path("paused").asBoolean(false),
        rolling,
        rolling ? Fences.of(strategy.path("rollingUpdate"), replicas) : Fences.NONE,
        spec.path("minReadySeconds").asInt(0),
        // Upstream's way to say none is the largest integer.
        history == Integer.MAX_VALUE ? Optional.empty() : Optional.of(history),
        deadline == Integer.MAX_VALUE ? Optional.empty() : Optional.of(deadline),
        spec.path("selector"),
        Selectors.read(spec.path("selector")),
        spec.path("template"),
        json.at("/status/collisionCount").isInt()
            ? Optional.of(json.at("/status/collisionCount").asInt())
            : Optional.empty(),
        json.path("status"));
  }

  /** The number of pods that a rollout may have at once. */
  int mostPods() {
    return replicas + fences.surge();
  }

  /** The number of available pods below which a rollout must not go. */
  int fewestAvailable() {
    return replicas - Math.min(fences.unavailable(), replicas);
  }

  EventSubject subject() {
    return new EventSubject(Resources.DEPLOYMENT, key, uid, Long.toString(resourceVersion), "");
  }
}
