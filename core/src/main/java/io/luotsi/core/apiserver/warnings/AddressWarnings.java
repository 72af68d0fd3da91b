package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.IpText;
import java.util.List;
import java.util.Optional;

/**
 * Addresses and ranges that are understood and should be written otherwise.
 *
 * @see "Source: apimachinery pkg/util/validation ip.go GetWarningsForIP, GetWarningsForCIDR"
 */
final class AddressWarnings {
  private AddressWarnings() {}

  /** Of each text of a list. */
  static void ips(List<String> warnings, String path, JsonNode addresses) {
    int i = 0;
    for (JsonNode address : addresses) {
      ip(warnings, path + "[" + i++ + "]", address.asText());
    }
  }

  /** Of the field {@code ip} of each object of a list. */
  static void ipsOf(List<String> warnings, String path, JsonNode objects) {
    int i = 0;
    for (JsonNode object : objects) {
      ip(warnings, path + "[" + i++ + "].ip", object.path("ip").asText(""));
    }
  }

  /** Those of a load balancer, told as upstream does of the item that has them. */
  static void loadBalancer(List<String> warnings, JsonNode status) {
    int i = 0;
    for (JsonNode point : status.at("/loadBalancer/ingress")) {
      ip(warnings, "status.loadBalancer.ingress[" + i++ + "]", point.path("ip").asText(""));
    }
  }

  static void ip(List<String> warnings, String path, String text) {
    Optional<IpText> address = IpText.parse(text);
    if (address.isEmpty()) {
      return;
    }
    String canonical = address.get().canonical();
    if (!address.get().isStandard()) {
      warnings.add(
          "%s: non-standard IP address \"%s\" is invalid: use \"%s\""
              .formatted(path, text, canonical));
    } else if (!canonical.equals(text)) {
      warnings.add(
          "%s: IPv6 address \"%s\" should be in RFC 5952 canonical format (\"%s\")"
              .formatted(path, text, canonical));
    }
  }

  static void cidrs(List<String> warnings, String path, JsonNode ranges) {
    int i = 0;
    for (JsonNode range : ranges) {
      cidr(warnings, path + "[" + i++ + "]", range.asText());
    }
  }

  static void cidr(List<String> warnings, String path, String text) {
    int slash = text.indexOf('/');
    Optional<IpText> address = IpText.parse(slash < 0 ? "" : text.substring(0, slash));
    String digits = text.substring(slash + 1);
    if (address.isEmpty() || !digits.matches("[0-9]{1,4}")) {
      return;
    }
    int length = Integer.parseInt(digits);
    IpText ip = address.get();
    if (length > ip.bits()) {
      return;
    }
    String range = ip.masked(length).canonical() + "/" + length;
    boolean ambiguous = !ip.masked(length).equals(ip);
    if (ambiguous) {
      warnings.add(
          "%s: CIDR value \"%s\" is ambiguous in this context (should be \"%s\" or \"%s\"?)"
              .formatted(path, text, range, ip.canonical() + "/" + ip.bits()));
    }
    boolean zeros = digits.length() > 1 && digits.startsWith("0");
    if (!ip.isStandard() || zeros) {
      warnings.add(
          "%s: non-standard CIDR value \"%s\" is invalid: use \"%s\"".formatted(path, text, range));
    } else if (!ambiguous && !range.equals(text)) {
      warnings.add(
          "%s: IPv6 CIDR value \"%s\" should be in RFC 5952 canonical format (\"%s\")"
              .formatted(path, text, range));
    }
  }
}
