package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.luotsi.core.api.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What this kubelet reported last, which the informer may not have brought back yet. */
final class ReportedStatus {
  private static final Set<String> OURS =
      Set.of(
          "PodReadyToStartContainers",
          "Initialized",
          "Ready",
          "ContainersReady",
          "PodScheduled",
          PodStatus.RESIZE);

  private ReportedStatus() {}

  /** The pod with what was reported in it; conditions of others as the API has them. */
  static Pod over(Pod pod, ObjectNode reported) {
    var status = Json.convert(reported, io.fabric8.kubernetes.api.model.PodStatus.class);
    List<PodCondition> conditions = new ArrayList<>(status.getConditions());
    conditions.removeIf(c -> !OURS.contains(c.getType()));
    if (pod.getStatus() != null) {
      pod.getStatus().getConditions().stream()
          .filter(c -> !OURS.contains(c.getType()))
          .forEach(conditions::add);
    }
    status.setConditions(conditions);
    return new PodBuilder(pod).withStatus(status).build();
  }

  /** Whether the API's status says something else in what this kubelet alone should say. */
  static boolean differs(Pod pod, ObjectNode reported) {
    if (pod.getStatus() == null) {
      return true;
    }
    if (!reported.path("phase").asText().equals(pod.getStatus().getPhase())) {
      return true;
    }
    for (JsonNode condition : reported.path("conditions")) {
      String type = condition.path("type").asText();
      Optional<PodCondition> there =
          pod.getStatus().getConditions().stream()
              .filter(c -> type.equals(c.getType()))
              .findFirst();
      if (OURS.contains(type)
          && there.filter(c -> condition.path("status").asText().equals(c.getStatus())).isEmpty()) {
        return true;
      }
    }
    return false;
  }
}
