package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Nodes: their taints, and what of them may not change. */
public final class NodeValidation {
  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

  private NodeValidation() {}

  public static List<FieldError> validate(ObjectNode node) {
    List<FieldError> errors =
        MetadataValidation.validate(node, false, MetadataValidation.SUBDOMAIN);
    taints(errors, node.at("/spec/taints"));
    resources(errors, node.path("status"));
    ranges(errors, node.at("/spec/podCIDRs"));
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode node, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(node, current);
    JsonNode spec = node.path("spec");
    JsonNode old = current.path("spec");
    resources(errors, node.path("status"));
    addresses(errors, node.at("/status/addresses"));
    if (!old.path("podCIDRs").isEmpty() && !old.path("podCIDRs").equals(spec.path("podCIDRs"))) {
      errors.add(
          FieldError.forbidden(
              "spec.podCIDRs",
              "node updates may not change podCIDR except from" + " \"\" to valid"));
    }
    String provider = Checks.text(old, "providerID");
    if (!provider.isEmpty() && !provider.equals(Checks.text(spec, "providerID"))) {
      errors.add(
          FieldError.forbidden(
              "spec.providerID",
              "node updates may not change providerID except from \"\" to" + " valid"));
    }
    taints(errors, spec.path("taints"));
    if (!Checks.text(spec, "externalID").equals(Checks.text(old, "externalID"))) {
      errors.add(FieldError.forbidden("spec.externalID", "may not be updated"));
    }
    return errors;
  }

  private static void resources(List<FieldError> errors, JsonNode status) {
    for (String list : List.of("capacity", "allocatable")) {
      for (var entry : status.path(list).properties()) {
        String path = "status." + list + "." + entry.getKey();
        ResourceNames.amount(errors, path, entry.getKey(), entry.getValue());
      }
    }
  }

  private static void addresses(List<FieldError> errors, JsonNode addresses) {
    Set<JsonNode> seen = new HashSet<>();
    int i = 0;
    for (JsonNode address : addresses) {
      if (!seen.add(address)) {
        errors.add(FieldError.duplicate("status.addresses[" + i + "]", address));
      }
      i++;
    }
  }

  private static void ranges(List<FieldError> errors, JsonNode ranges) {
    int i = 0;
    int ofIpv6 = 0;
    for (JsonNode range : ranges) {
      String text = range.asText();
      Cidr.readable(errors, "spec.podCIDRs[" + i + "]", text, Set.of());
      ofIpv6 += text.indexOf(':') >= 0 ? 1 : 0;
      i++;
    }
    if (ranges.size() > 2 || (ranges.size() == 2 && ofIpv6 != 1)) {
      errors.add(
          FieldError.invalid(
              "spec.podCIDRs", ranges, "may specify no more than one CIDR for each IP family"));
    }
  }

  private static void taints(List<FieldError> errors, JsonNode taints) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode taint : taints) {
      String path = "metadata.taints[" + i++ + "]"; // as upstream
      String key = Checks.text(taint, "key");
      String effect = Checks.text(taint, "effect");
      Checks.form(errors, path + ".key", key, Names::qualifiedName);
      Checks.form(errors, path + ".value", Checks.text(taint, "value"), Names::labelValue);
      Checks.oneOf(errors, path + ".effect", effect, false, EFFECTS);
      if (!seen.add(key + ":" + effect)) {
        FieldError twice = FieldError.duplicate(path, taint);
        errors.add(
            new FieldError(
                twice.type(),
                path,
                twice.badValue(),
                "taints must be unique by key and effect pair"));
      }
    }
  }
}
