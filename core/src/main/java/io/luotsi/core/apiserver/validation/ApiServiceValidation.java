package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;

/**
 * What is served of one version of a group, and where.
 *
 * @see "Source: kube-aggregator pkg/apis/apiregistration/validation"
 */
public final class ApiServiceValidation {
  private static final int MOST_GROUP_PRIORITY = 20_000;
  private static final int MOST_VERSION_PRIORITY = 1_000;

  private ApiServiceValidation() {}

  public static List<FieldError> validate(ObjectNode service) {
    JsonNode spec = service.path("spec");
    String group = Checks.text(spec, "group");
    String version = Checks.text(spec, "version");
    List<FieldError> errors =
        MetadataValidation.validate(service, false, name -> nameForm(name, version + "." + group));
    if (group.isEmpty() && !version.equals("v1")) {
      errors.add(
          FieldError.required(
              "spec.group", "only v1 may have an empty group and it better be legacy kube"));
    }
    if (!group.isEmpty()) {
      Checks.form(errors, "spec.group", group, Names::dnsSubdomain);
    }
    Checks.form(errors, "spec.version", version, Names::dns1035Label);
    priority(errors, spec, "groupPriorityMinimum", MOST_GROUP_PRIORITY);
    priority(errors, spec, "versionPriority", MOST_VERSION_PRIORITY);
    if (spec.path("service").isObject()) {
      behind(errors, spec);
    } else {
      local(errors, spec);
    }
    return errors;
  }

  private static List<String> nameForm(String name, String required) {
    List<String> wrong = Checks.pathSegment(name);
    return !wrong.isEmpty() || name.equals(required)
        ? wrong
        : List.of("must be `spec.version+\".\"+spec.group`: \"" + required + "\"");
  }

  private static void priority(List<FieldError> errors, JsonNode spec, String field, int most) {
    int value = spec.path(field).asInt();
    if (value <= 0 || value > most) {
      errors.add(
          FieldError.invalid("spec." + field, value, "must be positive and less than " + most));
    }
  }

  private static void local(List<FieldError> errors, JsonNode spec) {
    int bytes = caBytes(spec);
    if (bytes > 0) {
      errors.add(
          FieldError.invalid(
              "spec.caBundle", bytes + " bytes", "local APIServices may not have a caBundle"));
    }
    if (spec.path("insecureSkipTLSVerify").asBoolean(false)) {
      errors.add(
          FieldError.invalid(
              "spec.insecureSkipTLSVerify",
              true,
              "local APIServices may not have insecureSkipTLSVerify"));
    }
  }

  private static int caBytes(JsonNode spec) {
    String base64 = Checks.text(spec, "caBundle");
    return base64.replace("=", "").length() * 3 / 4;
  }

  private static void behind(List<FieldError> errors, JsonNode spec) {
    JsonNode service = spec.path("service");
    Checks.required(errors, "spec.service", service, "namespace");
    Checks.required(errors, "spec.service", service, "name");
    int port = service.path("port").asInt();
    if (port < 1 || port >= 1 << 16) {
      errors.add(
          FieldError.invalid(
              "spec.service.port",
              port,
              "port is not valid: must be between 1 and 65535, inclusive"));
    }
    if (spec.path("insecureSkipTLSVerify").asBoolean(false) && caBytes(spec) > 0) {
      errors.add(
          FieldError.invalid(
              "spec.insecureSkipTLSVerify", true, "may not be true if caBundle is present"));
    }
  }

  public static List<FieldError> validateUpdate(ObjectNode service, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(service, current);
    errors.addAll(validate(service));
    return errors;
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode service, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(service, current);
    int i = 0;
    for (JsonNode condition : service.at("/status/conditions")) {
      Checks.oneOf(
          errors,
          "status.conditions[" + i++ + "].status",
          Checks.text(condition, "status"),
          true,
          List.of("False", "True", "Unknown"));
    }
    return errors;
  }
}
