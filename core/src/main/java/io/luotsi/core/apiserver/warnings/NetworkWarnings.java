package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/**
 * Who may speak with whom, and who answers for a Service.
 *
 * @see "Source: kubernetes pkg/registry networkpolicy, endpointslice, endpoint strategy.go"
 */
final class NetworkWarnings {
  private static final String SLICE_WRITER = "endpointslice.kubernetes.io/managed-by";
  private static final String ENDPOINTS_WRITER = "endpoints.kubernetes.io/managed-by";

  /** Those that spell addresses right whatever they find. */
  private static final Set<String> CONTROLLERS =
      Set.of("endpointslice-controller.k8s.io", "endpointslicemirroring-controller.k8s.io");

  private NetworkWarnings() {}

  static void policy(List<String> warnings, ObjectNode policy) {
    rules(warnings, policy.path("spec"), "ingress", "from");
    rules(warnings, policy.path("spec"), "egress", "to");
  }

  private static void rules(List<String> warnings, JsonNode spec, String direction, String peers) {
    int i = 0;
    for (JsonNode rule : spec.path(direction)) {
      int j = 0;
      for (JsonNode peer : rule.path(peers)) {
        String path = "spec.%s[%d].%s[%d].ipBlock".formatted(direction, i, peers, j++);
        JsonNode block = peer.path("ipBlock");
        AddressWarnings.cidr(warnings, path + ".cidr", block.path("cidr").asText(""));
        AddressWarnings.cidrs(warnings, path + ".except", block.path("except"));
      }
      i++;
    }
  }

  static void slice(List<String> warnings, ObjectNode slice, boolean isNew) {
    // The path is upstream's; there is no spec.
    if (isNew && slice.path("addressType").asText("").equals("FQDN")) {
      warnings.add("spec.addressType: FQDN endpoints are deprecated");
    }
    if (CONTROLLERS.contains(label(slice, SLICE_WRITER))) {
      return;
    }
    int i = 0;
    for (JsonNode endpoint : slice.path("endpoints")) {
      AddressWarnings.ips(warnings, "endpoints[" + i++ + "].addresses", endpoint.path("addresses"));
    }
  }

  static void endpoints(List<String> warnings, ObjectNode endpoints) {
    if (label(endpoints, ENDPOINTS_WRITER).equals("endpoint-controller")) {
      return;
    }
    int i = 0;
    for (JsonNode subset : endpoints.path("subsets")) {
      String path = "subsets[" + i++ + "].";
      for (String list : List.of("addresses", "notReadyAddresses")) {
        AddressWarnings.ipsOf(warnings, path + list, subset.path(list));
      }
    }
  }

  private static String label(ObjectNode object, String name) {
    return object.path("metadata").path("labels").path(name).asText("");
  }
}
