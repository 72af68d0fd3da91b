package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Roles and bindings of rbac.authorization.k8s.io.
 *
 * @see "Source: pkg/apis/rbac/validation validation.go"
 */
public final class RbacValidation {
  private static final String GROUP = "rbac.authorization.k8s.io";
  private static final String ROLE_REF = "roleRef";

  /** Whatever can be one segment of a path. */
  private static final Function<String, List<String>> NAME = RbacValidation::pathSegment;

  private RbacValidation() {}

  public static List<FieldError> role(ObjectNode role) {
    List<FieldError> errors = MetadataValidation.validate(role, true, NAME);
    rules(errors, role, true);
    return errors;
  }

  public static List<FieldError> roleUpdate(ObjectNode role, ObjectNode current) {
    return with(role(role), MetadataValidation.validateUpdate(role, current));
  }

  public static List<FieldError> clusterRole(ObjectNode role) {
    List<FieldError> errors = MetadataValidation.validate(role, false, NAME);
    rules(errors, role, false);
    if (role.hasNonNull("aggregationRule")) {
      aggregation(errors, role.path("aggregationRule").path("clusterRoleSelectors"));
    }
    return errors;
  }

  public static List<FieldError> clusterRoleUpdate(ObjectNode role, ObjectNode current) {
    return with(clusterRole(role), MetadataValidation.validateUpdate(role, current));
  }

  public static List<FieldError> roleBinding(ObjectNode binding) {
    List<FieldError> errors = MetadataValidation.validate(binding, true, NAME);
    binding(errors, binding, List.of("Role", "ClusterRole"), true);
    return errors;
  }

  public static List<FieldError> roleBindingUpdate(ObjectNode binding, ObjectNode current) {
    return bindingUpdate(roleBinding(binding), binding, current);
  }

  public static List<FieldError> clusterRoleBinding(ObjectNode binding) {
    List<FieldError> errors = MetadataValidation.validate(binding, false, NAME);
    binding(errors, binding, List.of("ClusterRole"), false);
    return errors;
  }

  public static List<FieldError> clusterRoleBindingUpdate(ObjectNode binding, ObjectNode current) {
    return bindingUpdate(clusterRoleBinding(binding), binding, current);
  }

  private static List<FieldError> with(List<FieldError> errors, List<FieldError> more) {
    List<FieldError> all = new ArrayList<>(errors);
    all.addAll(more);
    return all;
  }

  private static void rules(List<FieldError> errors, ObjectNode role, boolean namespaced) {
    int i = 0;
    for (JsonNode rule : role.path("rules")) {
      rule(errors, "rules[" + i++ + "]", rule, namespaced);
    }
  }

  private static void rule(
      List<FieldError> errors, String path, JsonNode rule, boolean namespaced) {
    if (rule.path("verbs").isEmpty()) {
      errors.add(FieldError.required(path + ".verbs", "verbs must contain at least one value"));
    }
    JsonNode urls = rule.path("nonResourceURLs");
    if (!urls.isEmpty()) {
      if (namespaced) {
        errors.add(
            FieldError.invalid(
                path + ".nonResourceURLs",
                urls,
                "namespaced rules cannot apply to non-resource URLs"));
      }
      if (!rule.path("apiGroups").isEmpty()
          || !rule.path("resources").isEmpty()
          || !rule.path("resourceNames").isEmpty()) {
        errors.add(
            FieldError.invalid(
                path + ".nonResourceURLs",
                urls,
                "rules cannot apply to both regular resources and non-resource URLs"));
      }
      return;
    }
    if (rule.path("apiGroups").isEmpty()) {
      errors.add(
          FieldError.required(
              path + ".apiGroups", "resource rules must supply at least one api group"));
    }
    if (rule.path("resources").isEmpty()) {
      errors.add(
          FieldError.required(
              path + ".resources", "resource rules must supply at least one resource"));
    }
  }

  private static void aggregation(List<FieldError> errors, JsonNode selectors) {
    String path = "aggregationRule.clusterRoleSelectors";
    if (selectors.isEmpty()) {
      errors.add(
          FieldError.required(
              path, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
    }
    int i = 0;
    for (JsonNode selector : selectors) {
      String here = path + "[" + i++ + "]";
      int before = errors.size();
      Checks.labelSelector(errors, here, selector);
      if (errors.size() > before) {
        errors.add(FieldError.invalid(here, NullNode.instance, "invalid label selector."));
      }
    }
  }

  private static void binding(
      List<FieldError> errors, ObjectNode binding, List<String> kinds, boolean namespaced) {
    JsonNode ref = binding.path(ROLE_REF);
    if (!Checks.text(ref, "apiGroup").equals(GROUP)) {
      errors.add(
          FieldError.notSupported(
              ROLE_REF + ".apiGroup", Checks.text(ref, "apiGroup"), List.of(GROUP)));
    }
    if (!kinds.contains(Checks.text(ref, "kind"))) {
      errors.add(FieldError.notSupported(ROLE_REF + ".kind", Checks.text(ref, "kind"), kinds));
    }
    Checks.name(errors, ROLE_REF + ".name", Checks.text(ref, "name"), NAME);
    int i = 0;
    for (JsonNode subject : binding.path("subjects")) {
      subject(errors, "subjects[" + i++ + "]", subject, namespaced);
    }
  }

  private static void subject(
      List<FieldError> errors, String path, JsonNode subject, boolean namespaced) {
    String name = Checks.text(subject, "name");
    String group = Checks.text(subject, "apiGroup");
    if (name.isEmpty()) {
      errors.add(FieldError.required(path + ".name", ""));
    }
    switch (Checks.text(subject, "kind")) {
      case "ServiceAccount" -> {
        if (!name.isEmpty()) {
          Checks.form(errors, path + ".name", name, Names::dnsSubdomain);
        }
        if (!group.isEmpty()) {
          errors.add(FieldError.notSupported(path + ".apiGroup", group, List.of("")));
        }
        if (!namespaced && Checks.text(subject, "namespace").isEmpty()) {
          errors.add(FieldError.required(path + ".namespace", ""));
        }
      }
      case "User", "Group" -> {
        if (!group.equals(GROUP)) {
          errors.add(FieldError.notSupported(path + ".apiGroup", group, List.of(GROUP)));
        }
      }
      default ->
          errors.add(
              FieldError.notSupported(
                  path + ".kind",
                  Checks.text(subject, "kind"),
                  List.of("ServiceAccount", "User", "Group")));
    }
  }

  private static List<FieldError> bindingUpdate(
      List<FieldError> errors, ObjectNode binding, ObjectNode current) {
    List<FieldError> all = with(errors, MetadataValidation.validateUpdate(binding, current));
    JsonNode ref = binding.path(ROLE_REF);
    if (!ref.equals(current.path(ROLE_REF))) {
      // As upstream, whose type inside has no names for JSON.
      ObjectNode shown = Json.object();
      shown.put("APIGroup", Checks.text(ref, "apiGroup"));
      shown.put("Kind", Checks.text(ref, "kind"));
      shown.put("Name", Checks.text(ref, "name"));
      all.add(FieldError.invalid(ROLE_REF, shown, "cannot change roleRef"));
    }
    return all;
  }

  private static List<String> pathSegment(String name) {
    if (name.equals(".") || name.equals("..")) {
      return List.of("may not be '" + name + "'");
    }
    List<String> wrong = new ArrayList<>();
    for (String illegal : List.of("/", "%")) {
      if (name.contains(illegal)) {
        wrong.add("may not contain '" + illegal + "'");
      }
    }
    return wrong;
  }
}
