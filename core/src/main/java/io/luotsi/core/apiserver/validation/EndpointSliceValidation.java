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
 * EndpointSlices. As upstream, but for one thing: loopback addresses are accepted inside the range
 * that this cluster's own process pods have theirs from.
 */
public final class EndpointSliceValidation {
  private static final int MOST_ENDPOINTS = 1000;
  private static final int MOST_ADDRESSES = 100;
  private static final int MOST_PORTS = 20_000;
  private static final List<String> ADDRESS_TYPES = List.of("FQDN", "IPv4", "IPv6");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

  private final Optional<Addresses.Block> podRange;

  /**
   * @param podRange such as {@code 127.1.0.0/16}; empty for none
   */
  public EndpointSliceValidation(String podRange) {
    this.podRange =
        podRange.isEmpty() ? Optional.empty() : Optional.of(Addresses.Block.parse(podRange));
  }

  public List<FieldError> validate(ObjectNode slice) {
    List<FieldError> errors =
        MetadataValidation.validate(slice, true, MetadataValidation.SUBDOMAIN);
    Checks.oneOf(errors, "addressType", Checks.text(slice, "addressType"), false, ADDRESS_TYPES);
    content(errors, slice);
    return errors;
  }

  public List<FieldError> validateUpdate(ObjectNode slice, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(slice, current);
    content(errors, slice);
    Checks.immutable(errors, "addressType", slice.path("addressType"), current.path("addressType"));
    return errors;
  }

  private void content(List<FieldError> errors, ObjectNode slice) {
    JsonNode endpoints = slice.path("endpoints");
    if (endpoints.size() > MOST_ENDPOINTS) {
      errors.add(FieldError.tooMany("endpoints", endpoints.size(), MOST_ENDPOINTS));
    } else {
      int i = 0;
      for (JsonNode endpoint : endpoints) {
        endpoint(errors, "endpoints[" + i++ + "]", endpoint, Checks.text(slice, "addressType"));
      }
    }
    ports(errors, slice.path("ports"));
  }

  private void endpoint(
      List<FieldError> errors, String path, JsonNode endpoint, String addressType) {
    JsonNode addresses = endpoint.path("addresses");
    if (addresses.isEmpty()) {
      errors.add(FieldError.required(path + ".addresses", "must contain at least 1 address"));
    } else if (addresses.size() > MOST_ADDRESSES) {
      errors.add(FieldError.tooMany(path + ".addresses", addresses.size(), MOST_ADDRESSES));
    }
    int i = 0;
    for (JsonNode address : addresses) {
      String here = path + ".addresses[" + i++ + "]";
      switch (addressType) {
        case "IPv4" -> ipv4(errors, here, address.asText());
        case "IPv6" -> {
          if (!Addresses.isIpv6(address.asText())) {
            errors.add(FieldError.invalid(here, address, "must be a valid IPv6 address"));
          }
        }
        case "FQDN" -> Checks.form(errors, here, address.asText(), Names::dnsSubdomain);
        // Already said of addressType itself.
        default -> {}
      }
    }
    String node = Checks.text(endpoint, "nodeName");
    if (!node.isEmpty()) {
      Checks.form(errors, path + ".nodeName", node, Names::dnsSubdomain);
    }
    String host = Checks.text(endpoint, "hostname");
    if (!host.isEmpty()) {
      Checks.form(errors, path + ".hostname", host, Names::dnsLabel);
    }
  }

  private void ipv4(List<FieldError> errors, String path, String address) {
    var number = Addresses.ipv4(address);
    if (number.isEmpty()) {
      errors.add(FieldError.invalid(path, address, "must be a valid IPv4 address"));
      return;
    }
    notSpecial(errors, path, address, podRange);
  }

  /** What cannot be an endpoint's, unless it is a pod's of this cluster. */
  static void notSpecial(
      List<FieldError> errors, String path, String address, Optional<Addresses.Block> podRange) {
    long number = Addresses.ipv4(address).orElseThrow();
    Addresses.special(number)
        .filter(
            why ->
                !Addresses.isLoopback(number)
                    || podRange.filter(block -> block.contains(number)).isEmpty())
        .ifPresent(why -> errors.add(FieldError.invalid(path, address, why)));
  }

  private static void ports(List<FieldError> errors, JsonNode ports) {
    if (ports.size() > MOST_PORTS) {
      errors.add(FieldError.tooMany("ports", ports.size(), MOST_PORTS));
      return;
    }
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode port : ports) {
      String path = "ports[" + i++ + "]";
      String name = Checks.text(port, "name");
      if (!name.isEmpty()) {
        Checks.form(errors, path + ".name", name, Names::dnsLabel);
      }
      if (!names.add(name)) {
        errors.add(FieldError.duplicate(path + ".name", name));
      }
      Checks.oneOf(errors, path + ".protocol", Checks.text(port, "protocol"), false, PROTOCOLS);
      if (port.has("port")) {
        Checks.portNumber(errors, path + ".port", port.path("port"));
      }
    }
  }
}
