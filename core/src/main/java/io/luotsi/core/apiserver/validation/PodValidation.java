package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Pods, and the templates they are made from.
 *
 * @see "Source: pkg/apis/core/validation ValidatePodSpec"
 */
public final class PodValidation {
  private static final List<String> RESTART_POLICIES = List.of("Always", "OnFailure", "Never");
  private static final List<String> DNS_POLICIES =
      List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
  private static final List<String> PREEMPTION_POLICIES = List.of("PreemptLowerPriority", "Never");

  private static final String MIRROR = "kubernetes.io/config.mirror";
  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

  private static final Pattern INTEGER = Pattern.compile("0|-[0-9]{1,10}|[1-9][0-9]{0,9}");

  private PodValidation() {}

  public static List<FieldError> validate(ObjectNode pod) {
    List<FieldError> errors = new ArrayList<>();
    MetadataValidation.validate(errors, pod.path("metadata"), true, MetadataValidation.SUBDOMAIN);
    JsonNode spec = pod.path("spec");
    annotations(errors, pod);
    spec(errors, "spec", spec, true);
    ContainerValidation containers = new ContainerValidation(errors, spec);
    for (String list : List.of("containers", "initContainers")) {
      int i = 0;
      for (JsonNode container : spec.path(list)) {
        containers.image("spec." + list + "[" + i++ + "]", container);
      }
    }
    ephemeralOnCreate(errors, spec);
    return errors;
  }

  private static void annotations(List<FieldError> errors, ObjectNode pod) {
    JsonNode annotations = pod.at("/metadata/annotations");
    if (annotations.has(MIRROR) && Checks.text(pod.path("spec"), "nodeName").isEmpty()) {
      errors.add(
          FieldError.invalid(
              "metadata.annotations[" + MIRROR + "]",
              Checks.text(annotations, MIRROR),
              "must set spec.nodeName if mirror pod annotation is set"));
    }
    String cost = Checks.text(annotations, DELETION_COST);
    if (annotations.has(DELETION_COST) && !isInteger(cost)) {
      errors.add(
          FieldError.invalid(
              "metadata.annotations[" + DELETION_COST + "]", cost, "must be a 32bit integer"));
    }
  }

  private static boolean isInteger(String text) {
    return INTEGER.matcher(text).matches() && Long.parseLong(text) == (int) Long.parseLong(text);
  }

  private static void ephemeralOnCreate(List<FieldError> errors, JsonNode spec) {
    if (!spec.path("ephemeralContainers").isEmpty()) {
      errors.add(FieldError.forbidden("spec.ephemeralContainers", "cannot be set on create"));
    }
  }

  /** A pod template of a workload. */
  static void template(List<FieldError> errors, String path, JsonNode template) {
    MetadataValidation.labelsAndAnnotations(errors, path + ".metadata", template.path("metadata"));
    spec(errors, path + ".spec", template.path("spec"), false);
  }

  /**
   * @param ofPod whether it is a pod's own, which may be less than what makes pods
   */
  private static void spec(List<FieldError> errors, String path, JsonNode spec, boolean ofPod) {
    VolumeValidation.volumes(errors, path + ".volumes", spec.path("volumes"));
    claims(errors, path + ".resourceClaims", spec.path("resourceClaims"));
    ContainerValidation containers = new ContainerValidation(errors, spec);
    containers.containers(path + ".containers", spec.path("containers"));
    containers.initContainers(path + ".initContainers", spec.path("initContainers"));
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
    hostUsers(errors, path, spec);
    optionalName(errors, path, spec, "serviceAccountName");
    optionalName(errors, path, spec, "nodeName");
    deadlines(errors, path, spec);
    host(errors, path, spec);
    tolerations(errors, path + ".tolerations", spec.path("tolerations"));
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
    ContainerResourcesValidation.amounts(errors, path + ".overhead", spec.path("overhead"));
    os(errors, path, spec);
  }

  private static void os(List<FieldError> errors, String path, JsonNode spec) {
    if (!spec.path("os").isObject()) {
      return;
    }
    String name = Checks.text(spec.path("os"), "name");
    if (name.isEmpty()) {
      errors.add(FieldError.required(path + ".os.name", "cannot be empty"));
    } else {
      Checks.oneOf(errors, path + ".os", name, true, List.of("linux", "windows"));
    }
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
    // The odd capitals are upstream's.
    for (String field : List.of("hostNetwork", "HostPID", "HostIPC")) {
      if (spec.path(field.replace("HostP", "hostP").replace("HostI", "hostI")).asBoolean(false)) {
        errors.add(FieldError.forbidden(path + "." + field, "when `pod.Spec.HostUsers` is false"));
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
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode gate : spec.path("schedulingGates")) {
      String here = path + ".schedulingGates[" + i++ + "]";
      String name = Checks.text(gate, "name");
      Checks.form(errors, here, name, Names::qualifiedName);
      if (!seen.add(name)) {
        errors.add(FieldError.duplicate(here, name));
      }
    }
    int j = 0;
    for (JsonNode gate : spec.path("readinessGates")) {
      Checks.form(
          errors,
          path + ".readinessGates[" + j++ + "].conditionType",
          Checks.text(gate, "conditionType"),
          Names::qualifiedName);
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

  private static void host(List<FieldError> errors, String path, JsonNode spec) {
    for (String field : List.of("hostname", "subdomain")) {
      String value = Checks.text(spec, field);
      if (!value.isEmpty()) {
        Checks.form(errors, path + "." + field, value, Names::dnsLabel);
      }
    }
    int i = 0;
    for (JsonNode alias : spec.path("hostAliases")) {
      String here = path + ".hostAliases[" + i++ + "]";
      Checks.address(errors, here + ".ip", Checks.text(alias, "ip"));
      int j = 0;
      for (JsonNode name : alias.path("hostnames")) {
        Checks.form(errors, here + ".hostnames[" + j++ + "]", name.asText(), Names::dnsSubdomain);
      }
    }
  }

  static void tolerations(List<FieldError> errors, String path, JsonNode tolerations) {
    int i = 0;
    for (JsonNode toleration : tolerations) {
      String here = path + "[" + i++ + "]";
      String key = Checks.text(toleration, "key");
      String operator = Checks.text(toleration, "operator");
      String effect = Checks.text(toleration, "effect");
      if (!key.isEmpty()) {
        Checks.form(errors, here + ".key", key, Names::qualifiedName);
      } else if (!operator.equals("Exists")) {
        errors.add(
            FieldError.invalid(
                here + ".operator",
                operator,
                "operator must be Exists when `key` is empty, which means \"match all values and"
                    + " all keys\""));
      }
      if (toleration.has("tolerationSeconds") && !effect.equals("NoExecute")) {
        errors.add(
            FieldError.invalid(
                here + ".effect",
                effect,
                "effect must be 'NoExecute' when `tolerationSeconds` is set"));
      }
      switch (operator) {
        case "", "Equal" ->
            Checks.form(
                errors, here + ".operator", Checks.text(toleration, "value"), Names::labelValue);
        case "Exists" -> {
          if (!Checks.text(toleration, "value").isEmpty()) {
            errors.add(
                FieldError.invalid(
                    here + ".operator",
                    Checks.text(toleration, "value"),
                    "value must be empty when `operator` is 'Exists'"));
          }
        }
        default ->
            errors.add(
                FieldError.notSupported(here + ".operator", operator, List.of("Equal", "Exists")));
      }
      if (!effect.isEmpty()) {
        Checks.oneOf(errors, here + ".effect", effect, true, EFFECTS);
      }
    }
  }
}
