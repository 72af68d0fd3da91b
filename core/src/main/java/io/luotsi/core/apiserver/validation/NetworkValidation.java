package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * NetworkPolicies, IPAddresses and ServiceCIDRs.
 *
 * @see "Source: kubernetes pkg/apis/networking/validation"
 */
public final class NetworkValidation {
  private static final List<String> PROTOCOLS = List.of("TCP", "UDP", "SCTP");
  private static final List<String> POLICY_TYPES = List.of("Ingress", "Egress");
  private static final String RANGES = "spec.cidrs";

  private NetworkValidation() {}

  public static List<FieldError> policy(ObjectNode policy) {
    List<FieldError> errors =
        MetadataValidation.validate(policy, true, MetadataValidation.SUBDOMAIN);
    policySpec(errors, policy.path("spec"), Set.of());
    return errors;
  }

  public static List<FieldError> policyUpdate(ObjectNode policy, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(policy, current);
    Set<String> known = new HashSet<>();
    known(known, current.at("/spec/ingress"), "from");
    known(known, current.at("/spec/egress"), "to");
    policySpec(errors, policy.path("spec"), known);
    return errors;
  }

  private static void known(Set<String> blocks, JsonNode rules, String peers) {
    for (JsonNode rule : rules) {
      for (JsonNode peer : rule.path(peers)) {
        blocks.add(peer.at("/ipBlock/cidr").asText(""));
        blocks.addAll(Checks.texts(peer.at("/ipBlock/except")));
      }
    }
  }

  private static void policySpec(List<FieldError> errors, JsonNode spec, Set<String> known) {
    Checks.labelSelector(errors, "spec.podSelector", spec.path("podSelector"));
    rules(errors, "spec.ingress", spec.path("ingress"), "from", known);
    rules(errors, "spec.egress", spec.path("egress"), "to", known);
    JsonNode types = spec.path("policyTypes");
    if (types.size() > POLICY_TYPES.size()) {
      errors.add(
          FieldError.invalid(
              "spec.policyTypes", types, "may not specify more than two policyTypes"));
      return;
    }
    int i = 0;
    for (JsonNode type : types) {
      if (!POLICY_TYPES.contains(type.asText())) {
        errors.add(
            FieldError.notSupported("spec.policyTypes[" + i + "]", type.asText(), POLICY_TYPES));
      }
      i++;
    }
  }

  private static void rules(
      List<FieldError> errors, String path, JsonNode rules, String peers, Set<String> known) {
    int i = 0;
    for (JsonNode rule : rules) {
      String here = path + "[" + i++ + "]";
      int j = 0;
      for (JsonNode port : rule.path("ports")) {
        port(errors, here + ".ports[" + j++ + "]", port);
      }
      int k = 0;
      for (JsonNode peer : rule.path(peers)) {
        peer(errors, here + "." + peers + "[" + k++ + "]", peer, known);
      }
    }
  }

  private static void port(List<FieldError> errors, String path, JsonNode port) {
    Checks.oneOf(errors, path + ".protocol", Checks.text(port, "protocol"), true, PROTOCOLS);
    JsonNode first = port.path("port");
    JsonNode last = port.path("endPort");
    if (!first.isMissingNode()) {
      Checks.portNumberOrName(errors, path + ".port", first);
    }
    if (last.isMissingNode()) {
      return;
    }
    if (first.isMissingNode()) {
      errors.add(
          FieldError.invalid(
              path + ".endPort", last, "may not be specified when `port` is not specified"));
    } else if (first.isTextual()) {
      errors.add(
          FieldError.invalid(
              path + ".endPort", last, "may not be specified when `port` is non-numeric"));
    } else {
      if (last.asInt() < first.asInt()) {
        errors.add(
            FieldError.invalid(
                path + ".endPort", first, "must be greater than or equal to `port`"));
      }
      Checks.portNumber(errors, path + ".endPort", last);
    }
  }

  private static void peer(List<FieldError> errors, String path, JsonNode peer, Set<String> known) {
    int said = 0;
    for (String selector : List.of("podSelector", "namespaceSelector")) {
      if (peer.path(selector).isObject()) {
        said++;
        Checks.labelSelector(errors, path + "." + selector, peer.path(selector));
      }
    }
    boolean block = peer.path("ipBlock").isObject();
    if (block) {
      block(errors, path + ".ipBlock", peer.path("ipBlock"), known);
      if (said > 0) {
        errors.add(FieldError.forbidden(path, "may not specify both ipBlock and another peer"));
      }
    } else if (said == 0) {
      errors.add(FieldError.required(path, "must specify a peer"));
    }
  }

