package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.quota.ResourceLists;
import io.luotsi.node.kubelet.PodView.Given;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** CPU and memory of a pod as a whole, by resource. */
final class PodAmounts {
  private PodAmounts() {}

  /** What the pod requests now. */
  static Map<String, Quantity> wanted(Pod pod) {
    return ResourceLists.ofPod(Json.objectOf(pod.getSpec()), "requests");
  }

  /**
   * What it has: its running containers what they were given last, the others what they request.
   */
  static Map<String, Quantity> inForce(PodView view) {
    ObjectNode spec = Json.objectOf(view.pod().getSpec());
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode container : spec.path(list)) {
        String name = container.path("name").asText();
        Optional<Given> given = view.memory(name).given().filter(it -> view.runs(name));
        if (given.isPresent() && container instanceof ObjectNode object) {
          object.set("resources", Json.objectOf(given.get().inForce()));
        }
      }
    }
    return ResourceLists.ofPod(spec, "requests");
  }
}
