package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Endpoints. As upstream, but that loopback addresses are accepted where pods have theirs from.
 *
 * @see "Source: kubernetes pkg/apis/core/validation, ValidateEndpoints"
 */
public final class EndpointsValidation {
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

  private final Optional<Cidr> podRange;

  /**
   * @param podRange such as {@code 127.1.0.0/16}; empty for none
   */
  public EndpointsValidation(String podRange) {
    this.podRange = Cidr.parse(podRange);
  }

  public List<FieldError> validate(ObjectNode endpoints) {
    List<FieldError> errors =
        MetadataValidation.validate(endpoints, true, MetadataValidation.SUBDOMAIN);
    subsets(errors, endpoints);
    return errors;
  }

  public List<FieldError> validateUpdate(ObjectNode endpoints, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(endpoints, current);
    if (!endpoints.path("subsets").equals(current.path("subsets"))) {
      subsets(errors, endpoints);
    }
    return errors;
  }

  private void subsets(List<FieldError> errors, ObjectNode endpoints) {
    int i = 0;
    for (JsonNode subset : endpoints.path("subsets")) {
      String path = "subsets[" + i++ + "]";
      if (subset.path("addresses").isEmpty() && subset.path("notReadyAddresses").isEmpty()) {
        errors.add(FieldError.required(path, "must specify `addresses` or `notReadyAddresses`"));
      }
      for (String list : List.of("addresses", "notReadyAddresses")) {
        int j = 0;
        for (JsonNode address : subset.path(list)) {
          address(errors, path + "." + list + "[" + j++ + "]", address);
        }
      }
      int j = 0;
      for (JsonNode port : subset.path("ports")) {
        port(errors, path + ".ports[" + j++ + "]", port, subset.path("ports").size() > 1);
      }
    }
  }

  private void address(List<FieldError> errors, String path, JsonNode address) {
    String ip = Checks.text(address, "ip");
    Addresses.readable(errors, path + ".ip", ip, Set.of());
    EndpointSliceValidation.notSpecial(errors, path + ".ip", ip, podRange);
    optional(errors, path + ".hostname", Checks.text(address, "hostname"), true);
    optional(errors, path + ".nodeName", Checks.text(address, "nodeName"), false);
  }

  private static void optional(
      List<FieldError> errors, String path, String value, boolean isLabel) {
    if (!value.isEmpty()) {
      Checks.form(errors, path, value, isLabel ? Names::dnsLabel : Names::dnsSubdomain);
    }
  }

  private static void port(List<FieldError> errors, String path, JsonNode port, boolean needsName) {
    String name = Checks.text(port, "name");
    if (name.isEmpty()) {
      if (needsName) {
        errors.add(FieldError.required(path + ".name", ""));
      }
    } else {
      Checks.form(errors, path + ".name", name, Names::dnsLabel);
    }
    Checks.portNumber(errors, path + ".port", port.path("port"));
    Checks.oneOf(errors, path + ".protocol", Checks.text(port, "protocol"), false, PROTOCOLS);
    String protocol = Checks.text(port, "appProtocol");
    if (!protocol.isEmpty()) {
      Checks.form(errors, path + ".appProtocol", protocol, Names::qualifiedName);
    }
  }
}
