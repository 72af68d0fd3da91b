package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The kinds of admissionregistration.k8s.io, as far as they can be checked without what would
 * enforce them: expressions are not compiled.
 *
 * @see "Source: kubernetes pkg/apis/admissionregistration/validation"
 */
public enum AdmissionValidation {
  MUTATING_WEBHOOKS,
  VALIDATING_WEBHOOKS,
  MUTATING_POLICY,
  VALIDATING_POLICY,
  MUTATING_BINDING,
  VALIDATING_BINDING;

  private static final List<String> FAILURE_POLICIES = List.of("Fail", "Ignore");
  private static final List<String> MATCH_POLICIES = List.of("Equivalent", "Exact");
  private static final List<String> SIDE_EFFECTS = List.of("None", "NoneOnDryRun");
  private static final List<String> REINVOCATION = List.of("IfNeeded", "Never");
  private static final List<String> OPERATIONS =
      List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
  private static final List<String> SCOPES = List.of("*", "Cluster", "Namespaced");
  private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");
  private static final List<String> NOT_FOUND_ACTIONS = List.of("Allow", "Deny");
  private static final List<String> PATCH_TYPES = List.of("ApplyConfiguration", "JSONPatch");
  private static final int MOST_SECONDS = 30;
  private static final int MOST_CONDITIONS = 64;

