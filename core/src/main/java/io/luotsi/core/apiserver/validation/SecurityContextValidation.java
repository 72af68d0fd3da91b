package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * As whom a pod and its containers run, and what the kernel keeps from them.
 *
 * @see "Source: pkg/apis/core/validation validatePodSpecSecurityContext, ValidateSecurityContext"
 */
final class SecurityContextValidation {
  private static final List<String> PROFILES = List.of("Localhost", "RuntimeDefault", "Unconfined");
  private static final List<String> PROC_MOUNTS = List.of("Default", "Unmasked");
  private static final int MOST_PROFILE_PATH = 4095;
  private static final int SYSCTL_LENGTH = 253;
  private static final Pattern SYSCTL =
      Pattern.compile("([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?");

  private SecurityContextValidation() {}

  /**
   * @param path of the pod's spec
   */
  static void pod(List<FieldError> errors, String path, JsonNode spec) {
    JsonNode context = spec.path("securityContext");
    String here = path + ".securityContext";
    for (String id : List.of("fsGroup", "runAsUser", "runAsGroup")) {
      id(errors, here + "." + id, context.path(id));
    }
    int i = 0;
    for (JsonNode group : context.path("supplementalGroups")) {
      id(errors, here + ".supplementalGroups[" + i++ + "]", group);
    }
    if (isTrue(spec, "shareProcessNamespace") && isTrue(spec, "hostPID")) {
      errors.add(
          FieldError.invalid(
              here + ".shareProcessNamespace",
              true,
              "ShareProcessNamespace and HostPID cannot both be enabled"));
    }
    sysctls(errors, here + ".sysctls", spec);
    oneOf(errors, here, context, "fsGroupChangePolicy", List.of("Always", "OnRootMismatch"));
    seccomp(errors, here + ".seccompProfile", context.path("seccompProfile"));
    WindowsValidation.options(errors, here + ".windowsOptions", context.path("windowsOptions"));
    appArmor(errors, here + ".appArmorProfile", context.path("appArmorProfile"));
    oneOf(errors, here, context, "supplementalGroupsPolicy", List.of("Merge", "Strict"));
    oneOf(errors, here, context, "seLinuxChangePolicy", List.of("MountOption", "Recursive"));
  }

  /**
   * @param path of the container
   * @param hostUsers whether the users in it are the host's
   */
  static void container(
      List<FieldError> errors, String path, JsonNode container, boolean hostUsers) {
    JsonNode context = container.path("securityContext");
    String here = path + ".securityContext";
    id(errors, here + ".runAsUser", context.path("runAsUser"));
    id(errors, here + ".runAsGroup", context.path("runAsGroup"));
    String procMount = Checks.text(context, "procMount");
    Checks.oneOf(errors, here + ".procMount", procMount, true, PROC_MOUNTS);
    if (hostUsers && procMount.equals("Unmasked")) {
      errors.add(
          FieldError.invalid(
              here + ".procMount", procMount, "`hostUsers` must be false to use `Unmasked`"));
    }
    seccomp(errors, here + ".seccompProfile", context.path("seccompProfile"));
    escalation(errors, here, context);
    WindowsValidation.options(errors, here + ".windowsOptions", context.path("windowsOptions"));
    appArmor(errors, here + ".appArmorProfile", context.path("appArmorProfile"));
  }

