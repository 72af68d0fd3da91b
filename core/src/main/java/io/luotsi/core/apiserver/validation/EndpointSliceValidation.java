package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.IpText;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * EndpointSlices. As upstream, but for one thing: loopback addresses are accepted inside the range
 * that this cluster's own process pods have theirs from.
 */
public final class EndpointSliceValidation {
  private static final int MOST_ENDPOINTS = 1000;
  private static final int MOST_ADDRESSES = 100;
  private static final int MOST_PORTS = 20_000;
  private static final int MOST_HINTS = 8;
  private static final List<String> ADDRESS_TYPES = List.of("FQDN", "IPv4", "IPv6");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");

  private final Optional<Cidr> podRange;

  /**
   * @param podRange such as {@code 127.1.0.0/16}; empty for none
   */
  public EndpointSliceValidation(String podRange) {
    this.podRange = Cidr.parse(podRange);
  }

  public List<FieldError> validate(ObjectNode slice) {
    List<FieldError> errors =
        MetadataValidation.validate(slice, true, MetadataValidation.SUBDOMAIN);
    Checks.oneOf(errors, "addressType", Checks.text(slice, "addressType"), false, ADDRESS_TYPES);
    ports(errors, slice.path("ports"));
    endpoints(errors, slice);
    return errors;
  }

  public List<FieldError> validateUpdate(ObjectNode slice, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(slice, current);
    ports(errors, slice.path("ports"));
    if (!slice.path("endpoints").equals(current.path("endpoints"))) {
      endpoints(errors, slice); // what has not changed was good enough once
    }
    Checks.immutable(errors, "addressType", slice.path("addressType"), current.path("addressType"));
    return errors;
  }

  private void endpoints(List<FieldError> errors, ObjectNode slice) {
    JsonNode endpoints = slice.path("endpoints");
    if (endpoints.size() > MOST_ENDPOINTS) {
      errors.add(FieldError.tooMany("endpoints", endpoints.size(), MOST_ENDPOINTS));
      return;
    }
    int i = 0;
    for (JsonNode endpoint : endpoints) {
      endpoint(errors, "endpoints[" + i++ + "]", endpoint, Checks.text(slice, "addressType"));
    }
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
      String text = address.asText();
      switch (addressType) {
        case "IPv4", "IPv6" -> ip(errors, here, text, addressType);
        case "FQDN" -> fullyQualified(errors, here, text);
        // Already said of addressType itself.
        default -> {}
      }
    }
    if (endpoint.hasNonNull("nodeName")) {
      Checks.form(
          errors, path + ".nodeName", Checks.text(endpoint, "nodeName"), Names::dnsSubdomain);
    }
    if (endpoint.hasNonNull("hostname")) {
      Checks.form(errors, path + ".hostname", Checks.text(endpoint, "hostname"), Names::dnsLabel);
    }
    hints(errors, path + ".hints.forZones", endpoint.at("/hints/forZones"), Names::labelValue);
    hints(errors, path + ".hints.forNodes", endpoint.at("/hints/forNodes"), Names::dnsSubdomain);
  }

  private void ip(List<FieldError> errors, String path, String address, String family) {
    int before = errors.size();
    boolean v6 = family.equals("IPv6");
    if (v6) {
      Addresses.canonical(errors, path, address);
    } else {
      Addresses.readable(errors, path, address, Set.of());
    }
    if (errors.size() > before) {
      return;
    }
    if (IpText.parse(address).orElseThrow().bits() > 32 != v6) {
      // Upstream names the list here, not the item.
      String list = path.substring(0, path.lastIndexOf('['));
      errors.add(FieldError.invalid(list, address, "must be an " + family + " address"));
    }
    notSpecial(errors, path, address, podRange);
  }

  private static void fullyQualified(List<FieldError> errors, String path, String text) {
    String name = text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
    if (text.isEmpty()) {
      errors.add(FieldError.required(path, ""));
      return;
    }
    List<String> wrong = Names.dnsSubdomain(name);
    if (!wrong.isEmpty()) {
      errors.add(FieldError.invalid(path, name, String.join(",", wrong)));
    } else if (name.indexOf('.') < 0) {
      errors.add(
          FieldError.invalid(
              path, name, "should be a domain with at least two segments separated by dots"));
    } else {
      for (String label : name.split("\\.", -1)) {
        if (!Names.dnsLabel(label).isEmpty()) {
          errors.add(FieldError.invalid(path, label, String.join(",", Names.dnsLabel(label))));
          return;
        }
      }
    }
  }

  private static void hints(
      List<FieldError> errors, String path, JsonNode hints, Function<String, List<String>> form) {
    if (hints.size() > MOST_HINTS) {
      errors.add(FieldError.tooMany(path, hints.size(), MOST_HINTS));
      return;
    }
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode hint : hints) {
      String here = path + "[" + i++ + "].name";
      String name = Checks.text(hint, "name");
      if (!seen.add(name)) {
        errors.add(FieldError.duplicate(here, name));
      }
      Checks.form(errors, here, name, form);
    }
  }

  /** What cannot be an endpoint's, unless it is a pod's of this cluster. */
  static void notSpecial(
      List<FieldError> errors, String path, String address, Optional<Cidr> podRange) {
    IpText.parse(address)
        .filter(
            ip ->
                !Addresses.isLoopback(ip) || podRange.filter(block -> block.contains(ip)).isEmpty())
        .flatMap(ip -> Addresses.special(ip, address))
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
      if (port.hasNonNull("appProtocol")) {
        String protocol = Checks.text(port, "appProtocol");
        Checks.form(errors, path + ".appProtocol", protocol, Names::qualifiedName);
      }
    }
  }
}
