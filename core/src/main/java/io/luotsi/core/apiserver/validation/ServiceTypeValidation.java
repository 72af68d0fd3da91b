package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.List;

/**
 * Fields of a Service that only go with some types of Services, and what balances its load.
 *
 * @see "Source: pkg/apis/core/validation validateService, ValidateLoadBalancerStatus"
 */
final class ServiceTypeValidation {
  private static final List<String> POLICIES = List.of("Cluster", "Local");
  private static final List<String> DISTRIBUTIONS =
      List.of("PreferClose", "PreferSameZone", "PreferSameNode");
  private static final List<String> IP_MODES = List.of("Proxy", "VIP");
  private static final String POINTS = "/status/loadBalancer/ingress";
  private static final String OF_BALANCED = "may only be used when `type` is 'LoadBalancer'";
  private static final String RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";
  private static final String HINTS = "service.kubernetes.io/topology-aware-hints";
  private static final String MODE = "service.kubernetes.io/topology-mode";

  private ServiceTypeValidation() {}

  static boolean isBalanced(JsonNode spec) {
    return Checks.text(spec, "type").equals("LoadBalancer");
  }

  /** Whether anybody outside the cluster can reach it. */
  private static boolean isExternal(JsonNode spec) {
    return switch (Checks.text(spec, "type")) {
      case "LoadBalancer", "NodePort" -> true;
      case "ClusterIP" -> !spec.path("externalIPs").isEmpty();
      default -> false;
    };
  }

  static void topology(List<FieldError> errors, JsonNode annotations) {
    if (annotations.has(HINTS)
        && annotations.has(MODE)
        && !annotations.path(HINTS).equals(annotations.path(MODE))) {
      errors.add(
          FieldError.invalid(
              "metadata.annotations[" + MODE + "]",
              Checks.text(annotations, MODE),
              "must match annotations[" + HINTS + "] when both are specified"));
    }
  }

  static void balancing(List<FieldError> errors, ObjectNode service, ObjectNode current) {
    JsonNode spec = service.path("spec");
    boolean balanced = isBalanced(spec);
    sourceRanges(errors, service, current, balanced);
    if (spec.has("allocateLoadBalancerNodePorts") && !balanced) {
      errors.add(FieldError.forbidden("spec.allocateLoadBalancerNodePorts", OF_BALANCED));
    }
    if (spec.has("loadBalancerClass")) {
      if (balanced) {
        String name = Checks.text(spec, "loadBalancerClass");
        Checks.form(errors, "spec.loadBalancerClass", name, Names::qualifiedName);
      } else {
        errors.add(FieldError.forbidden("spec.loadBalancerClass", OF_BALANCED));
      }
    }
  }

  private static void sourceRanges(
      List<FieldError> errors, ObjectNode service, ObjectNode current, boolean balanced) {
    JsonNode ranges = service.at("/spec/loadBalancerSourceRanges");
    // The capital is upstream's.
    String path = "spec.LoadBalancerSourceRanges";
    List<String> texts = new ArrayList<>();
    List<String> known = new ArrayList<>();
    if (!ranges.isEmpty()) {
      texts.addAll(Checks.texts(ranges));
      Checks.texts(current.at("/spec/loadBalancerSourceRanges"))
          .forEach(range -> known.add(range.strip()));
    } else {
      JsonNode annotated = service.path("metadata").path("annotations").path(RANGES);
      if (annotated.isMissingNode()) {
        return;
      }
      path = "metadata.annotations[" + RANGES + "]";
      boolean same = annotated.equals(current.path("metadata").path("annotations").path(RANGES));
      if (!same && !annotated.asText().isBlank()) {
        texts.addAll(List.of(annotated.asText().split(",", -1)));
      }
    }
    if (!balanced) {
      errors.add(FieldError.forbidden(path, OF_BALANCED));
    }
    int i = 0;
    for (String text : texts) {
      String here = ranges.isEmpty() ? path : path + "[" + i++ + "]";
      Cidr.readable(errors, here, text.strip(), known);
    }
  }

