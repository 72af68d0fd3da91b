package io.luotsi.app.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.history.client.Endpoint;
import io.luotsi.history.client.Endpoint.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Nodes and pods as one member's API lists them, at whatever version it has. */
final class Nodes {
  /** A pod that is not being deleted. */
  record Pod(String name, String uid, String node, String ip, boolean ready, int restarts) {
    /** Its process, if it is one of {@link Idle}; empty if there is none. */
    Optional<Long> process() {
      try {
        return PackagedCluster.findPid(Idle.PROGRAM, ip);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  private Nodes() {}

  static JsonNode list(Endpoint api, String path) {
    return switch (api.get(path + "?resourceVersion=0")) {
      case Answer.Success success -> success.body().path("items");
      case Answer.Refusal refusal -> throw new AssertionError(path + ": " + refusal);
      case Answer.Silence silence -> throw new AssertionError(path + ": " + silence);
    };
  }

  /** Names of those that are Ready. */
  static List<String> ready(Endpoint api) {
    List<String> ready = new ArrayList<>();
    for (JsonNode node : list(api, "/api/v1/nodes")) {
      if (has(node, "Ready")) {
        ready.add(node.at("/metadata/name").asText());
      }
    }
    return ready;
  }

  private static boolean has(JsonNode object, String condition) {
    for (JsonNode each : object.at("/status/conditions")) {
      if (each.path("type").asText().equals(condition)) {
        return each.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** All of the default namespace that are not being deleted. */
  static List<Pod> pods(Endpoint api) {
    List<Pod> pods = new ArrayList<>();
    for (JsonNode pod : list(api, "/api/v1/namespaces/default/pods")) {
      if (pod.at("/metadata/deletionTimestamp").isMissingNode()) {
        pods.add(
            new Pod(
                pod.at("/metadata/name").asText(),
                pod.at("/metadata/uid").asText(),
                pod.at("/spec/nodeName").asText(),
                pod.at("/status/podIP").asText(),
                has(pod, "Ready"),
                pod.at("/status/containerStatuses/0/restartCount").asInt()));
      }
    }
    return pods;
  }
}
