package io.luotsi.core.controller.replicaset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Ownership;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.StatusFields;
import io.luotsi.core.controller.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rules of a ReplicaSet, which are those of a ReplicationController, too: which pods are its
 * own, how many are to be made or which are to go, and what its status says.
 *
 * @see "Source: kube-controller-manager, replicaset controller"
 */
public final class ReplicaSetReconcile {
  /** Pods made or deleted in one round, at most. */
  public static final int BURST = 500;

  private ReplicaSetReconcile() {}

  /** Why pods could not be made or deleted. */
  public record Failure(String reason, String message) {}

  /**
   * @param claims patches that adopt and release pods; before anything else
   * @param active the pods that count, once the claims are done, in the order observed
   * @param create how many pods to make, at most {@link #BURST}
   * @param delete which pods to delete, at most {@link #BURST}, the least valuable first
   */
  public record Plan(
      List<Action.Patch> claims, List<PodView> active, int create, List<PodView> delete) {}

  /**
   * @param pods of the namespace: all those that the ReplicaSet controls, and those that nobody
   *     does
   * @param related for each node, how many active pods run there of all ReplicaSets of the same
   *     Deployment; only asked for when pods must go
   */
  public static Plan plan(
      ReplicaSetView rs, List<PodView> pods, Map<String, Integer> related, Instant now) {
    List<Action.Patch> claims = new ArrayList<>();
    List<PodView> active = new ArrayList<>();
    for (PodView pod : pods) {
      if (claim(rs, pod, claims) && pod.active()) {
        active.add(pod);
      }
    }
    if (rs.deleting()) {
      return new Plan(claims, active, 0, List.of());
    }
    int surplus = active.size() - rs.replicas();
    if (surplus <= 0) {
      return new Plan(claims, active, Math.min(-surplus, BURST), List.of());
    }
    List<PodView> ranked = new ArrayList<>(active);
    if (surplus < active.size()) {
      ranked.sort(new DeletionOrder(related, now));
    }
    return new Plan(claims, active, 0, List.copyOf(ranked.subList(0, Math.min(surplus, BURST))));
  }

  /** Whether the pod is the ReplicaSet's, now or once a patch put into {@code claims} is done. */
  private static boolean claim(ReplicaSetView rs, PodView pod, List<Action.Patch> claims) {
    boolean matches = rs.selector().matches(pod.labels());
    if (pod.controllerUid().isPresent()) {
      if (!pod.controllerUid().get().equals(rs.uid())) {
        return false;
      }
      if (!matches && !rs.deleting()) {
        claims.add(Ownership.release(Resources.PODS, pod.key(), pod.uid(), rs.uid()));
      }
      return matches;
    }
    if (!matches || rs.deleting() || !pod.active()) {
      return false;
    }
    claims.add(
        Ownership.adopt(
            Resources.PODS,
            pod.key(),
            pod.uid(),
            Ownership.controllerReference(rs.kind().kind(), rs.key().name(), rs.uid())));
    return true;
  }

  /** A pod of the template, to be named by the API server. */
  public static ObjectNode newPod(ReplicaSetView rs) {
    ObjectNode pod = Json.object();
    pod.put("apiVersion", "v1");
    pod.put("kind", "Pod");
    ObjectNode metadata = pod.putObject("metadata");
    metadata.put("generateName", rs.key().name() + "-");
    metadata.put("namespace", rs.key().namespace());
    JsonNode from = rs.template().path("metadata");
    for (String field : List.of("labels", "annotations", "finalizers")) {
      if (!from.path(field).isEmpty()) {
        metadata.set(field, from.path(field).deepCopy());
      }
    }
    metadata
        .putArray("ownerReferences")
        .add(Ownership.controllerReference(rs.kind().kind(), rs.key().name(), rs.uid()));
    pod.set("spec", rs.template().path("spec").deepCopy());
    return pod;
  }

  /**
   * The status that says what was observed; empty if the ReplicaSet says so already.
   *
   * @param active pods that count
   * @param failure of what this round tried
   */
  public static Optional<Action> status(
      ReplicaSetView rs, List<PodView> active, Optional<Failure> failure, Instant now) {
    LabelSelector template = LabelSelector.ofLabels(rs.templateLabels());
    int labelled = 0;
    int ready = 0;
    int available = 0;
    for (PodView pod : active) {
      labelled += template.matches(pod.labels()) ? 1 : 0;
      ready += pod.ready() ? 1 : 0;
      available += pod.available(rs.minReadySeconds(), now) ? 1 : 0;
    }
    ObjectNode status = Json.object();
    status.put("replicas", active.size());
    StatusFields.putUnlessZero(status, "fullyLabeledReplicas", labelled);
    StatusFields.putUnlessZero(status, "readyReplicas", ready);
    StatusFields.putUnlessZero(status, "availableReplicas", available);
    status.put("observedGeneration", rs.generation());
    ArrayNode conditions = conditions(rs, failure, now);
    if (conditions.isEmpty()) {
      status.putNull("conditions");
    } else {
      status.set("conditions", conditions);
    }
    if (StatusFields.says(rs.status(), status)) {
      return Optional.empty();
    }
    ObjectNode patch = Json.object();
    patch
        .putObject("metadata")
        .put("uid", rs.uid())
        .put("resourceVersion", Long.toString(rs.resourceVersion()));
    patch.set("status", status);
    return Optional.of(Action.merge(rs.kind().resource(), rs.key(), "status", patch));
  }

  /** How long until a ready pod becomes available, if one is waiting to. */
  public static Optional<Duration> nextAvailable(
      ReplicaSetView rs, List<PodView> active, Instant now) {
    return rs.minReadySeconds() == 0
        ? Optional.empty()
        : active.stream()
            .filter(pod -> pod.ready() && !pod.available(rs.minReadySeconds(), now))
            .flatMap(pod -> pod.readySince().stream())
            .map(since -> Duration.between(now, since.plusSeconds(rs.minReadySeconds())))
            .min(Duration::compareTo);
  }

  /** How many active pods there are on each node. */
  public static Map<String, Integer> countByNode(Iterable<PodView> pods) {
    Map<String, Integer> counts = new HashMap<>();
    for (PodView pod : pods) {
      if (pod.active()) {
        counts.merge(pod.nodeName(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static ArrayNode conditions(ReplicaSetView rs, Optional<Failure> failure, Instant now) {
    ArrayNode conditions = Json.mapper().createArrayNode();
    boolean known = false;
    for (JsonNode condition : rs.status().path("conditions")) {
      boolean about = condition.path("type").asText().equals("ReplicaFailure");
      if (!about || failure.isPresent()) {
        conditions.add(condition);
      }
      known |= about;
    }
    if (failure.isPresent() && !known) {
      conditions
          .addObject()
          .put("type", "ReplicaFailure")
          .put("status", "True")
          .put("lastTransitionTime", Timestamps.format(now))
          .put("reason", failure.get().reason())
          .put("message", failure.get().message());
    }
    return conditions;
  }
}
