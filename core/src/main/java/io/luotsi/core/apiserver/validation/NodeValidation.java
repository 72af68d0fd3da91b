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
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode node, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(node, current);
    JsonNode spec = node.path("spec");
    JsonNode old = current.path("spec");
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
    return errors;
  }

  private static void taints(List<FieldError> errors, JsonNode taints) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode taint : taints) {
      String path = "spec.taints[" + i++ + "]";
      String key = Checks.text(taint, "key");
      String effect = Checks.text(taint, "effect");
      Checks.form(errors, path + ".key", key, Names::qualifiedName);
      Checks.form(errors, path + ".value", Checks.text(taint, "value"), Names::labelValue);
      Checks.oneOf(errors, path + ".effect", effect, false, EFFECTS);
      if (!seen.add(key + ":" + effect)) {
        errors.add(FieldError.duplicate(path, taint));
      }
    }
  }
}
