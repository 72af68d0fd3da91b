package io.luotsi.core.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.controller.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The conditions of a Deployment while a status is made up; order and times as upstream's. */
final class DeploymentConditions {
  private final List<ObjectNode> conditions = new ArrayList<>();
  private final Instant now;

  DeploymentConditions(JsonNode status, Instant now) {
    status.path("conditions").forEach(condition -> conditions.add(condition.deepCopy()));
    this.now = now;
  }

  Optional<ObjectNode> get(String type) {
    return conditions.stream().filter(c -> c.path("type").asText().equals(type)).findFirst();
  }

  String reason(String type) {
    return get(type).map(c -> c.path("reason").asText()).orElse("");
  }

  void remove(String type) {
    conditions.removeIf(condition -> condition.path("type").asText().equals(type));
  }

  /** Leaves a condition of the same status and reason alone, message and all. */
  void set(String type, String status, String reason, String message) {
    Optional<ObjectNode> known = get(type);
    boolean sameStatus = known.map(c -> c.path("status").asText().equals(status)).orElse(false);
    if (sameStatus && reason(type).equals(reason)) {
      return;
    }
    replace(type, status, reason, message);
  }

  /** Sets the condition even if only its time of update changes. */
  void replace(String type, String status, String reason, String message) {
    Optional<ObjectNode> known = get(type);
    String transition =
        known
            .filter(c -> c.path("status").asText().equals(status))
            .map(c -> c.path("lastTransitionTime").asText())
            .orElse(Timestamps.format(now));
    ObjectNode condition = Json.object();
    condition.put("type", type);
    condition.put("status", status);
    condition.put("lastUpdateTime", Timestamps.format(now));
    condition.put("lastTransitionTime", transition);
    condition.put("reason", reason);
    condition.put("message", message);
    remove(type);
    conditions.add(condition);
  }

  ArrayNode json() {
    ArrayNode array = Json.mapper().createArrayNode();
    conditions.forEach(array::add);
    return array;
  }
}
