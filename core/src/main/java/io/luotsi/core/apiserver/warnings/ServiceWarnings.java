package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What of a Service goes unheeded.
 *
 * @see "Source: kubernetes pkg/api/service GetWarningsForService"
 */
final class ServiceWarnings {
  private static final String HINTS = "service.kubernetes.io/topology-aware-hints";

  private ServiceWarnings() {}

  static void add(List<String> warnings, ObjectNode service) {
    JsonNode spec = service.path("spec");
    String type = spec.path("type").asText("");
    boolean isName = type.equals("ExternalName");
    boolean isHeadless =
        type.equals("ClusterIP") && spec.path("clusterIP").asText("").equals("None");
    boolean hasExternal = !spec.path("externalIPs").isEmpty();
    if (service.path("metadata").path("annotations").has(HINTS)) {
      warnings.add(
          "annotation "
              + HINTS
              + " is deprecated, please use service.kubernetes.io/topology-mode"
              + " instead");
    }
    if (!isName && !spec.path("clusterIP").asText("None").equals("None")) {
      AddressWarnings.ips(warnings, "spec.clusterIPs", spec.path("clusterIPs"));
    }
    if (isHeadless) {
      if (!spec.path("loadBalancerIP").asText("").isEmpty()) {
        warnings.add("spec.loadBalancerIP is ignored for headless services");
      }
      if (hasExternal) {
        warnings.add("spec.externalIPs is ignored for headless services");
      }
      if (!spec.path("sessionAffinity").asText("None").equals("None")) {
        warnings.add("spec.SessionAffinity is ignored for headless services");
      }
    }
    AddressWarnings.ips(warnings, "spec.externalIPs", spec.path("externalIPs"));
    if (hasExternal && !isHeadless && !isName) {
      warnings.add(
          "spec.externalIPs is deprecated and may no longer be implemented in some clusters");
    }
    AddressWarnings.ip(warnings, "spec.loadBalancerIP", spec.path("loadBalancerIP").asText(""));
    AddressWarnings.cidrs(
        warnings, "spec.loadBalancerSourceRanges", spec.path("loadBalancerSourceRanges"));
    if (isName && hasExternal) {
      warnings.add("spec.externalIPs is ignored when spec.type is \"ExternalName\"");
    }
    if (!isName && !spec.path("externalName").asText("").isEmpty()) {
      warnings.add("spec.externalName is ignored when spec.type is not \"ExternalName\"");
    }
    if (spec.path("trafficDistribution").asText("").equals("PreferClose")) {
      warnings.add(
          "spec.trafficDistribution: \"PreferClose\" is deprecated; use \"PreferSameZone\"");
    }
  }
}
