package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the node's kubelet says of its pods at this moment, whether or not the API has heard it yet.
 * Written by the pods' workers; for any thread.
 */
public final class PodStatuses {
  private static final List<String> FIELDS =
      List.of("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses");

  private final Map<String, ObjectNode> byUid = new ConcurrentHashMap<>();

  /** Not changed after it was put. */
  void put(String podUid, ObjectNode status) {
    byUid.put(podUid, status);
  }

  void remove(String podUid) {
    byUid.remove(podUid);
  }

  /** The entry of a container; empty if the kubelet has not looked at the pod yet. */
  Optional<JsonNode> container(String podUid, String name) {
    ObjectNode status = byUid.get(podUid);
    if (status == null) {
      return Optional.empty();
    }
    for (String field : FIELDS) {
      for (JsonNode container : status.path(field)) {
        if (container.path("name").asText().equals(name)) {
          return Optional.of(container);
        }
      }
    }
    return Optional.empty();
  }
}
