package io.luotsi.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Nodes and pods as one member has them at this moment.
 *
 * @param readyPods nodes of the pods that are Ready and not being deleted, by the pods' names
 */
record Sight(Set<String> readyNodes, Set<String> unreadyNodes, Set<ReadyPod> readyPods) {
  record ReadyPod(String name, String node) {}

  static Sight of(Jvms jvms, String member) {
    Set<String> ready = new HashSet<>();
    Set<String> unready = new HashSet<>();
    Optional<JsonNode> nodes = jvms.list(member, "/api/v1/nodes");
    nodes.ifPresent(
        list ->
            list.forEach(
                node -> (isReady(node) ? ready : unready).add(node.at("/metadata/name").asText())));
    Set<ReadyPod> pods = new HashSet<>();
    jvms.list(member, "/api/v1/namespaces/default/pods")
        .ifPresent(
            list ->
                list.forEach(
                    pod -> {
                      if (isReady(pod) && pod.at("/metadata/deletionTimestamp").isMissingNode()) {
                        pods.add(
                            new ReadyPod(
                                pod.at("/metadata/name").asText(),
                                pod.at("/spec/nodeName").asText()));
                      }
                    }));
    return new Sight(ready, unready, pods);
  }

  private static boolean isReady(JsonNode object) {
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  long readyPodsOutside(String node) {
    return readyPods.stream().filter(pod -> !pod.node().equals(node)).count();
  }
}
