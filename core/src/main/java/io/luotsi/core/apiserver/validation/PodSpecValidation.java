package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What pods and their templates say is to run, and how.
 *
 * @see "Source: pkg/apis/core/validation ValidatePodSpec"
 */
final class PodSpecValidation {
  private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
  private static final List<String> DNS_POLICIES =
      List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
  private static final List<String> PREEMPTION_POLICIES = List.of("PreemptLowerPriority", "Never");
  private static final int MOST_HOSTNAME = 64;

  private PodSpecValidation() {}

  /**
   * In upstream's order.
   *
   * @param pod its name; empty if there is none
   * @param ofPod whether it is a pod's own, which may be less than what makes pods
   */
  static void validate(
      List<FieldError> errors, String path, JsonNode spec, String pod, boolean ofPod) {
    Map<String, JsonNode> volumes =
        VolumeValidation.volumes(errors, path + ".volumes", spec.path("volumes"), pod);
    claims(errors, path + ".resourceClaims", spec.path("resourceClaims"));
    ContainerValidation containers = new ContainerValidation(errors, spec, volumes);
    containers.containers(path + ".containers", spec.path("containers"));
    containers.initContainers(path + ".initContainers", spec.path("initContainers"));
    EphemeralContainerValidation.containers(errors, path, spec, volumes);
    PodResourcesValidation.validate(errors, path, spec);
    hostPorts(errors, path + ".containers", spec, ofPod);
    Checks.oneOf(
        errors,
        path + ".restartPolicy",
        Checks.text(spec, "restartPolicy"),
        false,
        RESTART_POLICIES);
    Checks.oneOf(errors, path + ".dnsPolicy", Checks.text(spec, "dnsPolicy"), false, DNS_POLICIES);
    Checks.labels(errors, path + ".nodeSelector", spec.path("nodeSelector"));
    SecurityContextValidation.pod(errors, path, spec);
    AffinityValidation.affinity(errors, path + ".affinity", spec.path("affinity"));
    DnsConfigValidation.config(errors, path + ".dnsConfig", spec);
    gates(errors, path, spec);
    SpreadValidation.constraints(
        errors, path + ".topologySpreadConstraints", spec.path("topologySpreadConstraints"));
    WindowsValidation.hostProcesses(errors, path, spec);
    hostUsers(errors, path, spec);
    hostnameOverride(errors, path, spec);
    optionalName(errors, path, spec, "serviceAccountName");
    optionalName(errors, path, spec, "nodeName");
    deadlines(errors, path, spec);
    names(errors, path, spec);
    TolerationValidation.tolerations(errors, path + ".tolerations", spec.path("tolerations"));
    hostAliases(errors, path, spec);
    optionalName(errors, path, spec, "priorityClassName");
    optionalName(errors, path, spec, "runtimeClassName");
    if (!Checks.text(spec, "preemptionPolicy").isEmpty()) {
      Checks.oneOf(
          errors,
          path + ".preemptionPolicy",
          Checks.text(spec, "preemptionPolicy"),
          true,
          PREEMPTION_POLICIES);
    }
    ContainerResourcesValidation.overhead(errors, path + ".overhead", spec.path("overhead"));
    OsValidation.validate(errors, path, spec);
    filesOfVariables(errors, path, spec);
  }

  private static void hostPorts(
      List<FieldError> errors, String path, JsonNode spec, boolean ofPod) {
    if (!spec.path("hostNetwork").asBoolean(false)) {
      return;
    }
    int i = 0;
    for (JsonNode container : spec.path("containers")) {
      int j = 0;
      for (JsonNode port : container.path("ports")) {
        int onHost = port.path("hostPort").asInt();
        if ((ofPod || onHost != 0) && onHost != port.path("containerPort").asInt()) {
          errors.add(
              FieldError.invalid(
                  path + "[" + i + "].ports[" + j + "].hostPort",
                  onHost,
                  "must match `containerPort` when `hostNetwork` is true"));
        }
        j++;
      }
      i++;
    }
  }

  /** Users of its own and a namespace of the host's do not go together. */
  private static void hostUsers(List<FieldError> errors, String path, JsonNode spec) {
    if (spec.path("hostUsers").asBoolean(true)) {
      return;
    }
    String when = "when `hostUsers` is false";
    // The odd capitals are upstream's.
    for (String field : List.of("hostNetwork", "HostPID", "HostIPC")) {
      if (spec.path(field.replace("HostP", "hostP").replace("HostI", "hostI")).asBoolean(false)) {
        errors.add(FieldError.forbidden(path + "." + field, when));
      }
    }
    for (PodContainers.Placed placed : PodContainers.of(path, spec)) {
      if (!placed.container().path("volumeDevices").isEmpty()) {
        errors.add(FieldError.forbidden(placed.path() + ".volumeDevices", when));
      }
    }
  }

