package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import java.util.List;

/**
 * Which operating system a pod is for, and that it says nothing that only another one knows.
 *
 * @see "Source: pkg/apis/core/validation validateOS, validateLinux, validateWindows"
 */
final class OsValidation {
  private static final List<String> SYSTEMS = List.of("linux", "windows");
  private static final String NOT_LINUX = "windows options cannot be set for a linux pod";
  private static final String NOT_WINDOWS = "cannot be set for a windows pod";

  /** What of a pod Windows has not, as paths of its spec, in upstream's order. */
  private static final List<String> NOT_OF_WINDOWS_PODS =
      List.of(
          "securityContext.appArmorProfile",
          "securityContext.seLinuxOptions",
          "hostUsers",
          "hostPID",
          "hostIPC",
          "securityContext.seccompProfile",
          "securityContext.fsGroup",
          "securityContext.fsGroupChangePolicy",
          "securityContext.sysctls",
          "shareProcessNamespace",
          "securityContext.runAsUser",
          "securityContext.runAsGroup",
          "securityContext.supplementalGroups",
          "securityContext.supplementalGroupsPolicy",
          "securityContext.seLinuxChangePolicy");

  /** Those that are off unless they are on: Go cannot tell whether anybody said so. */
  private static final List<String> SWITCHES = List.of("hostPID", "hostIPC");

  private static final List<String> NOT_OF_WINDOWS_CONTAINERS =
      List.of(
          "appArmorProfile",
          "seLinuxOptions",
          "seccompProfile",
          "capabilities",
          "readOnlyRootFilesystem",
          "privileged",
          "allowPrivilegeEscalation",
          "procMount",
          "runAsUser",
          "runAsGroup");

  private OsValidation() {}

  static boolean isWindows(JsonNode spec) {
    return spec.at("/os/name").asText("").equals("windows");
  }

  /**
   * @param path of the pod's spec
   */
  static void validate(List<FieldError> errors, String path, JsonNode spec) {
    if (!spec.path("os").isObject()) {
      return;
    }
    String name = Checks.text(spec.path("os"), "name");
    switch (name) {
      case "" -> errors.add(FieldError.required(path + ".os.name", ""));
      case "linux" -> linux(errors, path, spec);
      case "windows" -> windows(errors, path, spec);
      default -> errors.add(FieldError.notSupported(path + ".os", name, SYSTEMS));
    }
  }

  private static void linux(List<FieldError> errors, String path, JsonNode spec) {
    String options = ".windowsOptions";
    if (spec.path("securityContext").has("windowsOptions")) {
      errors.add(FieldError.forbidden(path + ".securityContext" + options, NOT_LINUX));
    }
    for (PodContainers.Placed placed : PodContainers.of(path, spec)) {
      if (placed.securityContext().has("windowsOptions")) {
        errors.add(FieldError.forbidden(placed.securityPath() + options, NOT_LINUX));
      }
    }
  }

  private static void windows(List<FieldError> errors, String path, JsonNode spec) {
    for (String field : NOT_OF_WINDOWS_PODS) {
      JsonNode value = spec.at("/" + field.replace('.', '/'));
      boolean isSet =
          SWITCHES.contains(field)
              ? value.asBoolean(false)
              : !value.isMissingNode() && !(value.isArray() && value.isEmpty());
      if (isSet) {
        errors.add(FieldError.forbidden(path + "." + field, NOT_WINDOWS));
      }
    }
    for (PodContainers.Placed placed : PodContainers.of(path, spec)) {
      for (String field : NOT_OF_WINDOWS_CONTAINERS) {
        if (placed.securityContext().has(field)) {
          errors.add(FieldError.forbidden(placed.securityPath() + "." + field, NOT_WINDOWS));
        }
      }
    }
  }
}