  private static void block(
      List<FieldError> errors, String path, JsonNode block, Set<String> known) {
    String text = Checks.text(block, "cidr");
    if (text.isEmpty()) {
      errors.add(FieldError.required(path + ".cidr", ""));
      return;
    }
    Cidr.readable(errors, path + ".cidr", text, known);
    Optional<Cidr> whole = Cidr.parse(text);
    if (whole.isEmpty()) {
      return;
    }
    int i = 0;
    for (String except : Checks.texts(block.path("except"))) {
      String here = path + ".except[" + i++ + "]";
      Cidr.readable(errors, here, except, known);
      Optional<Cidr> part = Cidr.parse(except);
      if (part.isPresent() && !whole.get().strictlyContains(part.get())) {
        errors.add(FieldError.invalid(here, except, "must be a strict subset of `cidr`"));
      }
    }
  }

  public static List<FieldError> address(ObjectNode address) {
    List<FieldError> errors =
        MetadataValidation.validate(
            address, false, name -> Addresses.notCanonical(name).stream().toList());
    parent(errors, address);
    return errors;
  }

  private static void parent(List<FieldError> errors, ObjectNode address) {
    JsonNode parent = address.at("/spec/parentRef");
    String path = "spec.parentRef";
    if (!parent.isObject()) {
      errors.add(FieldError.required(path, ""));
      return;
    }
    String group = Checks.text(parent, "group");
    if (!group.isEmpty()) {
      Checks.form(errors, path + ".group", group, Names::dnsSubdomain);
    }
    Checks.name(errors, path + ".resource", Checks.text(parent, "resource"), Checks::pathSegment);
    Checks.name(errors, path + ".name", Checks.text(parent, "name"), Checks::pathSegment);
    String namespace = Checks.text(parent, "namespace");
    Checks.form(errors, path + ".namespace", namespace, Checks::pathSegment);
  }

  public static List<FieldError> addressUpdate(ObjectNode address, ObjectNode current) {
    List<FieldError> errors = new ArrayList<>();
    parent(errors, address);
    errors.addAll(MetadataValidation.validateUpdate(address, current));
    Checks.immutable(
        errors, "spec.parentRef", address.at("/spec/parentRef"), current.at("/spec/parentRef"));
    return errors;
  }

  public static List<FieldError> serviceRange(ObjectNode range) {
    List<FieldError> errors =
        MetadataValidation.validate(range, false, MetadataValidation.SUBDOMAIN);
    ranges(errors, range);
    return errors;
  }

  private static void ranges(List<FieldError> errors, ObjectNode range) {
    JsonNode cidrs = range.at("/spec/cidrs");
    if (cidrs.isEmpty()) {
      errors.add(FieldError.required(RANGES, "at least one CIDR required"));
      return;
    }
    if (cidrs.size() > 2) {
      errors.add(FieldError.invalid(RANGES, range.path("spec"), "may only hold up to 2 values"));
      return;
    }
    int i = 0;
    for (String text : Checks.texts(cidrs)) {
      Cidr.canonical(errors, RANGES + "[" + i++ + "]", text);
    }
    List<Integer> families =
        Checks.texts(cidrs).stream()
            .map(Cidr::parse)
            .flatMap(Optional::stream)
            .map(Cidr::bits)
            .toList();
    if (families.size() == 2 && families.get(0).equals(families.get(1))) {
      errors.add(
          FieldError.invalid(
              RANGES,
              cidrs,
              "may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and"
                  + " 2001:db8::/64"));
    }
  }

  /** A second family may be added later; nothing else changes. */
  public static List<FieldError> serviceRangeUpdate(ObjectNode range, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(range, current);
    JsonNode now = range.at("/spec/cidrs");
    JsonNode before = current.at("/spec/cidrs");
    boolean grows = before.size() == 1 && now.size() == 2;
    if (!grows && now.size() != before.size()) {
      Checks.immutable(errors, RANGES, now, before);
      return errors;
    }
    for (int i = 0; i < before.size(); i++) {
      Checks.immutable(errors, RANGES + "[" + i + "]", now.path(i), before.path(i));
    }
    if (grows) {
      ranges(errors, range);
    }
    return errors;
  }
}