  public List<FieldError> validate(ObjectNode object) {
    List<FieldError> errors =
        MetadataValidation.validate(object, false, MetadataValidation.SUBDOMAIN);
    content(errors, object);
    return errors;
  }

  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(object, current);
    content(errors, object);
    return errors;
  }

  private void content(List<FieldError> errors, ObjectNode object) {
    switch (this) {
      case MUTATING_WEBHOOKS, VALIDATING_WEBHOOKS -> webhooks(errors, object.path("webhooks"));
      case MUTATING_POLICY -> mutatingPolicy(errors, object.path("spec"));
      case VALIDATING_POLICY -> validatingPolicy(errors, object.path("spec"));
      case MUTATING_BINDING -> binding(errors, object.path("spec"));
      case VALIDATING_BINDING -> {
        binding(errors, object.path("spec"));
        actions(errors, object.at("/spec/validationActions"));
      }
    }
  }

  private void webhooks(List<FieldError> errors, JsonNode webhooks) {
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode webhook : webhooks) {
      String path = "webhooks[" + i++ + "]";
      String name = Checks.text(webhook, "name");
      qualified(errors, path + ".name", name);
      webhook(errors, path, webhook);
      WebhookValidation.reviewVersions(
          errors, path + ".admissionReviewVersions", webhook.path("admissionReviewVersions"));
      if (!name.isEmpty() && !names.add(name)) {
        errors.add(FieldError.duplicate(path + ".name", name));
      }
    }
  }

  private static void qualified(List<FieldError> errors, String path, String name) {
    List<String> wrong = Names.dnsSubdomain(name);
    if (name.isEmpty()) {
      errors.add(FieldError.required(path, ""));
    } else if (!wrong.isEmpty()) {
      errors.add(FieldError.invalid(path, name, String.join(",", wrong)));
    } else if (name.split("\\.").length < 3) {
      errors.add(
          FieldError.invalid(
              path, name, "should be a domain with at least three segments separated by dots"));
    }
  }

  private void webhook(List<FieldError> errors, String path, JsonNode webhook) {
    rules(errors, path + ".rules", webhook.path("rules"));
    Checks.oneOf(
        errors,
        path + ".failurePolicy",
        Checks.text(webhook, "failurePolicy"),
        true,
        FAILURE_POLICIES);
    Checks.oneOf(
        errors, path + ".matchPolicy", Checks.text(webhook, "matchPolicy"), true, MATCH_POLICIES);
    String effects = Checks.text(webhook, "sideEffects");
    if (effects.isEmpty()) {
      errors.add(
          FieldError.required(
              path + ".sideEffects", "must specify one of " + String.join(", ", SIDE_EFFECTS)));
    } else {
      Checks.oneOf(errors, path + ".sideEffects", effects, false, SIDE_EFFECTS);
    }
    JsonNode seconds = webhook.path("timeoutSeconds");
    if (seconds.isNumber() && (seconds.asInt() > MOST_SECONDS || seconds.asInt() < 1)) {
      errors.add(
          FieldError.invalid(
              path + ".timeoutSeconds",
              seconds,
              "the timeout value must be between 1 and 30 seconds"));
    }
    if (this == MUTATING_WEBHOOKS) {
      Checks.oneOf(
          errors,
          path + ".reinvocationPolicy",
          Checks.text(webhook, "reinvocationPolicy"),
          true,
          REINVOCATION);
    }
    selectors(errors, path, webhook);
    WebhookValidation.client(errors, path + ".clientConfig", webhook.path("clientConfig"));
    matchConditions(errors, path + ".matchConditions", webhook.path("matchConditions"));
  }

  private static void selectors(List<FieldError> errors, String path, JsonNode of) {
    for (String selector : List.of("namespaceSelector", "objectSelector")) {
      Checks.labelSelector(errors, path + "." + selector, of.path(selector));
    }
  }

  private static void rules(List<FieldError> errors, String path, JsonNode rules) {
    int i = 0;
    for (JsonNode rule : rules) {
      String here = path + "[" + i++ + "]";
      JsonNode operations = rule.path("operations");
      if (operations.isEmpty()) {
        errors.add(FieldError.required(here + ".operations", ""));
      }
      alone(errors, here + ".operations", operations, "other operations");
      int j = 0;
      for (String operation : Checks.texts(operations)) {
        Checks.oneOf(errors, here + ".operations[" + j++ + "]", operation, false, OPERATIONS);
      }
      notEmpty(errors, here + ".apiGroups", rule.path("apiGroups"));
      alone(errors, here + ".apiGroups", rule.path("apiGroups"), "other API groups");
      notEmpty(errors, here + ".apiVersions", rule.path("apiVersions"));
      alone(errors, here + ".apiVersions", rule.path("apiVersions"), "other API versions");
      int k = 0;
      for (String version : Checks.texts(rule.path("apiVersions"))) {
        if (version.isEmpty()) {
          errors.add(FieldError.required(here + ".apiVersions[" + k + "]", ""));
        }
        k++;
      }
      WebhookValidation.resources(errors, here + ".resources", rule.path("resources"));
      Checks.oneOf(errors, here + ".scope", Checks.text(rule, "scope"), true, SCOPES);
    }
  }

  private static void notEmpty(List<FieldError> errors, String path, JsonNode list) {
    if (list.isEmpty()) {
      errors.add(FieldError.required(path, ""));
    }
  }

  private static void alone(List<FieldError> errors, String path, JsonNode list, String others) {
    if (list.size() > 1 && Checks.texts(list).contains("*")) {
      errors.add(FieldError.invalid(path, list, "if '*' is present, must not specify " + others));
    }
  }

  private static void matchConditions(List<FieldError> errors, String path, JsonNode conditions) {
    Checks.atMost(errors, path, conditions, MOST_CONDITIONS);
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode condition : conditions) {
      String here = path + "[" + i++ + "]";
      Checks.required(errors, here, condition, "expression");
      String name = Checks.text(condition, "name");
      Checks.name(errors, here + ".name", name, Names::qualifiedName);
      if (!name.isEmpty() && !names.add(name)) {
        errors.add(FieldError.duplicate(here + ".name", name));
      }
    }
  }

  private static void policy(List<FieldError> errors, JsonNode spec) {
    Checks.oneOf(
        errors, "spec.failurePolicy", Checks.text(spec, "failurePolicy"), false, FAILURE_POLICIES);
    JsonNode kind = spec.path("paramKind");
    if (kind.isObject()) {
      Checks.required(errors, "spec.paramKind", kind, "apiVersion");
      Checks.required(errors, "spec.paramKind", kind, "kind");
    }
    JsonNode constraints = spec.path("matchConstraints");
    if (!constraints.isObject()) {
      errors.add(FieldError.required("spec.matchConstraints", ""));
    } else {
      matchResources(errors, "spec.matchConstraints", constraints);
      notEmpty(errors, "spec.matchConstraints.resourceRules", constraints.path("resourceRules"));
    }
    matchConditions(errors, "spec.matchConditions", spec.path("matchConditions"));
  }

  private static void matchResources(List<FieldError> errors, String path, JsonNode match) {
    selectors(errors, path, match);
    Checks.oneOf(
        errors, path + ".matchPolicy", Checks.text(match, "matchPolicy"), false, MATCH_POLICIES);
    rules(errors, path + ".resourceRules", match.path("resourceRules"));
    rules(errors, path + ".excludeResourceRules", match.path("excludeResourceRules"));
  }

  private static void validatingPolicy(List<FieldError> errors, JsonNode spec) {
    policy(errors, spec);
    if (spec.path("validations").isEmpty() && spec.path("auditAnnotations").isEmpty()) {
      String detail = "validations or auditAnnotations must contain at least one item";
      errors.add(FieldError.required("spec.validations", detail));
      errors.add(FieldError.required("spec.auditAnnotations", detail));
    }
    int i = 0;
    for (JsonNode validation : spec.path("validations")) {
      if (Checks.text(validation, "expression").strip().isEmpty()) {
        errors.add(
            FieldError.required(
                "spec.validations[" + i + "].expression", "expression is not specified"));
      }
      i++;
    }
  }

  private static void mutatingPolicy(List<FieldError> errors, JsonNode spec) {
    policy(errors, spec);
    if (spec.path("mutations").isEmpty()) {
      errors.add(FieldError.required("spec.mutations", "mutations must contain at least one item"));
    }
    int i = 0;
    for (JsonNode mutation : spec.path("mutations")) {
      String path = "spec.mutations[" + i++ + "]";
      String type = Checks.text(mutation, "patchType");
      Checks.oneOf(errors, path + ".patchType", type, false, PATCH_TYPES);
      String field = type.equals("JSONPatch") ? "jsonPatch" : "applyConfiguration";
      if (PATCH_TYPES.contains(type) && !mutation.path(field).isObject()) {
        errors.add(
            FieldError.required(path + "." + field, "must be specified when patchType is " + type));
      }
    }
    Checks.oneOf(
        errors,
        "spec.reinvocationPolicy",
        Checks.text(spec, "reinvocationPolicy"),
        false,
        REINVOCATION);
  }

  private static void binding(List<FieldError> errors, JsonNode spec) {
    Checks.name(errors, "spec.policyName", Checks.text(spec, "policyName"), Names::dnsSubdomain);
    JsonNode parameter = spec.path("paramRef");
    if (parameter.isObject()) {
      parameter(errors, parameter);
    }
    if (spec.path("matchResources").isObject()) {
      matchResources(errors, "spec.matchResources", spec.path("matchResources"));
    }
  }

  private static void parameter(List<FieldError> errors, JsonNode parameter) {
    String path = "spec.paramRef";
    boolean named = !Checks.text(parameter, "name").isEmpty();
    boolean selected = parameter.path("selector").isObject();
    if (named && selected) {
      errors.add(FieldError.forbidden(path + ".name", "name and selector are mutually exclusive"));
    } else if (!named && !selected) {
      errors.add(FieldError.required(path, "one of name or selector must be specified"));
    }
    Checks.labelSelector(errors, path + ".selector", parameter.path("selector"));
    Checks.oneOf(
        errors,
        path + ".parameterNotFoundAction",
        Checks.text(parameter, "parameterNotFoundAction"),
        false,
        NOT_FOUND_ACTIONS);
  }

  private static void actions(List<FieldError> errors, JsonNode actions) {
    String path = "spec.validationActions";
    if (actions.isEmpty()) {
      errors.add(FieldError.required(path, "at least one validation action is required"));
    }
    Set<String> seen = new HashSet<>();
    for (String action : Checks.texts(actions)) {
      Checks.oneOf(errors, path, action, false, ACTIONS);
      if (!seen.add(action)) {
        errors.add(FieldError.duplicate(path, action));
      }
    }
    if (seen.containsAll(Set.of("Deny", "Warn"))) {
      errors.add(
          FieldError.invalid(
              path,
              actions,
              "must not contain both Deny and Warn (repeating the"
                  + " same validation failure information in the API response and headers serves no"
                  + " purpose)"));
    }
  }
}
