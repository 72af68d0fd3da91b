package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What those who run a cluster write.
 *
 * @see "Source: kubernetes pkg/registry, strategy.go of node, resourcequota, serviceaccount,
 *     resourceslice"
 */
final class ClusterWarnings {
  private static final String MOUNTABLE = "kubernetes.io/enforce-mountable-secrets";
  private static final String STATIC = ".static.k8s.io";

  private ClusterWarnings() {}

  static void node(List<String> warnings, ObjectNode node) {
    JsonNode spec = node.path("spec");
    if (spec.path("configSource").isObject()) {
      warnings.add("spec.configSource: the feature is removed");
    }
    if (!spec.path("externalID").asText("").isEmpty()) {
      warnings.add("spec.externalID: this field is deprecated, and is unused by Kubernetes");
    }
    AddressWarnings.cidrs(warnings, "spec.podCIDRs", spec.path("podCIDRs"));
  }

  /** Of a new one: what is requested should fit into what is limited. */
  static void quota(List<String> warnings, ObjectNode quota) {
    JsonNode hard = quota.at("/spec/hard");
    for (String resource : List.of("cpu", "memory", "ephemeral-storage")) {
      String request = "requests." + resource;
      if (!hard.has(request) && !resource.equals("ephemeral-storage")) {
        request = resource;
      }
      String limit = "limits." + resource;
      if (hard.has(request) && hard.has(limit)) {
        Quantity asked = Quantity.parse(hard.path(request).asText());
        Quantity most = Quantity.parse(hard.path(limit).asText());
        if (asked.compareTo(most) > 0) {
          warnings.add(
              "ResourceQuota %s (%s) should be less than %s (%s)"
                  .formatted(request, asked, limit, most));
        }
      }
    }
  }

  static void account(List<String> warnings, ObjectNode account, Optional<ObjectNode> current) {
    boolean before =
        current.filter(old -> old.at("/metadata/annotations").has(MOUNTABLE)).isPresent();
    if (!before && account.at("/metadata/annotations").has(MOUNTABLE)) {
      warnings.add(
          "metadata.annotations["
              + MOUNTABLE
              + "]: deprecated in v1.32+; prefer separate namespaces to isolate access to mounted"
              + " secrets");
    }
  }

  static void resourceSlice(List<String> warnings, ObjectNode slice) {
    String driver = slice.at("/spec/driver").asText("");
    if (!driver.equals(driver.toLowerCase(Locale.ROOT))) {
      warnings.add(
          "spec.driver: driver names should be lowercase; \""
              + driver
              + "\" contains uppercase characters");
    }
  }

  static void runtimeClass(List<String> warnings, ObjectNode runtimeClass) {
    NodeLabelWarnings.labels(
        warnings, runtimeClass.at("/scheduling/nodeSelector"), label -> "scheduling.nodeSelector");
  }

  /** Of what is asked when something is admitted, whose names upstream reserves for files. */
  static void admission(List<String> warnings, ObjectNode object) {
    if (object.at("/metadata/name").asText("").endsWith(STATIC)) {
      warnings.add(
          "metadata.name: names ending with \""
              + STATIC
              + "\" are reserved for static manifest-based configurations and cannot be managed via"
              + " the API");
    }
  }
}
