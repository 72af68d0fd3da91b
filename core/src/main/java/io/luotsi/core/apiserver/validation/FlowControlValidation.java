package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Names;
import io.luotsi.core.flowcontrol.DefaultFlows;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * FlowSchemas.
 *
 * @see "Source: kubernetes pkg/apis/flowcontrol/validation"
 */
public final class FlowControlValidation {
  private static final int MOST_PRECEDENCE = 10_000;
  private static final List<String> DISTINGUISHERS = List.of("ByNamespace", "ByUser");
  private static final List<String> SUBJECTS = List.of("Group", "ServiceAccount", "User");
  private static final List<String> VERBS =
      List.of(
          "create",
          "delete",
          "deletecollection",
          "get",
          "list",
          "patch",
          "proxy",
          "update",
          "watch");

  private FlowControlValidation() {}

  public static List<FieldError> flowSchema(ObjectNode schema) {
    List<FieldError> errors =
        MetadataValidation.validate(schema, false, MetadataValidation.SUBDOMAIN);
    schemaSpec(errors, schema);
    return errors;
  }

  public static List<FieldError> flowSchemaUpdate(ObjectNode schema, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(schema, current);
    schemaSpec(errors, schema);
    return errors;
  }

  /** Of either kind. */
  public static List<FieldError> statusUpdate(ObjectNode object, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(object, current);
    Set<String> types = new HashSet<>();
    int i = 0;
    for (JsonNode condition : object.at("/status/conditions")) {
      String path = "status.conditions[" + i++ + "].type";
      String type = Checks.text(condition, "type");
      if (!types.add(type)) {
        errors.add(FieldError.duplicate(path, type));
      }
      if (type.isEmpty()) {
        errors.add(FieldError.required(path, ""));
      }
    }
    return errors;
  }

