package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Services. Node ports are refused rather than ignored, since nobody would listen on them.
 *
 * @see "Source: pkg/apis/core/validation ValidateService"
 */
public final class ServiceValidation {
  private static final List<String> TYPES =
      List.of("ClusterIP", "ExternalName", "LoadBalancer", "NodePort");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> AFFINITIES = List.of("ClientIP", "None");
  private static final int MOST_AFFINITY_SECONDS = 86_400;

  private ServiceValidation() {}

  public static List<FieldError> validate(ObjectNode service) {
    List<FieldError> errors = MetadataValidation.validate(service, true, Names::dnsLabel);
    spec(errors, service, service.objectNode());
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode service, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(service, current);
    ServiceAddressValidation.update(errors, service.path("spec"), current.path("spec"));
    ServiceTypeValidation.update(errors, service.path("spec"), current.path("spec"));
    spec(errors, service, current);
    return errors;
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode service, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(service, current);
    ServiceTypeValidation.status(errors, service, current);
    return errors;
  }

  /**
   * @param current empty if there is none
   */
  private static void spec(List<FieldError> errors, ObjectNode service, ObjectNode current) {
    JsonNode spec = service.path("spec");
    ServiceTypeValidation.topology(errors, service.at("/metadata/annotations"));
    String type = Checks.text(spec, "type");
    boolean headless = ServiceAddressValidation.isHeadless(spec);
    if (spec.path("ports").isEmpty() && !headless && !type.equals("ExternalName")) {
      errors.add(FieldError.required("spec.ports", ""));
    }
    type(errors, spec, type, headless);
    ports(errors, spec.path("ports"));
    Checks.labels(errors, "spec.selector", spec.path("selector"));
    affinity(errors, spec);
    ServiceAddressValidation.validate(errors, spec, Checks.texts(current.at("/spec/clusterIPs")));
    externalAddresses(
        errors, spec.path("externalIPs"), Checks.texts(current.at("/spec/externalIPs")));
    ServiceTypeValidation.balancing(errors, service, current);
    ServiceTypeValidation.traffic(errors, spec);
  }

  private static void externalAddresses(
      List<FieldError> errors, JsonNode addresses, List<String> known) {
    int i = 0;
    for (String address : Checks.texts(addresses)) {
      String path = "spec.externalIPs[" + i++ + "]";
      int before = errors.size();
      Addresses.readable(errors, path, address, known);
      if (errors.size() == before) {
        EndpointSliceValidation.notSpecial(errors, path, address, Optional.empty());
      }
    }
  }

  private static void type(List<FieldError> errors, JsonNode spec, String type, boolean headless) {
    Checks.oneOf(errors, "spec.type", type, false, TYPES);
    switch (type) {
      case "ExternalName" -> {
        if (!Checks.text(spec, "clusterIP").isEmpty()) {
          errors.add(
              FieldError.forbidden("spec.clusterIPs", "may not be set for ExternalName services"));
        }
        for (String field : List.of("ipFamilies", "ipFamilyPolicy")) {
          if (spec.path(field).isTextual() || !spec.path(field).isEmpty()) {
            errors.add(
                FieldError.forbidden("spec." + field, "may not be set for ExternalName services"));
          }
        }
        String name = Checks.text(spec, "externalName");
        Checks.name(
            errors,
            "spec.externalName",
            name.endsWith(".") ? name.substring(0, name.length() - 1) : name,
            Names::dnsSubdomain);
      }
      case "LoadBalancer" -> {
        if (headless) {
          errors.add(
              FieldError.invalid(
                  "spec.clusterIPs[0]",
                  "None",
                  "may not be set to 'None' for LoadBalancer" + " services"));
        }
      }
      case "NodePort" ->
          errors.add(
              FieldError.forbidden(
                  "spec.type", "node ports are not served by this cluster, use ClusterIP"));
      // ClusterIP has nothing particular; anything else has been refused above.
      default -> {}
    }
  }

  private static void ports(List<FieldError> errors, JsonNode ports) {
    Set<String> names = new HashSet<>();
    Set<String> numbers = new HashSet<>();
    int i = 0;
    for (JsonNode port : ports) {
      String path = "spec.ports[" + i++ + "]";
      String name = Checks.text(port, "name");
      if (name.isEmpty() && ports.size() > 1) {
        errors.add(FieldError.required(path + ".name", ""));
      } else if (!name.isEmpty()) {
        Checks.form(errors, path + ".name", name, Names::dnsLabel);
        if (!names.add(name)) {
          errors.add(FieldError.duplicate(path + ".name", name));
        }
      }
      Checks.portNumber(errors, path + ".port", port.path("port"));
      String protocol = Checks.text(port, "protocol");
      Checks.oneOf(errors, path + ".protocol", protocol, false, PROTOCOLS);
      if (port.has("targetPort")) {
        Checks.portNumberOrName(errors, path + ".targetPort", port.path("targetPort"));
      }
      if (port.has("appProtocol")) {
        String application = Checks.text(port, "appProtocol");
        Checks.form(errors, path + ".appProtocol", application, Names::qualifiedName);
      }
      if (port.path("nodePort").asInt() != 0) {
        errors.add(
            FieldError.forbidden(path + ".nodePort", "may not be used when `type` is 'ClusterIP'"));
      }
      if (!numbers.add(port.path("port").asText() + "/" + protocol)) {
        errors.add(
            FieldError.duplicate(
                path, "{\"port\":" + port.path("port") + ",\"protocol\":\"" + protocol + "\"}"));
      }
    }
  }

  private static void affinity(List<FieldError> errors, JsonNode spec) {
    String affinity = Checks.text(spec, "sessionAffinity");
    Checks.oneOf(errors, "spec.sessionAffinity", affinity, false, AFFINITIES);
    JsonNode config = spec.path("sessionAffinityConfig");
    if (affinity.equals("None") && config.isObject()) {
      errors.add(
          FieldError.forbidden(
              "spec.sessionAffinityConfig", "must not be set when session affinity is None"));
    }
    JsonNode seconds = config.path("clientIP").path("timeoutSeconds");
    if (seconds.isNumber() && (seconds.asInt() <= 0 || seconds.asInt() > MOST_AFFINITY_SECONDS)) {
      errors.add(
          FieldError.invalid(
              "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
              seconds,
              "must be greater than 0 and less than " + MOST_AFFINITY_SECONDS));
    }
  }
}
