package io.luotsi.node.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * A node's object and lease as its kubelet writes them. Pure.
 *
 * @see "Source: kubelet_node_status.go, nodestatus/setters.go;
 *     component-helpers/apimachinery/lease"
 */
final class NodeObjects {
  static final Duration LEASE = Duration.ofSeconds(40);

  private static final DateTimeFormatter MICRO_TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

  private NodeObjects() {}

  /** The object to be created when there is none; its status is written after that. */
  static ObjectNode node(NodeFacts facts) {
    ObjectNode node = Json.object();
    node.put("apiVersion", "v1").put("kind", "Node");
    ObjectNode metadata = node.putObject("metadata").put("name", facts.name());
    labels(metadata.putObject("labels"), facts);
    ObjectNode spec = node.putObject("spec");
    podCidr(spec, facts);
    return node;
  }

  /** Brings an object that is there up to date; touches nothing that others may have written. */
  static ObjectNode registrationPatch(NodeFacts facts, JsonNode existing) {
    ObjectNode patch = Json.object();
    labels(patch.putObject("metadata").putObject("labels"), facts);
    if (existing.at("/spec/podCIDR").asText("").isEmpty()) {
      podCidr(patch.putObject("spec"), facts);
    }
    return patch;
  }

  private static void podCidr(ObjectNode spec, NodeFacts facts) {
    if (!facts.podCidr().isEmpty()) {
      spec.put("podCIDR", facts.podCidr());
      spec.putArray("podCIDRs").add(facts.podCidr());
    }
  }

  private static void labels(ObjectNode labels, NodeFacts facts) {
    String os = facts.system().getOrDefault("operatingSystem", "linux");
    String arch = facts.system().getOrDefault("architecture", "");
    labels.put("beta.kubernetes.io/arch", arch);
    labels.put("beta.kubernetes.io/os", os);
    labels.put("kubernetes.io/arch", arch);
    labels.put("kubernetes.io/hostname", facts.name());
    labels.put("kubernetes.io/os", os);
    facts.labels().forEach(labels::put);
  }

  /**
   * The status, to be merged over the one in the API; conditions of others are kept.
   *
   * @param existing the object as it is in the API
   */
  static ObjectNode status(NodeFacts facts, NodePressure pressure, JsonNode existing, Instant now) {
    ObjectNode status = Json.object();
    put(status.putObject("capacity"), facts.capacity());
    put(status.putObject("allocatable"), facts.allocatable());
    ArrayNode addresses = status.putArray("addresses");
    addresses.addObject().put("type", "InternalIP").put("address", facts.address());
    addresses.addObject().put("type", "Hostname").put("address", facts.name());
    put(status.putObject("nodeInfo"), facts.system());
    ArrayNode conditions = status.putArray("conditions");
    Conditions writer = new Conditions(existing.at("/status/conditions"), now, conditions);
    writer.pressure("MemoryPressure", pressure.memory(), "memory");
    writer.pressure("DiskPressure", pressure.disk(), "disk");
    writer.pressure("PIDPressure", pressure.pids(), "PID");
    writer.add("Ready", true, "KubeletReady", "kubelet is posting ready status");
    writer.keepOthers();
    return status;
  }

  private static void put(ObjectNode into, Map<String, String> values) {
    values.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> into.put(e.getKey(), e.getValue()));
  }

  /** Whether the API has the node's Ready condition as its kubelet says it. */
  static boolean isReady(JsonNode node) {
    for (JsonNode condition : node.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** Also the patch that renews it. */
  static ObjectNode lease(String nodeName, String nodeUid, Instant now) {
    ObjectNode lease = Json.object();
    lease.put("apiVersion", "coordination.k8s.io/v1").put("kind", "Lease");
    ObjectNode metadata = lease.putObject("metadata").put("name", nodeName);
    metadata.put("namespace", NodeReporter.LEASES_IN);
    metadata
        .putArray("ownerReferences")
        .addObject()
        .put("apiVersion", "v1")
        .put("kind", "Node")
        .put("name", nodeName)
        .put("uid", nodeUid);
    lease
        .putObject("spec")
        .put("holderIdentity", nodeName)
        .put("leaseDurationSeconds", (int) LEASE.toSeconds())
        .put("renewTime", MICRO_TIME.format(now));
    return lease;
  }

  private record Conditions(JsonNode before, Instant now, ArrayNode out) {
    void pressure(String type, boolean holds, String what) {
      String reason;
      String message;
      if (what.equals("disk")) {
        reason = holds ? "KubeletHasDiskPressure" : "KubeletHasNoDiskPressure";
        message = holds ? "kubelet has disk pressure" : "kubelet has no disk pressure";
      } else {
        String word = what.equals("PID") ? "PID" : "Memory";
        reason = (holds ? "KubeletHasInsufficient" : "KubeletHasSufficient") + word;
        message = "kubelet has " + (holds ? "in" : "") + "sufficient " + what + " available";
      }
      add(type, holds, reason, message);
    }

    void add(String type, boolean holds, String reason, String message) {
      String status = holds ? "True" : "False";
      String at = now.truncatedTo(ChronoUnit.SECONDS).toString();
      String since = at;
      for (JsonNode condition : before) {
        if (condition.path("type").asText().equals(type)
            && condition.path("status").asText().equals(status)) {
          since = condition.path("lastTransitionTime").asText(at);
        }
      }
      out.addObject()
          .put("type", type)
          .put("status", status)
          .put("lastHeartbeatTime", at)
          .put("lastTransitionTime", since)
          .put("reason", reason)
          .put("message", message);
    }

    void keepOthers() {
      for (JsonNode condition : before) {
        boolean ours = false;
        for (JsonNode mine : out) {
          ours |= mine.path("type").equals(condition.path("type"));
        }
        if (!ours) {
          out.add(condition.deepCopy());
        }
      }
    }
  }
}
