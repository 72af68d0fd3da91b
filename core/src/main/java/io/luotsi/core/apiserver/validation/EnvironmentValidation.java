package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;

/** A container's environment. */
final class EnvironmentValidation {
  private static final List<String> FIELD_PATHS =
      List.of(
          "metadata.name",
          "metadata.namespace",
          "metadata.uid",
          "spec.nodeName",
          "spec.serviceAccountName",
          "status.hostIP",
          "status.hostIPs",
          "status.podIP",
          "status.podIPs");
  private static final List<String> SOURCES =
      List.of("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef");

  private EnvironmentValidation() {}

  static void env(List<FieldError> errors, String path, JsonNode container) {
    int i = 0;
    for (JsonNode variable : container.path("env")) {
      String here = path + ".env[" + i++ + "]";
      Checks.name(
          errors, here + ".name", Checks.text(variable, "name"), Names::environmentVariable);
      if (variable.has("valueFrom")) {
        source(errors, here + ".valueFrom", variable);
      }
    }
    int j = 0;
    for (JsonNode from : container.path("envFrom")) {
      from(errors, path + ".envFrom[" + j++ + "]", from);
    }
  }

  private static void source(List<FieldError> errors, String path, JsonNode variable) {
    JsonNode from = variable.path("valueFrom");
    int sources = 0;
    for (String kind : SOURCES) {
      JsonNode source = from.path(kind);
      if (source.isObject()) {
        sources++;
        source(errors, path + "." + kind, kind, source);
      }
    }
    if (sources == 0) {
      errors.add(
          FieldError.invalid(
              path,
              "",
              "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`,"
                  + " `secretKeyRef` or `fileKeyRef`"));
    } else if (!Checks.text(variable, "value").isEmpty()) {
      errors.add(FieldError.invalid(path, "", "may not be specified when `value` is not empty"));
    } else if (sources > 1) {
      errors.add(
          FieldError.invalid(path, "", "may not have more than one field specified at a time"));
    }
  }

  private static void source(List<FieldError> errors, String path, String kind, JsonNode source) {
    switch (kind) {
      case "fieldRef" -> fieldRef(errors, path, source);
      case "resourceFieldRef" -> Checks.required(errors, path, source, "resource");
      case "configMapKeyRef", "secretKeyRef" -> {
        Checks.required(errors, path, source, "name");
        Checks.name(errors, path + ".key", Checks.text(source, "key"), Names::configKey);
      }
      default -> {
        Checks.required(errors, path, source, "volumeName");
        Checks.required(errors, path, source, "path");
        Checks.required(errors, path, source, "key");
      }
    }
  }

  private static void fieldRef(List<FieldError> errors, String path, JsonNode source) {
    Checks.required(errors, path, source, "apiVersion");
    String field = Checks.text(source, "fieldPath");
    if (field.isEmpty()) {
      errors.add(FieldError.required(path + ".fieldPath", ""));
      return;
    }
    boolean subscripted =
        (field.startsWith("metadata.labels['") || field.startsWith("metadata.annotations['"))
            && field.endsWith("']");
    if (subscripted || FIELD_PATHS.contains(field)) {
      return;
    }
    errors.add(
        isKnown(field)
            ? FieldError.notSupported(path + ".fieldPath", field, FIELD_PATHS)
            : FieldError.invalid(
                path + ".fieldPath",
                field,
                "error converting fieldPath: field label not supported: " + field));
  }

  /** Fields that selectors know, but no environment. */
  private static boolean isKnown(String field) {
    return switch (field) {
      case "metadata.labels",
          "metadata.annotations",
          "spec.restartPolicy",
          "spec.schedulerName",
          "spec.hostNetwork",
          "status.phase",
          "status.nominatedNodeName" ->
          true;
      default -> false;
    };
  }

  private static void from(List<FieldError> errors, String path, JsonNode from) {
    boolean map = from.path("configMapRef").isObject();
    boolean secret = from.path("secretRef").isObject();
    String prefix = Checks.text(from, "prefix");
    if (!prefix.isEmpty()) {
      Checks.form(errors, path + ".prefix", prefix, Names::environmentVariable);
    }
    if (map) {
      Checks.required(errors, path + ".configMapRef", from.path("configMapRef"), "name");
    }
    if (secret) {
      Checks.required(errors, path + ".secretRef", from.path("secretRef"), "name");
    }
    if (!map && !secret) {
      errors.add(
          FieldError.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"));
    } else if (map && secret) {
      errors.add(
          FieldError.invalid(path, "", "may not have more than one field specified at a time"));
    }
  }
}