  private static void hostnameOverride(List<FieldError> errors, String path, JsonNode spec) {
    if (!spec.hasNonNull("hostnameOverride")) {
      return;
    }
    String here = path + ".hostnameOverride";
    for (String field : List.of("setHostnameAsFQDN", "hostNetwork")) {
      if (spec.path(field).asBoolean(false)) {
        errors.add(FieldError.forbidden(here, "may not be specified when " + field + " is true"));
      }
    }
    String name = Checks.text(spec, "hostnameOverride");
    if (name.length() > MOST_HOSTNAME) {
      errors.add(FieldError.tooLong(here, MOST_HOSTNAME));
    }
    Checks.form(errors, here, name, Names::dnsSubdomain);
  }

  /** A container that takes variables from a file finds it on a volume of the pod's own. */
  private static void filesOfVariables(List<FieldError> errors, String path, JsonNode spec) {
    for (PodContainers.Placed placed : PodContainers.of(path, spec)) {
      int i = 0;
      for (JsonNode variable : placed.container().path("env")) {
        JsonNode file = variable.at("/valueFrom/fileKeyRef");
        String here = placed.path() + ".env[" + i++ + "].valueFrom.fileKeyRef.volumeName";
        String name = Checks.text(file, "volumeName");
        if (!file.isObject()) {
          continue;
        }
        boolean found = false;
        boolean ownDirectory = false;
        for (JsonNode volume : spec.path("volumes")) {
          if (Checks.text(volume, "name").equals(name)) {
            found = true;
            ownDirectory = volume.path("emptyDir").isObject();
          }
        }
        if (!found) {
          errors.add(FieldError.notFound(here, name));
        } else if (!ownDirectory) {
          errors.add(FieldError.invalid(here, name, "referenced volume must be of type emptyDir"));
        }
      }
    }
  }

  private static void claims(List<FieldError> errors, String path, JsonNode claims) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode claim : claims) {
      String here = path + "[" + i++ + "]";
      String name = Checks.text(claim, "name");
      if (!name.isEmpty() && !seen.add(name)) {
        errors.add(FieldError.duplicate(here + ".name", name));
      } else {
        Checks.name(errors, here + ".name", name, Names::dnsLabel);
      }
      boolean existing = claim.hasNonNull("resourceClaimName");
      boolean made = claim.hasNonNull("resourceClaimTemplateName");
      if (existing && made) {
        errors.add(
            FieldError.invalid(
                here,
                claim,
                "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be"
                    + " specified"));
      } else if (!existing && !made) {
        errors.add(
            FieldError.invalid(
                here,
                claim,
                "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"));
      }
      for (String field : List.of("resourceClaimName", "resourceClaimTemplateName")) {
        if (claim.hasNonNull(field)) {
          Checks.form(errors, here + "." + field, Checks.text(claim, field), Names::dnsSubdomain);
        }
      }
    }
  }

  private static void optionalName(
      List<FieldError> errors, String path, JsonNode spec, String field) {
    String value = Checks.text(spec, field);
    if (!value.isEmpty()) {
      Checks.form(errors, path + "." + field, value, Names::dnsSubdomain);
    }
  }

  private static void gates(List<FieldError> errors, String path, JsonNode spec) {
    int i = 0;
    for (JsonNode gate : spec.path("readinessGates")) {
      Checks.form(
          errors,
          path + ".readinessGates[" + i++ + "].conditionType",
          Checks.text(gate, "conditionType"),
          Names::qualifiedName);
    }
    Set<String> seen = new HashSet<>();
    int j = 0;
    for (JsonNode gate : spec.path("schedulingGates")) {
      String here = path + ".schedulingGates[" + j++ + "]";
      String name = Checks.text(gate, "name");
      Checks.form(errors, here, name, Names::qualifiedName);
      if (!seen.add(name)) {
        errors.add(FieldError.duplicate(here, name));
      }
    }
  }

  private static void deadlines(List<FieldError> errors, String path, JsonNode spec) {
    JsonNode active = spec.path("activeDeadlineSeconds");
    if (active.isNumber() && (active.asLong() < 1 || active.asLong() > Integer.MAX_VALUE)) {
      errors.add(
          FieldError.invalid(
              path + ".activeDeadlineSeconds",
              active,
              "must be between 1 and 2147483647, inclusive"));
    }
  }

  private static void names(List<FieldError> errors, String path, JsonNode spec) {
    for (String field : List.of("hostname", "subdomain")) {
      String value = Checks.text(spec, field);
      if (!value.isEmpty()) {
        Checks.form(errors, path + "." + field, value, Names::dnsLabel);
      }
    }
  }

  private static void hostAliases(List<FieldError> errors, String path, JsonNode spec) {
    int i = 0;
    for (JsonNode alias : spec.path("hostAliases")) {
      String here = path + ".hostAliases[" + i++ + "]";
      Addresses.readable(errors, here + ".ip", Checks.text(alias, "ip"), Set.of());
      int j = 0;
      for (JsonNode name : alias.path("hostnames")) {
        Checks.form(errors, here + ".hostnames[" + j++ + "]", name.asText(), Names::dnsSubdomain);
      }
    }
  }
}
