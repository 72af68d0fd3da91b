package io.luotsi.core.controller.endpointslice;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a Service's slices say of one pod. Small, so that it may be kept per pod.
 *
 * @param addresses of both families, the pod's order
 * @param ended whether all its containers have, for good
 * @param changed when the pod last became ready or unready, or was made
 * @param namedPorts container ports by {@code protocol/name}; the first of a name counts
 */
public record EndpointPod(
    ObjectKey key,
    String uid,
    List<String> addresses,
    String nodeName,
    String hostname,
    String subdomain,
    boolean ready,
    boolean terminating,
    boolean ended,
    Instant changed,
    Map<String, Integer> namedPorts) {

  public static EndpointPod of(StoredObject pod) {
    JsonNode json = Json.readObject(pod.json());
    JsonNode spec = json.path("spec");
    JsonNode status = json.path("status");
    List<String> addresses = new ArrayList<>();
    status.path("podIPs").forEach(ip -> addresses.add(ip.path("ip").asText()));
    if (addresses.isEmpty() && !status.path("podIP").asText().isEmpty()) {
      addresses.add(status.path("podIP").asText());
    }
    JsonNode ready = PodView.condition(status, "Ready");
    Instant made = Timestamps.read(json.at("/metadata/creationTimestamp")).orElse(Instant.EPOCH);
    Map<String, Integer> ports = new LinkedHashMap<>();
    spec.path("containers").forEach(container -> addPorts(container, ports));
    for (JsonNode init : spec.path("initContainers")) {
      if (init.path("restartPolicy").asText().equals("Always")) {
        addPorts(init, ports);
      }
    }
    String phase = status.path("phase").asText();
    return new EndpointPod(
        pod.key(),
        pod.uid(),
        List.copyOf(addresses),
        spec.path("nodeName").asText(),
        spec.path("hostname").asText(),
        spec.path("subdomain").asText(),
        ready.path("status").asText().equals("True"),
        pod.deleting(),
        phase.equals("Succeeded") || phase.equals("Failed"),
        Timestamps.read(ready.path("lastTransitionTime")).orElse(made),
        Map.copyOf(ports));
  }

  private static void addPorts(JsonNode container, Map<String, Integer> ports) {
    for (JsonNode port : container.path("ports")) {
      ports.putIfAbsent(
          port.path("protocol").asText("TCP") + "/" + port.path("name").asText(),
          port.path("containerPort").asInt());
    }
  }

  /** The number of a Service's port at this pod; empty if it is named and the pod has no such. */
  public OptionalInt portOf(JsonNode servicePort) {
    String protocol = servicePort.path("protocol").asText("TCP");
    JsonNode target = servicePort.path("targetPort");
    int number = target.asInt(0);
    if (target.isTextual()) {
      number = namedPorts.getOrDefault(protocol + "/" + target.asText(), 0);
    } else if (number == 0) {
      number = servicePort.path("port").asInt();
    }
    return number > 0 ? OptionalInt.of(number) : OptionalInt.empty();
  }
}