  private static void escalation(List<FieldError> errors, String path, JsonNode context) {
    JsonNode escalates = context.path("allowPrivilegeEscalation");
    if (!escalates.isBoolean() || escalates.asBoolean()) {
      return;
    }
    if (isTrue(context, "privileged")) {
      errors.add(
          FieldError.invalid(
              path,
              context,
              "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
    }
    if (Checks.texts(context.at("/capabilities/add")).contains("CAP_SYS_ADMIN")) {
      errors.add(
          FieldError.invalid(
              path,
              context,
              "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add`"
                  + " CAP_SYS_ADMIN"));
    }
  }

  /** Of a user or a group. */
  private static void id(List<FieldError> errors, String path, JsonNode id) {
    if (id.isNumber() && (id.asLong() < 0 || id.asLong() > Integer.MAX_VALUE)) {
      errors.add(
          FieldError.invalid(
              path, id, "must be between 0 and " + Integer.MAX_VALUE + ", inclusive"));
    }
  }

  private static void oneOf(
      List<FieldError> errors, String path, JsonNode context, String field, List<String> known) {
    if (context.hasNonNull(field) && !known.contains(Checks.text(context, field))) {
      errors.add(FieldError.notSupported(path + "." + field, Checks.text(context, field), known));
    }
  }

  private static void seccomp(List<FieldError> errors, String path, JsonNode profile) {
    if (!profile.isObject()) {
      return;
    }
    type(errors, path, profile, "type is required when seccompProfile is set");
    JsonNode file = profile.path("localhostProfile");
    if (!Checks.text(profile, "type").equals("Localhost")) {
      if (file.isTextual()) {
        errors.add(
            FieldError.invalid(
                path + ".localhostProfile",
                profile,
                "can only be set when seccomp type is Localhost"));
      }
    } else if (file.isTextual()) {
      Paths.descending(errors, path + ".localhostProfile", file.asText());
    } else {
      errors.add(
          FieldError.required(
              path + ".localhostProfile", "must be set when seccomp type is Localhost"));
    }
  }

  static void appArmor(List<FieldError> errors, String path, JsonNode profile) {
    if (!profile.isObject()) {
      return;
    }
    type(errors, path, profile, "type is required when appArmorProfile is set");
    String here = path + ".localhostProfile";
    JsonNode name = profile.path("localhostProfile");
    switch (Checks.text(profile, "type")) {
      case "Localhost" -> {
        String text = name.asText("");
        if (!text.equals(text.strip())) {
          errors.add(FieldError.invalid(here, text, "must not be padded with whitespace"));
        } else if (text.isEmpty()) {
          errors.add(FieldError.required(here, "must be set when AppArmor type is Localhost"));
        }
        if (text.length() > MOST_PROFILE_PATH) {
          errors.add(FieldError.tooLong(here, MOST_PROFILE_PATH));
        }
      }
      case "RuntimeDefault", "Unconfined" -> {
        if (name.isTextual()) {
          errors.add(
              FieldError.invalid(
                  here, name.asText(), "can only be set when AppArmor type is Localhost"));
        }
      }
      default -> {} // said already
    }
  }

  private static void type(
      List<FieldError> errors, String path, JsonNode profile, String whenMissing) {
    String type = Checks.text(profile, "type");
    if (type.isEmpty()) {
      errors.add(FieldError.required(path + ".type", whenMissing));
    } else {
      Checks.oneOf(errors, path + ".type", type, true, PROFILES);
    }
  }

  private static void sysctls(List<FieldError> errors, String path, JsonNode spec) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode sysctl : spec.at("/securityContext/sysctls")) {
      String here = path + "[" + i++ + "].name";
      String name = Checks.text(sysctl, "name");
      if (name.isEmpty()) {
        errors.add(FieldError.required(here, ""));
      } else if (name.length() > SYSCTL_LENGTH || !SYSCTL.matcher(name).matches()) {
        errors.add(
            FieldError.invalid(
                here,
                name,
                "must have at most "
                    + SYSCTL_LENGTH
                    + " characters and match regex ^"
                    + SYSCTL
                    + "$"));
      } else if (!seen.add(name)) {
        errors.add(FieldError.duplicate(here, name));
      }
      if (isTrue(spec, "hostNetwork") && isOfNetwork(name)) {
        errors.add(
            FieldError.invalid(here, name, "may not be specified when 'hostNetwork' is true"));
      } else if (isTrue(spec, "hostIPC") && isOfIpc(name)) {
        errors.add(FieldError.invalid(here, name, "may not be specified when 'hostIPC' is true"));
      }
    }
  }

  private static boolean isOfNetwork(String sysctl) {
    return dotted(sysctl).startsWith("net.");
  }

  private static boolean isOfIpc(String sysctl) {
    String name = dotted(sysctl);
    return name.equals("kernel.sem")
        || List.of("kernel.shm", "kernel.msg", "fs.mqueue.").stream().anyMatch(name::startsWith);
  }

  /** {@code net/ipv4/x} is another way to write {@code net.ipv4.x}. */
  private static String dotted(String sysctl) {
    int slash = sysctl.indexOf('/');
    int dot = sysctl.indexOf('.');
    return slash < 0 || (dot >= 0 && dot < slash) ? sysctl : sysctl.replace('/', '.');
  }

  private static boolean isTrue(JsonNode object, String field) {
    return object.path(field).asBoolean(false);
  }
}
