package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a kubelet, a scheduler or a client says of a pod that is there.
 *
 * @see "Source: pkg/apis/core/validation ValidatePodStatusUpdate"
 */
public final class PodStatusValidation {
  private static final Set<String> OF_THE_SYSTEM = Set.of("PodScheduled", "Ready", "Initialized");
  private static final String NOT_NEGATIVE = "must be a non-negative integer";
  private static final String ONE_A_FAMILY = "may specify no more than one IP for each IP family";

  private PodStatusValidation() {}

  public static List<FieldError> validateUpdate(ObjectNode pod, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(pod, current);
    PodUpdateValidation.annotations(errors, pod, current);
    JsonNode status = pod.path("status");
    JsonNode old = current.path("status");
    conditions(errors, status.path("conditions"));
    nominated(errors, pod, current);
    if (status.path("observedGeneration").asLong() < 0) {
      errors.add(
          FieldError.invalid(
              "status.observedGeneration", status.path("observedGeneration"), NOT_NEGATIVE));
    }
    Checks.immutable(errors, "status.qosClass", status.path("qosClass"), old.path("qosClass"));
    claims(errors, status.path("resourceClaimStatuses"), pod.at("/spec/resourceClaims"));
    addresses(errors, "status.podIPs", status.path("podIPs"), old.path("podIPs"));
    JsonNode hostAddresses = status.path("hostIPs");
    if (!hostAddresses.isEmpty()) {
      String first = Checks.text(hostAddresses.path(0), "ip");
      if (!first.equals(Checks.text(status, "hostIP"))) {
        errors.add(FieldError.invalid("status.hostIPs[0].ip", first, "must be equal to `hostIP`"));
      }
      addresses(errors, "status.hostIPs", hostAddresses, old.path("hostIPs"));
    }
    return errors;
  }

  private static void conditions(List<FieldError> errors, JsonNode conditions) {
    int i = 0;
    for (JsonNode condition : conditions) {
      String path = "status.conditions[" + i++ + "]";
      JsonNode generation = condition.path("observedGeneration");
      if (generation.asLong() < 0) {
        errors.add(FieldError.invalid(path + ".observedGeneration", generation, NOT_NEGATIVE));
      }
      String type = Checks.text(condition, "type");
      if (!OF_THE_SYSTEM.contains(type)) {
        Checks.form(errors, path + ".Type", type, Names::qualifiedName);
      }
    }
  }

  private static void nominated(List<FieldError> errors, ObjectNode pod, ObjectNode current) {
    String path = "status.nominatedNodeName";
    String name = pod.at("/status/nominatedNodeName").asText("");
    if (name.isEmpty() || name.equals(current.at("/status/nominatedNodeName").asText(""))) {
      return;
    }
    Checks.form(errors, path, name, Names::dnsSubdomain);
    if (!current.at("/spec/nodeName").asText("").isEmpty()) {
      errors.add(
          FieldError.forbidden(path, "may not be set on pods that are already bound to a node"));
    }
  }

  private static void claims(List<FieldError> errors, JsonNode statuses, JsonNode claims) {
    Set<String> known = new HashSet<>();
    claims.forEach(claim -> known.add(Checks.text(claim, "name")));
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode status : statuses) {
      String path = "status.resourceClaimStatuses[" + i++ + "]";
      String name = Checks.text(status, "name");
      if (!known.contains(name)) {
        errors.add(
            FieldError.invalid(
                path + ".name", name, "must match the name of an entry in `spec.resourceClaims`"));
      }
      if (!seen.add(name)) {
        errors.add(FieldError.duplicate(path + ".name", name));
      }
      if (status.hasNonNull("resourceClaimName")) {
        Checks.form(
            errors,
            path + ".resourceClaimName",
            Checks.text(status, "resourceClaimName"),
            Names::dnsSubdomain);
      }
    }
  }

  /** Those that were there before may stay, whatever they look like. */
  private static void addresses(
      List<FieldError> errors, String path, JsonNode now, JsonNode before) {
    Set<String> known = new HashSet<>();
    before.forEach(address -> known.add(Checks.text(address, "ip")));
    int i = 0;
    int ofIpv6 = 0;
    for (JsonNode address : now) {
      String ip = Checks.text(address, "ip");
      if (!known.contains(ip)) {
        Addresses.readable(errors, path + "[" + i + "]", ip, Set.of());
      }
      ofIpv6 += ip.indexOf(':') >= 0 ? 1 : 0;
      i++;
    }
    if (now.size() > 2 || (now.size() == 2 && ofIpv6 != 1)) {
      errors.add(FieldError.invalid(path, now, ONE_A_FAMILY));
    }
  }
}
