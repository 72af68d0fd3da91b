package io.luotsi.core.controller.nodelifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Timestamps;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * When a pod must leave its node because of taints, and how.
 *
 * @see "Source: kube-controller-manager, taint-eviction-controller and podgc"
 */
public final class Evictions {
  /** What the DefaultTolerationSeconds admission gives every pod. */
  private static final long DEFAULT_SECONDS = 300;

  private Evictions() {}

  /** A taint with the effect NoExecute. Since when it is there matters to nobody. */
  public record Taint(String key, String value) {}

  /** The NoExecute taints of a node, in its order. */
  public static List<Taint> noExecute(StoredObject node) {
    List<Taint> taints = new ArrayList<>();
    for (JsonNode taint : Json.readObject(node.json()).at("/spec/taints")) {
      if (taint.path("effect").asText().equals("NoExecute")) {
        taints.add(new Taint(taint.path("key").asText(), taint.path("value").asText()));
      }
    }
    return List.copyOf(taints);
  }

  /**
   * How long a pod may stay with these taints: the least of what it says of any of them.
   *
   * @param evictionAfter shortens the time that admission gave; zero does not
   * @return zero or more; empty if it tolerates all for ever
   */
  public static Optional<Duration> patience(
      StoredObject pod, List<Taint> taints, Duration evictionAfter) {
    if (taints.isEmpty()) {
      return Optional.empty();
    }
    JsonNode tolerations = Json.readObject(pod.json()).at("/spec/tolerations");
    Optional<Duration> least = Optional.empty();
    for (Taint taint : taints) {
      Optional<JsonNode> toleration = firstThatTolerates(tolerations, taint);
      if (toleration.isEmpty()) {
        return Optional.of(Duration.ZERO);
      }
      JsonNode seconds = toleration.get().path("tolerationSeconds");
      if (seconds.isNumber()) {
        long stays = Math.max(0, seconds.asLong());
        if (stays == DEFAULT_SECONDS
            && evictionAfter.isPositive()
            && evictionAfter.toSeconds() < stays) {
          stays = evictionAfter.toSeconds();
        }
        if (least.isEmpty() || stays < least.get().toSeconds()) {
          least = Optional.of(Duration.ofSeconds(stays));
        }
      }
    }
    return least;
  }

  private static Optional<JsonNode> firstThatTolerates(JsonNode tolerations, Taint taint) {
    for (JsonNode toleration : tolerations) {
      String effect = toleration.path("effect").asText();
      String key = toleration.path("key").asText();
      boolean exists = toleration.path("operator").asText().equals("Exists");
      if ((effect.isEmpty() || effect.equals("NoExecute"))
          && (key.equals(taint.key()) || key.isEmpty() && exists)
          && (exists || toleration.path("value").asText().equals(taint.value()))) {
        return Optional.of(toleration);
      }
    }
    return Optional.empty();
  }

  /** Tells the pod to go because of its node's taints. */
  public static List<Action> evict(StoredObject pod, Instant now) {
    return List.of(
        Action.normal(
            EventSubject.of(Resources.POD, pod),
            "TaintManagerEviction",
            "Marking for deletion Pod " + pod.key()),
        disrupt(
            pod,
            "DeletionByTaintManager",
            "Taint manager: deleting due to NoExecute taint",
            false,
            now),
        delete(pod, OptionalInt.empty()));
  }

  /** Says that a pod need not go after all. */
  public static List<Action> spare(StoredObject pod) {
    return List.of(
        Action.normal(
            EventSubject.of(Resources.POD, pod),
            "TaintManagerEviction",
            "Cancelling deletion of Pod " + pod.key()));
  }

  /** Ends a pod whose node is no more: nobody is left to stop its containers. */
  public static List<Action> bury(StoredObject pod, Instant now) {
    return List.of(
        disrupt(pod, "DeletionByPodGC", "PodGC: node no longer exists", true, now),
        delete(pod, OptionalInt.of(0)));
  }

  /** Ends a pod that was told to go before it got a node. */
  public static List<Action> drop(StoredObject pod) {
    return List.of(delete(pod, OptionalInt.of(0)));
  }

  private static Action disrupt(
      StoredObject pod, String reason, String message, boolean failed, Instant now) {
    JsonNode status = Json.readObject(pod.json()).path("status");
    ArrayNode conditions = Json.mapper().createArrayNode();
    for (JsonNode condition : status.path("conditions")) {
      if (!condition.path("type").asText().equals("DisruptionTarget")) {
        conditions.add(condition);
      }
    }
    conditions
        .addObject()
        .put("type", "DisruptionTarget")
        .put("status", "True")
        .put("lastTransitionTime", Timestamps.format(now))
        .put("reason", reason)
        .put("message", message);
    ObjectNode patch = Json.object();
    patch
        .putObject("metadata")
        .put("uid", pod.uid())
        .put("resourceVersion", Long.toString(pod.resourceVersion()));
    ObjectNode changed = patch.putObject("status");
    changed.set("conditions", conditions);
    String phase = status.path("phase").asText();
    if (failed && !phase.equals("Succeeded") && !phase.equals("Failed")) {
      changed.put("phase", "Failed");
    }
    return Action.merge(Resources.PODS, pod.key(), "status", patch);
  }

  private static Action delete(StoredObject pod, OptionalInt grace) {
    return new Action.Delete(
        Resources.PODS,
        pod.key(),
        new DeleteOptions(grace, Optional.empty(), Optional.of(pod.uid()), Optional.empty()));
  }
}
