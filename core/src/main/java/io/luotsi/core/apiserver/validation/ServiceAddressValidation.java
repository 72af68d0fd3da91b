package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.IpText;
import io.luotsi.core.api.Json;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The addresses of a Service, of one family or two. This cluster has one, IPv4.
 *
 * @see "Source: pkg/apis/core/validation ValidateServiceClusterIPsRelatedFields,
 *     validateUpgradeDowngradeClusterIPs"
 */
final class ServiceAddressValidation {
  private static final String ADDRESSES = "spec.clusterIPs";
  private static final String FAMILIES = "spec.ipFamilies";
  private static final String POLICY = "spec.ipFamilyPolicy";
  private static final String ONCE_SET = "may not change once set";
  private static final List<String> KNOWN_FAMILIES = List.of("IPv4", "IPv6");
  private static final List<String> POLICIES =
      List.of("PreferDualStack", "RequireDualStack", "SingleStack");

  private ServiceAddressValidation() {}

  static boolean isExternalName(JsonNode spec) {
    return Checks.text(spec, "type").equals("ExternalName");
  }

  static boolean isHeadless(JsonNode spec) {
    return Checks.text(spec, "clusterIP").equals("None");
  }

  /**
   * @param known addresses that it has had before
   */
  static void validate(List<FieldError> errors, JsonNode spec, Collection<String> known) {
    if (isExternalName(spec)) {
      return;
    }
    agreement(errors, spec);
    families(errors, spec);
    JsonNode addresses = addresses(spec);
    int before = errors.size();
    int i = 0;
    for (String address : Checks.texts(addresses)) {
      if (i > 0 || !address.equals("None")) {
        Addresses.readable(errors, ADDRESSES + "[" + i + "]", address, known);
      } else if (addresses.size() > 1) {
        errors.add(
            FieldError.invalid(ADDRESSES, addresses, "'None' must be the first and only value"));
      }
      i++;
    }
    boolean readable = errors.size() == before;
    if (addresses.size() > 2) {
      errors.add(FieldError.invalid(ADDRESSES, addresses, "may only hold up to 2 values"));
    }
    if (readable) {
      ofFamilies(errors, spec, Checks.texts(addresses));
    }
  }

  /** As the newer field has them, or will have if only the older one is there. */
  private static JsonNode addresses(JsonNode spec) {
    String single = Checks.text(spec, "clusterIP");
    return spec.path("clusterIPs").isEmpty() && !single.isEmpty()
        ? Json.object().arrayNode().add(single)
        : spec.path("clusterIPs");
  }

  /** The older field says the same as the newer one. */
  private static void agreement(List<FieldError> errors, JsonNode spec) {
    String address = Checks.text(spec, "clusterIP");
    JsonNode all = spec.path("clusterIPs");
    if (!address.isEmpty() && !all.isEmpty() && !all.path(0).asText().equals(address)) {
      errors.add(FieldError.invalid(ADDRESSES, all, "first value must match `clusterIP`"));
    } else if (address.isEmpty() && !all.isEmpty()) {
      errors.add(
          FieldError.invalid(ADDRESSES, all, "must be empty when `clusterIP` is not specified"));
    }
  }

  private static void families(List<FieldError> errors, JsonNode spec) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (String family : Checks.texts(spec.path("ipFamilies"))) {
      String path = FAMILIES + "[" + i++ + "]";
      Checks.oneOf(errors, path, family, false, KNOWN_FAMILIES);
      if (!seen.add(family)) {
        errors.add(FieldError.duplicate(path, family));
      } else if (family.equals("IPv6")) {
        errors.add(FieldError.invalid(path, family, "not configured on this cluster"));
      }
    }
    String policy = Checks.text(spec, "ipFamilyPolicy");
    Checks.oneOf(errors, POLICY, policy, true, POLICIES);
    if (policy.equals("RequireDualStack")) {
      errors.add(
          FieldError.invalid(
              POLICY, policy, "this cluster is not configured for dual-stack services"));
    }
  }

  private static void ofFamilies(List<FieldError> errors, JsonNode spec, List<String> addresses) {
    long families = addresses.stream().map(ServiceAddressValidation::family).distinct().count();
    if (addresses.size() > 1 && families < addresses.size()) {
      errors.add(
          FieldError.invalid(
              ADDRESSES, addresses(spec), "may specify no more than one IP for each IP family"));
    }
    List<String> expected = Checks.texts(spec.path("ipFamilies"));
    for (int i = 0; i < Math.min(addresses.size(), expected.size()) && !isHeadless(spec); i++) {
      if (!family(addresses.get(i)).equals(expected.get(i))
          && KNOWN_FAMILIES.contains(expected.get(i))) {
        errors.add(
            FieldError.invalid(
                ADDRESSES + "[" + i + "]",
                addresses.get(i),
                "expected an %s value as indicated by `ipFamilies[%d]`"
                    .formatted(expected.get(i), i)));
      }
    }
  }

  private static String family(String address) {
    return IpText.parse(address).filter(ip -> ip.bits() > 32).isPresent() ? "IPv6" : "IPv4";
  }

  /** A family may come and go; the first of them stays. */
  static void update(List<FieldError> errors, JsonNode spec, JsonNode old) {
    boolean headless = isHeadless(spec);
    if (isExternalName(spec) || isExternalName(old)) {
      return;
    }
    if (!headless || !isHeadless(old)) {
      changes(errors, spec, addresses(spec), addresses(old), "clusterIP");
    }
    if (!headless && !isHeadless(old)) {
      changes(errors, spec, spec.path("ipFamilies"), old.path("ipFamilies"), "ipFamily");
    }
  }

  private static void changes(
      List<FieldError> errors, JsonNode spec, JsonNode now, JsonNode before, String one) {
    JsonNode shown = now.isMissingNode() ? NullNode.instance : now;
    String path = one.equals("ipFamily") ? FAMILIES : ADDRESSES;
    if (now.size() == before.size()) {
      for (int i = 0; i < now.size(); i++) {
        if (!now.get(i).equals(before.get(i))) {
          int at = one.equals("ipFamily") ? 0 : i; // as upstream
          errors.add(FieldError.invalid(path + "[" + at + "]", shown, ONCE_SET));
        }
      }
      return;
    }
    if (now.isEmpty()) {
      errors.add(FieldError.invalid(path + "[0]", shown, "primary " + one + " can not be unset"));
    } else if (!before.isEmpty() && !now.get(0).equals(before.get(0))) {
      errors.add(FieldError.invalid(path + "[0]", shown, ONCE_SET));
    }
    if (now.size() < before.size()
        && now.size() == 1
        && !Checks.text(spec, "ipFamilyPolicy").equals("SingleStack")) {
      JsonNode policy = spec.path("ipFamilyPolicy");
      errors.add(
          FieldError.invalid(
              POLICY,
              policy.isMissingNode() ? NullNode.instance : policy,
              "must be set to 'SingleStack' when releasing the secondary " + one));
    }
  }
}
