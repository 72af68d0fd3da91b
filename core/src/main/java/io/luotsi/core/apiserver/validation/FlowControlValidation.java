package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;

/**
 * FlowSchemas and PriorityLevelConfigurations.
 *
 * @see "Source: kubernetes pkg/apis/flowcontrol/validation"
 */
public final class FlowControlValidation {
  private static final int MOST_PRECEDENCE = 10_000;
  private static final int MOST_QUEUES = 10_000_000;
  private static final int MOST_BITS = 60;
  private static final List<String> DISTINGUISHERS = List.of("ByNamespace", "ByUser");
  private static final List<String> SUBJECTS = List.of("Group", "ServiceAccount", "User");
  private static final List<String> LEVELS = List.of("Exempt", "Limited");
  private static final List<String> RESPONSES = List.of("Queue", "Reject");
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
    if (spec.path("distinguisherMethod").isObject()) {
      Checks.oneOf(
          errors,
          "spec.distinguisherMethod.type",
          spec.at("/distinguisherMethod/type").asText(""),
          false,
          DISTINGUISHERS);
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
      alone(errors, urls, paths.path("nonResourceURLs"), "other non-resource URLs");
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
    if (!rule.path("clusterScope").asBoolean(false)) {
      notEmpty(
          errors,
          path + ".namespaces",
          rule.path("namespaces"),
          "resource rules that are not cluster scoped must supply at least one namespace");
    }
    alone(errors, path + ".namespaces", rule.path("namespaces"), "other namespaces");
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
        if (of.equals("ServiceAccount") && Checks.text(who, "namespace").isEmpty()) {
          errors.add(
              FieldError.required(
                  path + "." + field + ".namespace", "must specify namespace for service account"));
        }
      } else if (who.isObject()) {
        errors.add(
            FieldError.forbidden(
                path + "." + field, field + " is forbidden when subject kind is not '" + of + "'"));
      }
    }
  }

  public static List<FieldError> priorityLevel(ObjectNode level) {
    List<FieldError> errors =
        MetadataValidation.validate(level, false, MetadataValidation.SUBDOMAIN);
    levelSpec(errors, level.path("spec"));
    return errors;
  }

  public static List<FieldError> priorityLevelUpdate(ObjectNode level, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(level, current);
    levelSpec(errors, level.path("spec"));
    return errors;
  }

  private static void levelSpec(List<FieldError> errors, JsonNode spec) {
    String type = Checks.text(spec, "type");
    JsonNode limited = spec.path("limited");
    switch (type) {
      case "Exempt" -> {
        if (limited.isObject()) {
          errors.add(
              FieldError.forbidden("spec.limited", "must be nil if the type is not Limited"));
        }
      }
      case "Limited" -> {
        if (!limited.isObject()) {
          errors.add(FieldError.required("spec.limited", "must not be empty when type is Limited"));
        } else {
          limited(errors, limited);
        }
      }
      default -> errors.add(FieldError.notSupported("spec.type", type, LEVELS));
    }
  }

  private static void limited(List<FieldError> errors, JsonNode limited) {
    String path = "spec.limited";
    JsonNode shares = limited.path("nominalConcurrencyShares");
    if (shares.asInt() < 0) {
      errors.add(
          FieldError.invalid(
              path + ".nominalConcurrencyShares", shares, "must be a non-negative integer"));
    }
    JsonNode response = limited.path("limitResponse");
    String type = Checks.text(response, "type");
    JsonNode queuing = response.path("queuing");
    path += ".limitResponse";
    switch (type) {
      case "Reject" -> {
        if (queuing.isObject()) {
          errors.add(
              FieldError.forbidden(
                  path + ".queuing", "must be nil if limited.limitResponse.type is not Limited"));
        }
      }
      case "Queue" -> {
        if (!queuing.isObject()) {
          errors.add(
              FieldError.required(
                  path + ".queuing", "must not be empty if limited.limitResponse.type is Limited"));
        } else {
          queuing(errors, path + ".queuing", queuing);
        }
      }
      default -> errors.add(FieldError.notSupported(path + ".type", type, RESPONSES));
    }
  }

  private static void queuing(List<FieldError> errors, String path, JsonNode queuing) {
    for (String field : List.of("queueLengthLimit", "queues", "handSize")) {
      if (queuing.path(field).asInt() <= 0) {
        errors.add(
            FieldError.invalid(
                path + "." + field, queuing.path(field).asInt(), "must be positive"));
      }
    }
    JsonNode queues = queuing.path("queues");
    if (queues.asInt() > MOST_QUEUES) {
      errors.add(
          FieldError.invalid(path + ".queues", queues, "must not be greater than " + MOST_QUEUES));
    }
    if (queuing.path("handSize").asInt() > queues.asInt()) {
      errors.add(
          FieldError.invalid(
              path + ".handSize",
              queuing.path("handSize"),
              "should not be greater than queues (" + queues.asInt() + ")"));
    } else if (bits(queues.asInt(), queuing.path("handSize").asInt()) > MOST_BITS) {
      errors.add(
          FieldError.invalid(
              path + ".handSize",
              queuing.path("handSize"),
              "required entropy bits of deckSize %d and handSize %d should not be greater than %d"
                  .formatted(queues.asInt(), queuing.path("handSize").asInt(), MOST_BITS)));
    }
  }

  /** Of a number that can say every hand of that size, in every order. */
  private static int bits(int queues, int handSize) {
    double bits = 0;
    for (int i = 0; i < handSize && bits <= MOST_BITS; i++) {
      bits += Math.log(queues - i) / Math.log(2);
    }
    return (int) Math.ceil(bits);
  }
}
