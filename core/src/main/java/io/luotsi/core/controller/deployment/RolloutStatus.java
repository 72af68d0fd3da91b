package io.luotsi.core.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.StatusFields;
import io.luotsi.core.controller.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a Deployment's status says of its ReplicaSets. */
final class RolloutStatus {
  private static final String PROGRESSING = "Progressing";
  private static final String TIMED_OUT = "ProgressDeadlineExceeded";

  private final DeploymentView deployment;
  private final List<Revision> all;
  private final Optional<Revision> newest;
  private final Instant now;
  private final DeploymentConditions conditions;
  private final int replicas;
  private final int updated;
  private final int ready;
  private final int available;

  /**
   * @param all ReplicaSets there are, the newest included
   */
  RolloutStatus(
      DeploymentView deployment,
      List<Revision> all,
      Optional<Revision> newest,
      DeploymentConditions conditions,
      Instant now) {
    this.deployment = deployment;
    this.all = all;
    this.newest = newest;
    this.now = now;
    this.conditions = conditions;
    this.replicas = all.stream().mapToInt(Revision::actualReplicas).sum();
    this.updated = newest.map(Revision::actualReplicas).orElse(0);
    this.ready = all.stream().mapToInt(Revision::readyReplicas).sum();
    this.available = all.stream().mapToInt(Revision::availableReplicas).sum();
  }

  /** A status is written only for the version of the Deployment that was seen. */
  static Action patch(DeploymentView view, ObjectNode status) {
    ObjectNode patch = Json.object();
    patch
        .putObject("metadata")
        .put("uid", view.uid())
        .put("resourceVersion", Long.toString(view.resourceVersion()));
    patch.set("status", status);
    return Action.merge(Resources.DEPLOYMENTS, view.key(), "status", patch);
  }

  /** All updated, none old, all available, as the status that is about to be written says it. */
  boolean complete() {
    return updated == deployment.replicas()
        && replicas == deployment.replicas()
        && available == deployment.replicas();
  }

  /** The same of the status that was written last. */
  static boolean wasComplete(DeploymentView deployment) {
    JsonNode status = deployment.status();
    int replicas = deployment.replicas();
    return status.path("updatedReplicas").asInt() == replicas
        && status.path("replicas").asInt() == replicas
        && status.path("availableReplicas").asInt() == replicas
        && status.path("observedGeneration").asLong() >= deployment.generation();
  }

  /** The conditions of a rollout that is under way or done. */
  void judgeProgress() {
    if (deployment.progressDeadlineSeconds().isEmpty()) {
      conditions.remove(PROGRESSING);
    } else if (replicas != updated
        || !conditions.reason(PROGRESSING).equals("NewReplicaSetAvailable")) {
      String what =
          newest
              .map(rs -> "ReplicaSet \"" + rs.name() + "\"")
              .orElse("Deployment \"" + deployment.key().name() + "\"");
      if (complete()) {
        conditions.set(
            PROGRESSING, "True", "NewReplicaSetAvailable", what + " has successfully progressed.");
      } else if (progressed()) {
        conditions.replace(PROGRESSING, "True", "ReplicaSetUpdated", what + " is progressing.");
      } else if (timedOut()) {
        conditions.set(PROGRESSING, "False", TIMED_OUT, what + " has timed out progressing.");
      }
    }
    Optional<JsonNode> failure = replicaFailure();
    if (failure.isPresent()) {
      conditions.set(
          "ReplicaFailure",
          failure.get().path("status").asText(),
          failure.get().path("reason").asText(),
          failure.get().path("message").asText());
    } else {
      conditions.remove("ReplicaFailure");
    }
  }

  /** When the deadline passes, if somebody has to look then. */
  Optional<Duration> deadline() {
    if (deployment.progressDeadlineSeconds().isEmpty()
        || complete()
        || conditions.reason(PROGRESSING).equals(TIMED_OUT)) {
      return Optional.empty();
    }
    return conditions
        .get(PROGRESSING)
        .flatMap(condition -> Timestamps.read(condition.path("lastUpdateTime")))
        .map(updated -> updated.plusSeconds(deployment.progressDeadlineSeconds().get()))
        // A second later: times in conditions are whole seconds.
        .map(end -> Duration.between(now, end).plusSeconds(1))
        .map(wait -> wait.isNegative() ? Duration.ofSeconds(1) : wait);
  }

  /** The patch, unless the Deployment's status is this one already. */
  Optional<Action> action(Map<String, String> annotations) {
    judgeAvailability();
    ObjectNode status = Json.object();
    status.put("observedGeneration", deployment.generation());
    StatusFields.putUnlessZero(status, "replicas", replicas);
    StatusFields.putUnlessZero(status, "updatedReplicas", updated);
    StatusFields.putUnlessZero(status, "readyReplicas", ready);
    StatusFields.putUnlessZero(status, "availableReplicas", available);
    int wanted = all.stream().mapToInt(Revision::replicas).sum();
    StatusFields.putUnlessZero(status, "unavailableReplicas", Math.max(0, wanted - available));
    status.set("conditions", conditions.json());
    if (annotations.isEmpty() && StatusFields.says(deployment.status(), status)) {
      return Optional.empty();
    }
    Action.Patch patch = (Action.Patch) patch(deployment, status);
    if (!annotations.isEmpty()) {
      ObjectNode changed = patch.patch().withObject("/metadata").putObject("annotations");
      annotations.forEach(changed::put);
    }
    return Optional.of(patch);
  }

  private void judgeAvailability() {
    if (available >= deployment.fewestAvailable()) {
      conditions.set(
          "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
    } else {
      conditions.set(
          "Available",
          "False",
          "MinimumReplicasUnavailable",
          "Deployment does not have minimum availability.");
    }
  }

  private boolean progressed() {
    JsonNode old = deployment.status();
    int oldUpdated = old.path("updatedReplicas").asInt();
    return updated > oldUpdated
        || replicas - updated < old.path("replicas").asInt() - oldUpdated
        || ready > old.path("readyReplicas").asInt()
        || available > old.path("availableReplicas").asInt();
  }

  private boolean timedOut() {
    String reason = conditions.reason(PROGRESSING);
    if (reason.equals(TIMED_OUT)) {
      return true;
    }
    if (reason.equals("NewReplicaSetAvailable")) {
      return false;
    }
    return conditions
        .get(PROGRESSING)
        .flatMap(condition -> Timestamps.read(condition.path("lastUpdateTime")))
        .map(updated -> updated.plusSeconds(deployment.progressDeadlineSeconds().orElse(0)))
        .map(end -> end.isBefore(now))
        .orElse(false);
  }

  /** The newest ReplicaSet's if it has one, else any other's. */
  private Optional<JsonNode> replicaFailure() {
    Optional<JsonNode> own = newest.flatMap(RolloutStatus::failureOf);
    return own.isPresent()
        ? own
        : all.stream().flatMap(revision -> failureOf(revision).stream()).findFirst();
  }

  private static Optional<JsonNode> failureOf(Revision revision) {
    return Optional.of(PodView.condition(revision.status(), "ReplicaFailure"))
        .filter(condition -> !condition.isMissingNode());
  }
}