  static void traffic(List<FieldError> errors, JsonNode spec) {
    String external = Checks.text(spec, "externalTrafficPolicy");
    if (isExternal(spec)) {
      Checks.oneOf(errors, "spec.externalTrafficPolicy", external, false, POLICIES);
    } else if (!external.isEmpty()) {
      errors.add(
          FieldError.invalid(
              "spec.externalTrafficPolicy",
              external,
              "may only be set for externally-accessible services"));
    }
    int healthPort = spec.path("healthCheckNodePort").asInt();
    if (healthPort != 0 && !needsHealthCheck(spec)) {
      errors.add(
          FieldError.invalid(
              "spec.healthCheckNodePort",
              healthPort,
              "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is"
                  + " 'Local'"));
    }
    Checks.oneOf(
        errors,
        "spec.internalTrafficPolicy",
        Checks.text(spec, "internalTrafficPolicy"),
        true,
        POLICIES);
    String distribution = Checks.text(spec, "trafficDistribution");
    if (spec.has("trafficDistribution") && !DISTRIBUTIONS.contains(distribution)) {
      errors.add(FieldError.notSupported("spec.trafficDistribution", distribution, DISTRIBUTIONS));
    }
  }

  private static boolean needsHealthCheck(JsonNode spec) {
    return isBalanced(spec) && Checks.text(spec, "externalTrafficPolicy").equals("Local");
  }

  static void update(List<FieldError> errors, JsonNode spec, JsonNode old) {
    if (isBalanced(spec)
        && isBalanced(old)
        && !spec.path("loadBalancerClass").equals(old.path("loadBalancerClass"))) {
      errors.add(
          FieldError.invalid(
              "spec.loadBalancerClass",
              spec.has("loadBalancerClass") ? spec.get("loadBalancerClass") : NullNode.instance,
              "may not change once set"));
    }
    if (needsHealthCheck(spec)
        && needsHealthCheck(old)
        && spec.path("healthCheckNodePort").asInt() != old.path("healthCheckNodePort").asInt()) {
      errors.add(FieldError.forbidden("spec.healthCheckNodePort", Checks.IMMUTABLE));
    }
  }

  static void status(List<FieldError> errors, ObjectNode service, ObjectNode current) {
    JsonNode points = service.at("/status/loadBalancer/ingress");
    String path = "status.loadBalancer.ingress";
    if (!isBalanced(service.path("spec"))) {
      if (!points.isEmpty()) {
        errors.add(
            FieldError.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'"));
      }
      return;
    }
    balancers(errors, service, current);
    int i = 0;
    for (JsonNode point : points) {
      mode(errors, path + "[" + i++ + "]", point);
    }
  }

  /** Where a load balancer can be reached; of an Ingress, too. */
  static void balancers(List<FieldError> errors, ObjectNode object, ObjectNode current) {
    List<String> known = new ArrayList<>();
    current.at(POINTS).forEach(point -> known.add(Checks.text(point, "ip")));
    int i = 0;
    for (JsonNode point : object.at(POINTS)) {
      String path = "status.loadBalancer.ingress[" + i++ + "]";
      String ip = Checks.text(point, "ip");
      if (!ip.isEmpty()) {
        Addresses.readable(errors, path + ".ip", ip, known);
      }
      String host = Checks.text(point, "hostname");
      if (!host.isEmpty()) {
        Checks.form(errors, path + ".hostname", host, Names::dnsSubdomain);
        notAddress(errors, path + ".hostname", host);
      }
    }
  }

  static void notAddress(List<FieldError> errors, String path, String host) {
    if (Addresses.isIp(host)) {
      errors.add(FieldError.invalid(path, host, "must be a DNS name, not an IP address"));
    }
  }

  private static void mode(List<FieldError> errors, String path, JsonNode point) {
    String ip = Checks.text(point, "ip");
    if (!point.has("ipMode")) {
      if (!ip.isEmpty()) {
        errors.add(FieldError.required(path + ".ipMode", "must be specified when `ip` is set"));
      }
    } else if (ip.isEmpty()) {
      errors.add(
          FieldError.forbidden(path + ".ipMode", "may not be specified when `ip` is not set"));
    } else {
      Checks.oneOf(errors, path + ".ipMode", Checks.text(point, "ipMode"), true, IP_MODES);
    }
  }
}
