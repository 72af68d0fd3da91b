package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final List<String> RESOURCES =
      List.of(
          "limits.cpu",
          "limits.ephemeral-storage",
          "limits.memory",
          "requests.cpu",
          "requests.ephemeral-storage",
          "requests.memory");
  private static final Pattern HUGE_PAGES = Pattern.compile("(limits|requests)\\.hugepages-");
  private static final List<String> CPU_DIVISORS = List.of("1m", "1");
  private static final List<String> BYTE_DIVISORS =
      List.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");
  private static final Pattern SUBSCRIPTED =
      Pattern.compile("metadata\\.(labels|annotations)\\['(.*)'\\]");

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
      from(errors, path + ".envFrom", j++, from);
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
      case "fieldRef" -> fieldRef(errors, path, source, FIELD_PATHS);
      case "resourceFieldRef" -> resourceRef(errors, path, source);
      case "configMapKeyRef", "secretKeyRef" -> {
        Checks.form(errors, path + ".name", Checks.text(source, "name"), Names::dnsSubdomain);
        Checks.name(errors, path + ".key", Checks.text(source, "key"), Names::configKey);
      }
      default -> {
        Checks.name(errors, path + ".key", Checks.text(source, "key"), Names::environmentVariable);
        Checks.name(
            errors, path + ".volumeName", Checks.text(source, "volumeName"), Names::dnsLabel);
        Checks.required(errors, path, source, "path");
        Paths.withoutBacksteps(errors, path + ".path", Checks.text(source, "path"));
      }
    }
  }

  /**
   * @param fields that can be had here, besides single labels and annotations
   */
  static void fieldRef(List<FieldError> errors, String path, JsonNode source, List<String> fields) {
    String field = Checks.text(source, "fieldPath");
    if (field.isEmpty()) {
      errors.add(FieldError.required(path + ".fieldPath", ""));
      return;
    }
    Matcher subscripted = SUBSCRIPTED.matcher(field);
    if (subscripted.matches()) {
      String key = subscripted.group(2);
      boolean ofLabels = subscripted.group(1).equals("labels");
      Checks.form(
          errors, path, ofLabels ? key : key.toLowerCase(Locale.ROOT), Names::qualifiedName);
      return;
    }
    if (fields.contains(field)) {
      return;
    }
    errors.add(
        isKnown(field)
            ? FieldError.notSupported(path + ".fieldPath", field, fields)
            : FieldError.invalid(
                path + ".fieldPath",
                field,
                "error converting fieldPath: field label not supported: " + field));
  }

  /** An amount that a container has. */
  static void resourceRef(List<FieldError> errors, String path, JsonNode source) {
    String resource = Checks.text(source, "resource");
    if (resource.isEmpty()) {
      errors.add(FieldError.required(path + ".resource", ""));
    } else if (!RESOURCES.contains(resource) && !HUGE_PAGES.matcher(resource).lookingAt()) {
      errors.add(FieldError.notSupported(path + ".resource", resource, RESOURCES));
    }
    String divisor = Checks.text(source, "divisor");
    boolean ofCpu = resource.endsWith(".cpu");
    List<String> divisors = ofCpu ? CPU_DIVISORS : BYTE_DIVISORS;
    if (!divisor.isEmpty() && !divisor.equals("0") && !divisors.contains(divisor)) {
      errors.add(
          FieldError.invalid(
              path + ".divisor",
              resource,
              "only divisor's values "
                  + (ofCpu ? "1m and 1" : String.join(", ", BYTE_DIVISORS))
                  + " are supported with the "
                  + measured(resource)
                  + " resource"));
    }
  }

  private static String measured(String resource) {
    String name = resource.substring(resource.indexOf('.') + 1);
    return name.equals("ephemeral-storage")
        ? "local ephemeral storage"
        : name.startsWith("hugepages-") ? "hugepages" : name;
  }

  /** Fields that are had somewhere else, or selected by. */
  private static boolean isKnown(String field) {
    return FIELD_PATHS.contains(field) || isSelected(field);
  }

  private static boolean isSelected(String field) {
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

  /** As upstream, how many sources there are is told of the list, the rest of the item. */
  private static void from(List<FieldError> errors, String list, int index, JsonNode from) {
    String path = list + "[" + index + "]";
    boolean map = from.path("configMapRef").isObject();
    boolean secret = from.path("secretRef").isObject();
    String prefix = Checks.text(from, "prefix");
    if (!prefix.isEmpty()) {
      Checks.form(errors, path + ".prefix", prefix, Names::environmentVariable);
    }
    for (String kind : List.of("configMapRef", "secretRef")) {
      if (from.path(kind).isObject()) {
        String name = Checks.text(from.path(kind), "name");
        Checks.name(errors, path + "." + kind + ".name", name, Names::dnsSubdomain);
      }
    }
    if (!map && !secret) {
      errors.add(
          FieldError.invalid(list, "", "must specify one of: `configMapRef` or `secretRef`"));
    } else if (map && secret) {
      errors.add(
          FieldError.invalid(list, "", "may not have more than one field specified at a time"));
    }
  }
}