  private static void schemaSpec(List<FieldError> errors, ObjectNode schema) {
    JsonNode spec = schema.path("spec");
    JsonNode precedence = spec.path("matchingPrecedence");
    String path = "spec.matchingPrecedence";
    if (precedence.asInt() <= 0) {
      errors.add(FieldError.invalid(path, precedence.asInt(), "must be a positive value"));
    }
    if (precedence.asInt() > MOST_PRECEDENCE) {
      errors.add(
          FieldError.invalid(path, precedence, "must not be greater than " + MOST_PRECEDENCE));
    }
    if (precedence.asInt() == 1 && !schema.at("/metadata/name").asText().equals("exempt")) {
      errors.add(
          FieldError.invalid(
              path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1"));
    }
    JsonNode method = spec.path("distinguisherMethod");
    if (method.isObject() && !DISTINGUISHERS.contains(Checks.text(method, "type"))) {
      // As upstream, whose type inside has no names for JSON.
      ObjectNode shown = Json.object().put("Type", Checks.text(method, "type"));
      errors.add(FieldError.notSupported("spec.distinguisherMethod.type", shown, DISTINGUISHERS));
    }
    String level = spec.at("/priorityLevelConfiguration/name").asText("");
    if (level.isEmpty()) {
      errors.add(
          FieldError.required(
              "spec.priorityLevelConfiguration.name", "must reference a priority level"));
    } else {
      Checks.form(errors, "spec.priorityLevelConfiguration.name", level, Names::dnsSubdomain);
    }
    int i = 0;
    for (JsonNode rule : spec.path("rules")) {
      rule(errors, "spec.rules[" + i++ + "]", rule);
    }
    fixed(errors, schema, DefaultFlows.MANDATORY_SCHEMAS);
  }

  /** What no cluster is without stays as it is. */
  static void fixed(List<FieldError> errors, ObjectNode object, Map<String, ObjectNode> mandatory) {
    String name = object.at("/metadata/name").asText("");
    JsonNode spec = object.path("spec");
    if (mandatory.containsKey(name) && !spec.equals(mandatory.get(name).path("spec"))) {
      errors.add(
          FieldError.invalid("spec", spec, "spec of '" + name + "' must equal the fixed value"));
    }
  }

  private static void rule(List<FieldError> errors, String path, JsonNode rule) {
    notEmpty(
        errors,
        path + ".subjects",
        rule.path("subjects"),
        "subjects must contain at least one value");
    int i = 0;
    for (JsonNode subject : rule.path("subjects")) {
      subject(errors, path + ".subjects[" + i++ + "]", subject);
    }
    if (rule.path("resourceRules").isEmpty() && rule.path("nonResourceRules").isEmpty()) {
      errors.add(
          FieldError.required(
              path, "at least one of resourceRules and nonResourceRules has to be non-empty"));
    }
    int j = 0;
    for (JsonNode resources : rule.path("resourceRules")) {
      resourceRule(errors, path + ".resourceRules[" + j++ + "]", resources);
    }
    int k = 0;
    for (JsonNode paths : rule.path("nonResourceRules")) {
      String here = path + ".nonResourceRules[" + k++ + "]";
      verbs(errors, here + ".verbs", paths.path("verbs"));
      String urls = here + ".nonResourceURLs";
      notEmpty(
          errors,
          urls,
          paths.path("nonResourceURLs"),
          "nonResourceURLs must contain at least one value");
      urls(errors, urls, paths.path("nonResourceURLs"));
    }
  }

  private static void resourceRule(List<FieldError> errors, String path, JsonNode rule) {
    verbs(errors, path + ".verbs", rule.path("verbs"));
    notEmpty(
        errors,
        path + ".apiGroups",
        rule.path("apiGroups"),
        "resource rules must supply at least one api group");
    alone(errors, path + ".apiGroups", rule.path("apiGroups"), "other api groups");
    notEmpty(
        errors,
        path + ".resources",
        rule.path("resources"),
        "resource rules must supply at least one resource");
    alone(errors, path + ".resources", rule.path("resources"), "other resources");
    namespaces(errors, path + ".namespaces", rule);
  }

  private static void namespaces(List<FieldError> errors, String path, JsonNode rule) {
    JsonNode namespaces = rule.path("namespaces");
    List<String> names = Checks.texts(namespaces);
    if (!rule.path("clusterScope").asBoolean(false)) {
      notEmpty(
          errors,
          path,
          namespaces,
          "resource rules that are not cluster scoped must supply at least one namespace");
    }
    if (names.contains("*")) {
      alone(errors, path, namespaces, "other namespaces");
      return;
    }
    for (int i = 0; i < names.size(); i++) {
      for (String wrong : Names.dnsLabel(names.get(i))) {
        errors.add(
            FieldError.invalid(
                path + "[" + i + "]",
                names.get(i),
                "each member of this list must be '*' or a DNS-1123 label; " + wrong));
      }
    }
  }

  private static void urls(List<FieldError> errors, String path, JsonNode urls) {
    List<String> paths = Checks.texts(urls);
    if (paths.contains("*")) {
      alone(errors, path, urls, "other non-resource URLs");
      return;
    }
    for (int i = 0; i < paths.size(); i++) {
      String wrong = wrongUrl(paths.get(i));
      if (!wrong.isEmpty()) {
        errors.add(FieldError.invalid(path + "[" + i + "]", paths.get(i), wrong));
      }
    }
  }

  private static String wrongUrl(String path) {
    if (path.isEmpty()) {
      return "must not be empty";
    }
    if (!path.startsWith("/")) {
      return "must start with slash";
    }
    if (path.contains(" ")) {
      return "must not contain white-space";
    }
    if (path.contains("//")) {
      return "must not contain double slash";
    }
    int star = path.indexOf('*');
    boolean suffix = star == path.length() - 1 && path.endsWith("/*");
    return star < 0 || suffix ? "" : "wildcard can only do suffix matching";
  }

  private static void verbs(List<FieldError> errors, String path, JsonNode verbs) {
    notEmpty(errors, path, verbs, "verbs must contain at least one value");
    List<String> words = Checks.texts(verbs);
    if (words.contains("*")) {
      alone(errors, path, verbs, "other verbs");
    } else if (!VERBS.containsAll(words)) {
      errors.add(FieldError.notSupported(path, verbs, VERBS));
    }
  }

  private static void notEmpty(List<FieldError> errors, String path, JsonNode list, String detail) {
    if (list.isEmpty()) {
      errors.add(FieldError.required(path, detail));
    }
  }

  private static void alone(List<FieldError> errors, String path, JsonNode list, String others) {
    if (list.size() > 1 && Checks.texts(list).contains("*")) {
      errors.add(FieldError.invalid(path, list, "if '*' is present, must not specify " + others));
    }
  }

  private static void subject(List<FieldError> errors, String path, JsonNode subject) {
    String kind = Checks.text(subject, "kind");
    if (!SUBJECTS.contains(kind)) {
      errors.add(FieldError.notSupported(path + ".kind", kind, SUBJECTS));
      return;
    }
    for (String of : SUBJECTS) {
      String field = Character.toLowerCase(of.charAt(0)) + of.substring(1);
      JsonNode who = subject.path(field);
      if (of.equals(kind) && !who.isObject()) {
        errors.add(
            FieldError.required(
                path + "." + field, field + " is required when subject kind is '" + of + "'"));
      } else if (of.equals(kind)) {
        Checks.required(errors, path + "." + field, who, "name");
        if (of.equals("ServiceAccount")) {
          account(errors, path + "." + field, who);
        }
      } else if (who.isObject()) {
        errors.add(
            FieldError.forbidden(
                path + "." + field, field + " is forbidden when subject kind is not '" + of + "'"));
      }
    }
  }

  private static void account(List<FieldError> errors, String path, JsonNode who) {
    String name = Checks.text(who, "name");
    if (!name.isEmpty() && !name.equals("*")) {
      Checks.form(errors, path + ".name", name, Names::dnsSubdomain);
    }
    String namespace = Checks.text(who, "namespace");
    if (namespace.isEmpty()) {
      errors.add(
          FieldError.required(path + ".namespace", "must specify namespace for service account"));
    } else {
      Checks.form(errors, path + ".namespace", namespace, Names::dnsLabel);
    }
  }
}
