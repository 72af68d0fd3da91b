package io.luotsi.core.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.OwnerReference;
import io.luotsi.core.api.StoredObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What a controller of pods counts and ranks them by. Small, so that it may be kept per pod.
 *
 * @param controllerUid of the owner that is the controller
 * @param phase empty is Pending
 * @param nodeName empty until bound
 * @param readySince when the Ready condition became True; empty if the pod is not ready
 * @param restarts of the container that restarted most
 * @param deletionCost {@code controller.kubernetes.io/pod-deletion-cost}, else 0
 */
public record PodView(
    ObjectKey key,
    String uid,
    Map<String, String> labels,
    Optional<String> controllerUid,
    boolean deleting,
    Instant created,
    String phase,
    String nodeName,
    boolean ready,
    Optional<Instant> readySince,
    int restarts,
    int deletionCost) {

  public static PodView of(StoredObject pod) {
    JsonNode json = Json.readObject(pod.json());
    JsonNode status = json.path("status");
    JsonNode ready = condition(status, "Ready");
    boolean isReady = ready.path("status").asText().equals("True");
    return new PodView(
        pod.key(),
        pod.uid(),
        pod.labels(),
        pod.controller().map(OwnerReference::uid),
        pod.deleting(),
        Timestamps.read(json.at("/metadata/creationTimestamp")).orElse(Instant.EPOCH),
        status.path("phase").asText(),
        json.at("/spec/nodeName").asText(),
        isReady,
        isReady ? Timestamps.read(ready.path("lastTransitionTime")) : Optional.empty(),
        maxRestarts(status),
        integer(
            json.path("metadata")
                .path("annotations")
                .path("controller.kubernetes.io/pod-deletion-cost")
                .asText()));
  }

  /** Counts towards the replicas of its controller. */
  public boolean active() {
    return !phase.equals("Succeeded") && !phase.equals("Failed") && !deleting;
  }

  /** Ready for at least so long. */
  public boolean available(int minReadySeconds, Instant now) {
    return ready
        && (minReadySeconds == 0
            || readySince.isPresent()
                && !readySince.get().plus(Duration.ofSeconds(minReadySeconds)).isAfter(now));
  }

  /** The condition of that type of any object's status; a missing node if there is none. */
  public static JsonNode condition(JsonNode status, String type) {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition;
      }
    }
    return MissingNode.getInstance();
  }

  private static int maxRestarts(JsonNode status) {
    int most = 0;
    for (JsonNode container : status.path("containerStatuses")) {
      most = Math.max(most, container.path("restartCount").asInt());
    }
    return most;
  }

  /** Upstream ignores a cost that is no integer. */
  private static int integer(String text) {
    try {
      return text.isEmpty() ? 0 : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
