package io.luotsi.core.controller.nodelifecycle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.EventSubject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of a node's health.
 *
 * @see "Source: kube-controller-manager, nodelifecycle controller"
 */
public final class NodeLifecycle {
  private static final String PREFIX = "node.kubernetes.io/";
  private static final String NOT_READY = PREFIX + "not-ready";
  private static final String UNREACHABLE = PREFIX + "unreachable";

  /** What a kubelet reports, and nobody else. */
  private static final List<String> REPORTED =
      List.of("Ready", "MemoryPressure", "DiskPressure", "PIDPressure");

  /** Taints that follow from conditions which are True. */
  private static final Map<String, String> DISTRESS =
      Map.of(
          "MemoryPressure", PREFIX + "memory-pressure",
          "DiskPressure", PREFIX + "disk-pressure",
          "PIDPressure", PREFIX + "pid-pressure",
          "NetworkUnavailable", PREFIX + "network-unavailable");

  private NodeLifecycle() {}

  private record Taint(String key, String effect) {}

  /**
   * Says of a silent node that nothing is known of it; empty if that has been said.
   *
   * @return the status patch and its event
   */
  public static List<Action> declareUnknown(StoredObject node, Instant now) {
    ObjectNode json = Json.readObject(node.json());
    JsonNode status = json.path("status");
    ArrayNode conditions = Json.mapper().createArrayNode();
    Set<String> missing = new LinkedHashSet<>(REPORTED);
    boolean changed = false;
    for (JsonNode condition : status.path("conditions")) {
      String type = condition.path("type").asText();
      ObjectNode copy = condition.deepCopy();
      if (missing.remove(type) && !condition.path("status").asText().equals("Unknown")) {
        changed = true;
        copy.put("status", "Unknown");
        copy.put("reason", "NodeStatusUnknown");
        copy.put("message", "Kubelet stopped posting node status.");
        copy.put("lastTransitionTime", Timestamps.format(now));
      }
      conditions.add(copy);
    }
    for (String type : missing) {
      changed = true;
      conditions
          .addObject()
          .put("type", type)
          .put("status", "Unknown")
          .put("reason", "NodeStatusNeverUpdated")
          .put("message", "Kubelet never posted node status.")
          .put("lastHeartbeatTime", json.at("/metadata/creationTimestamp").asText())
          .put("lastTransitionTime", Timestamps.format(now));
    }
    if (!changed) {
      return List.of();
    }
    ObjectNode patch = seen(node);
    patch.putObject("status").set("conditions", conditions);
    List<Action> actions = new ArrayList<>();
    actions.add(Action.merge(Resources.NODES, node.key(), "status", patch));
    if (isReady(status)) {
      String name = node.key().name();
      actions.add(
          Action.normal(
              EventSubject.of(Resources.NODE, node),
              "NodeNotReady",
              "Node " + name + " status is now: NodeNotReady"));
    }
    return actions;
  }

  /** Makes the taints say what the conditions do; empty if they do. Leaves foreign taints alone. */
  public static Optional<Action> taint(StoredObject node, Instant now) {
    ObjectNode json = Json.readObject(node.json());
    JsonNode status = json.path("status");
    Set<Taint> wanted = new LinkedHashSet<>();
    String ready = PodView.condition(status, "Ready").path("status").asText();
    if (ready.equals("False") || ready.equals("Unknown")) {
      String key = ready.equals("False") ? NOT_READY : UNREACHABLE;
      wanted.add(new Taint(key, "NoSchedule"));
      wanted.add(new Taint(key, "NoExecute"));
    }
    DISTRESS.forEach(
        (type, key) -> {
          if (PodView.condition(status, type).path("status").asText().equals("True")) {
            wanted.add(new Taint(key, "NoSchedule"));
          }
        });
    if (json.at("/spec/unschedulable").asBoolean(false)) {
      wanted.add(new Taint(PREFIX + "unschedulable", "NoSchedule"));
    }
    Map<Taint, JsonNode> kept = new LinkedHashMap<>();
    boolean changed = false;
    for (JsonNode taint : json.at("/spec/taints")) {
      Taint present = new Taint(taint.path("key").asText(), taint.path("effect").asText());
      // A node that has not reported yet keeps the taint it was born with.
      boolean unborn = ready.isEmpty() && present.key().equals(NOT_READY);
      if (!ours(present) || wanted.contains(present) || unborn) {
        kept.put(present, taint);
      } else {
        changed = true;
      }
    }
    for (Taint taint : wanted) {
      if (!kept.containsKey(taint)) {
        changed = true;
        kept.put(
            taint,
            Json.object()
                .put("key", taint.key())
                .put("effect", taint.effect())
                .put("timeAdded", Timestamps.format(now)));
      }
    }
    if (!changed) {
      return Optional.empty();
    }
    ObjectNode patch = seen(node);
    ArrayNode taints = patch.putObject("spec").putArray("taints");
    kept.values().forEach(taints::add);
    if (taints.isEmpty()) {
      patch.withObject("/spec").putNull("taints");
    }
    return Optional.of(Action.merge(Resources.NODES, node.key(), "", patch));
  }

  /** Whether pods of the node may be believed when they say that they are ready. */
  public static boolean trusted(StoredObject node) {
    JsonNode status = Json.readObject(node.json()).path("status");
    JsonNode ready = PodView.condition(status, "Ready");
    return ready.isMissingNode() || ready.path("status").asText().equals("True");
  }

  /** The heartbeat in the node's status; empty if there is none. */
  public static String heartbeat(StoredObject node) {
    JsonNode status = Json.readObject(node.json()).path("status");
    return PodView.condition(status, "Ready").path("lastHeartbeatTime").asText();
  }

  /** Takes a pod of a node that is not to be trusted out of its Services. */
  public static List<Action> markNotReady(StoredObject pod, Instant now) {
    JsonNode status = Json.readObject(pod.json()).path("status");
    if (!isReady(status)) {
      return List.of();
    }
    ArrayNode conditions = Json.mapper().createArrayNode();
    for (JsonNode condition : status.path("conditions")) {
      ObjectNode copy = condition.deepCopy();
      if (condition.path("type").asText().equals("Ready")) {
        copy.put("status", "False");
        copy.put("lastTransitionTime", Timestamps.format(now));
      }
      conditions.add(copy);
    }
    ObjectNode patch = seen(pod);
    patch.putObject("status").set("conditions", conditions);
    return List.of(
        Action.merge(Resources.PODS, pod.key(), "status", patch),
        Action.warning(EventSubject.of(Resources.POD, pod), "NodeNotReady", "Node is not ready"));
  }

  private static boolean ours(Taint taint) {
    return taint.key().equals(NOT_READY)
        || taint.key().equals(UNREACHABLE)
        || taint.effect().equals("NoSchedule")
            && (DISTRESS.containsValue(taint.key())
                || taint.key().equals(PREFIX + "unschedulable"));
  }

  private static boolean isReady(JsonNode status) {
    return PodView.condition(status, "Ready").path("status").asText().equals("True");
  }

  private static ObjectNode seen(StoredObject object) {
    ObjectNode patch = Json.object();
    patch
        .putObject("metadata")
        .put("uid", object.uid())
        .put("resourceVersion", Long.toString(object.resourceVersion()));
    return patch;
  }
}
