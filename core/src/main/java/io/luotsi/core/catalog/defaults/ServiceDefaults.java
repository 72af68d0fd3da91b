package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults of Services; addresses and node ports are allocated elsewhere. */
public final class ServiceDefaults {
  private static final int AFFINITY_SECONDS = 10_800;

  private ServiceDefaults() {}

  public static void fill(ObjectNode service) {
    Trees.object(service, "spec").ifPresent(ServiceDefaults::fillSpec);
    if (service.path("spec").path("type").asText("").equals("LoadBalancer")) {
      Trees.object(service, "status", "loadBalancer")
          .ifPresent(
              balancer ->
                  Trees.objects(balancer, "ingress").stream()
                      .filter(ingress -> !Trees.isUnset(ingress, "ip") && !ingress.has("ipMode"))
                      .forEach(ingress -> ingress.put("ipMode", "VIP")));
    }
  }

  private static void fillSpec(ObjectNode spec) {
    fillAffinity(spec);
    for (ObjectNode port : Trees.objects(spec, "ports")) {
      JsonNode target = port.path("targetPort");
      boolean unset = target.isNumber() ? target.intValue() == 0 : target.asText("").isEmpty();
      if (unset && port.has("port")) {
        port.set("targetPort", port.get("port"));
      }
    }
    String type = Trees.text(spec, "type");
    boolean balanced = type.equals("LoadBalancer");
    boolean external =
        balanced
            || type.equals("NodePort")
            || type.equals("ClusterIP") && !spec.path("externalIPs").isEmpty();
    if (external && Trees.isUnset(spec, "externalTrafficPolicy")) {
      spec.put("externalTrafficPolicy", "Cluster");
    }
    if (!type.equals("ExternalName") && !spec.has("internalTrafficPolicy")) {
      spec.put("internalTrafficPolicy", "Cluster");
    }
    if (balanced && !spec.has("allocateLoadBalancerNodePorts")) {
      spec.put("allocateLoadBalancerNodePorts", true);
    }
  }

  private static void fillAffinity(ObjectNode spec) {
    String affinity = Trees.text(spec, "sessionAffinity");
    if (affinity.equals("None")) {
      spec.remove("sessionAffinityConfig");
    } else if (affinity.equals("ClientIP")
        && !spec.path("sessionAffinityConfig").path("clientIP").has("timeoutSeconds")) {
      spec.putObject("sessionAffinityConfig")
          .putObject("clientIP")
          .put("timeoutSeconds", AFFINITY_SECONDS);
    }
  }
}
