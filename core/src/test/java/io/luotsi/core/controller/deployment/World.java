package io.luotsi.core.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.deployment.DeploymentReconcile.Plan;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** One Deployment and its ReplicaSets; carries plans out and plays the ReplicaSet controller. */
final class World {
  ObjectNode deployment = Json.object();
  List<ObjectNode> replicaSets = new ArrayList<>();
  Instant now = Instant.parse("2026-01-01T12:00:00Z");
  long generation = 1;
  boolean oldPodsRun;
  private int made;

  static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  void deploy(int replicas, String surge, String unavailable) {
    deployment =
        json(
            """
            {'metadata':{'name':'web','namespace':'ns','uid':'deployment-uid'},
             'spec':{'selector':{'matchLabels':{'app':'web'}},'progressDeadlineSeconds':600,
              'strategy':{'type':'RollingUpdate','rollingUpdate':{}},
              'template':{'metadata':{'labels':{'app':'web'}},'spec':{'image':'v1'}}},
             'status':{}}
            """);
    spec().put("replicas", replicas);
    ObjectNode rolling = spec().withObject("/strategy/rollingUpdate");
    put(rolling, "maxSurge", surge);
    put(rolling, "maxUnavailable", unavailable);
  }

  static void put(ObjectNode node, String field, String value) {
    if (value.endsWith("%")) {
      node.put(field, value);
    } else {
      node.put(field, Integer.parseInt(value));
    }
  }

  ObjectNode spec() {
    return (ObjectNode) deployment.get("spec");
  }

  void template(String image) {
    spec().withObject("/template/spec").put("image", image);
    generation++;
  }

  StoredObject stored() {
    ((ObjectNode) deployment.get("metadata")).put("generation", generation);
    return store(deployment, 1);
  }

  static StoredObject store(ObjectNode json, long version) {
    return ObjectDraft.of(json, SelectableFields.NONE).seal(version);
  }

  Plan plan() {
    List<StoredObject> sets = replicaSets.stream().map(rs -> store(rs, 1)).toList();
    return DeploymentReconcile.plan(stored(), sets, uid -> oldPodsRun, now);
  }

  /** Plans once and carries it out; pods of ReplicaSets come and go at once, but are not ready. */
  Plan step() {
    Plan plan = plan();
    plan.actions().forEach(this::carryOut);
    replicaSets.forEach(World::populate);
    return plan;
  }

  /** Steps, with all pods ready each time, until nothing is left to do. */
  void settle() {
    for (int i = 0; i < 500; i++) {
      int before = made;
      if (step().actions().isEmpty() && made == before && !anyUnready()) {
        return;
      }
      allPodsReady();
    }
    throw new AssertionError("does not settle: " + replicaSets);
  }

  private boolean anyUnready() {
    return replicaSets.stream()
        .anyMatch(
            rs -> rs.at("/status/availableReplicas").asInt() != rs.at("/spec/replicas").asInt());
  }

  void allPodsReady() {
    replicaSets.forEach(rs -> ready(rs, rs.at("/spec/replicas").asInt()));
  }

  void somePodsReady(Random random) {
    for (ObjectNode rs : replicaSets) {
      int ready = rs.at("/status/availableReplicas").asInt();
      int missing = rs.at("/spec/replicas").asInt() - ready;
      if (missing > 0) {
        ready(rs, ready + random.nextInt(missing + 1));
      }
    }
  }

  private static void ready(ObjectNode rs, int count) {
    rs.withObject("/status").put("readyReplicas", count).put("availableReplicas", count);
  }

  List<Integer> sizes() {
    return replicaSets.stream().map(rs -> rs.at("/spec/replicas").asInt()).toList();
  }

  int available() {
    return replicaSets.stream().mapToInt(rs -> rs.at("/status/availableReplicas").asInt()).sum();
  }

  private static void populate(ObjectNode rs) {
    int replicas = rs.at("/spec/replicas").asInt();
    ObjectNode status = rs.withObject("/status");
    status.put("replicas", replicas);
    // Scaling down takes pods that are not ready first.
    ready(rs, Math.min(replicas, status.path("availableReplicas").asInt()));
  }

  private void carryOut(Action action) {
    switch (action) {
      case Action.Create create -> {
        ObjectNode rs = create.body().deepCopy();
        made++;
        ((ObjectNode) rs.get("metadata"))
            .put("uid", "rs-" + made)
            .put("creationTimestamp", now.plusSeconds(made).toString());
        rs.putObject("status");
        replicaSets.add(rs);
      }
      case Action.Patch patch when patch.resource().equals(Resources.DEPLOYMENTS) ->
          merge(deployment, patch.patch());
      case Action.Patch patch ->
          replicaSets.stream()
              .filter(rs -> rs.at("/metadata/name").asText().equals(patch.key().name()))
              .forEach(rs -> merge(rs, patch.patch()));
      case Action.Delete delete ->
          replicaSets.removeIf(rs -> rs.at("/metadata/name").asText().equals(delete.key().name()));
      case Action.Update update -> throw new AssertionError("not expected: " + update);
      case Action.Event event -> {}
    }
  }

  /** RFC 7386. */
  private static void merge(ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> field : patch.properties()) {
      switch (field.getValue()) {
        case ObjectNode object -> {
          ObjectNode inner =
              target.get(field.getKey()) instanceof ObjectNode present
                  ? present
                  : target.putObject(field.getKey());
          merge(inner, object);
        }
        case ArrayNode list -> target.set(field.getKey(), list.deepCopy());
        case JsonNode value when value.isNull() -> target.remove(field.getKey());
        case JsonNode value -> target.set(field.getKey(), value);
      }
    }
  }
}
