package io.luotsi.core.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Ownership;
import io.luotsi.core.controller.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The rules of a Deployment: what to do next, given the Deployment and the ReplicaSets of its
 * namespace that it owns or may adopt.
 *
 * @see "Source: kube-controller-manager, deployment controller"
 */
public final class DeploymentReconcile {
  private DeploymentReconcile() {}

  /**
   * @param actions in order
   * @param creation the ReplicaSet to be made, which is among the actions
   * @param again when to look once more although nothing has changed: a progress deadline
   */
  public record Plan(
      List<Action> actions, Optional<NewReplicaSet> creation, Optional<Duration> again) {}

  /** A ReplicaSet for a template that has none. */
  public record NewReplicaSet(Action.Create create, JsonNode template) {}

  /**
   * @param replicaSets of the namespace: those that the Deployment controls, and those that nobody
   *     does
   * @param runsOldPods whether a ReplicaSet (by uid) has pods that have not ended; asked for
   *     Recreate only
   */
  public static Plan plan(
      StoredObject deployment,
      List<StoredObject> replicaSets,
      Predicate<String> runsOldPods,
      Instant now) {
    DeploymentView view = DeploymentView.of(deployment);
    List<Action> actions = new ArrayList<>();
    if (view.selector().requirements().isEmpty()) {
      return selectsEverything(view, actions);
    }
    List<Revision> own = new ArrayList<>();
    for (StoredObject replicaSet : replicaSets) {
      if (claim(view, replicaSet, actions)) {
        own.add(Revision.of(replicaSet));
      }
    }
    // A patched ReplicaSet has another version: go on when that has been seen.
    return actions.isEmpty()
        ? new Rollout(view, own, now).plan(runsOldPods)
        : new Plan(actions, Optional.empty(), Optional.empty());
  }

  /** What to do when the name of the new ReplicaSet is taken. */
  public static Optional<Action> onNameTaken(
      StoredObject deployment, NewReplicaSet wanted, StoredObject taken) {
    boolean ours =
        taken.controller().map(owner -> owner.uid().equals(deployment.uid())).orElse(false);
    JsonNode template = Json.readObject(taken.json()).at("/spec/template");
    if (ours && TemplateHash.sameButForHash(template, wanted.template())) {
      return Optional.empty(); // made before, and not seen yet
    }
    DeploymentView view = DeploymentView.of(deployment);
    ObjectNode status = Json.object();
    status.put("collisionCount", view.collisionCount().orElse(0) + 1);
    return Optional.of(RolloutStatus.patch(view, status));
  }

  /** What to do when the new ReplicaSet was refused. */
  public static List<Action> onCreateRefused(
      StoredObject deployment, NewReplicaSet wanted, String why, Instant now) {
    DeploymentView view = DeploymentView.of(deployment);
    String message =
        "Failed to create new replica set \"%s\": %s"
            .formatted(wanted.create().body().at("/metadata/name").asText(), why);
    List<Action> actions = new ArrayList<>();
    if (view.progressDeadlineSeconds().isPresent()) {
      DeploymentConditions conditions = new DeploymentConditions(view.status(), now);
      conditions.set("Progressing", "False", "ReplicaSetCreateError", message);
      ObjectNode status = Json.object();
      status.set("conditions", conditions.json());
      if (!status.get("conditions").equals(view.status().path("conditions"))) {
        actions.add(RolloutStatus.patch(view, status));
      }
    }
    actions.add(Action.warning(view.subject(), "ReplicaSetCreateError", message));
    return actions;
  }

  private static Plan selectsEverything(DeploymentView view, List<Action> actions) {
    actions.add(
        Action.warning(
            view.subject(),
            "SelectingAll",
            "This deployment is selecting all pods. A non-empty selector is required."));
    if (view.status().path("observedGeneration").asLong() < view.generation()) {
      ObjectNode status = Json.object();
      status.put("observedGeneration", view.generation());
      actions.add(RolloutStatus.patch(view, status));
    }
    return new Plan(actions, Optional.empty(), Optional.empty());
  }

  private static boolean claim(DeploymentView view, StoredObject replicaSet, List<Action> actions) {
    boolean matches = view.selector().matches(replicaSet.labels());
    if (replicaSet.controller().isPresent()) {
      if (!replicaSet.controller().get().uid().equals(view.uid())) {
        return false;
      }
      if (!matches && !view.deleting()) {
        actions.add(
            Ownership.release(
                Resources.REPLICA_SETS, replicaSet.key(), replicaSet.uid(), view.uid()));
      }
      return matches;
    }
    if (!matches || view.deleting() || replicaSet.deleting()) {
      return false;
    }
    actions.add(
        Ownership.adopt(
            Resources.REPLICA_SETS,
            replicaSet.key(),
            replicaSet.uid(),
            Ownership.controllerReference(Resources.DEPLOYMENT, view.key().name(), view.uid())));
    return true;
  }
}
