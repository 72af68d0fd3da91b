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
      List.of("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None");
  private static final List<String> EFFECTS =
      List.of("NoSchedule", "PreferNoSchedule", "NoExecute");
  private static final List<String> UNSATISFIABLE = List.of("DoNotSchedule", "ScheduleAnyway");

  private static final int SYSCTL_LENGTH = 253;
  private static final Pattern SYSCTL =
      Pattern.compile("([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?");

  private PodValidation() {}

  public static List<FieldError> validate(ObjectNode pod) {
    List<FieldError> errors = new ArrayList<>();
    MetadataValidation.validate(errors, pod.path("metadata"), true, MetadataValidation.SUBDOMAIN);
    spec(errors, "spec", pod.path("spec"));
    ephemeralOnCreate(errors, pod.path("spec"));
    return errors;
  }

  private static void ephemeralOnCreate(List<FieldError> errors, JsonNode spec) {
    if (!spec.path("ephemeralContainers").isEmpty()) {
      errors.add(FieldError.forbidden("spec.ephemeralContainers", "cannot be set on create"));
    }
  }

  /** A pod template of a workload. */
  static void template(List<FieldError> errors, String path, JsonNode template) {
    MetadataValidation.labelsAndAnnotations(errors, path + ".metadata", template.path("metadata"));
    spec(errors, path + ".spec", template.path("spec"));
  }

  private static void spec(List<FieldError> errors, String path, JsonNode spec) {
    Set<String> volumes = VolumeValidation.volumes(errors, path + ".volumes", spec.path("volumes"));
    ContainerValidation containers = new ContainerValidation(errors, volumes);
    containers.containers(path + ".containers", spec.path("containers"));
    containers.initContainers(path + ".initContainers", spec.path("initContainers"));
    Checks.oneOf(
        errors,
        path + ".restartPolicy",
        Checks.text(spec, "restartPolicy"),
        false,
        RESTART_POLICIES);
    Checks.oneOf(errors, path + ".dnsPolicy", Checks.text(spec, "dnsPolicy"), false, DNS_POLICIES);
    Checks.labels(errors, path + ".nodeSelector", spec.path("nodeSelector"));
    named(errors, path + ".imagePullSecrets", spec.path("imagePullSecrets"));
    gates(errors, path, spec);
    spreading(errors, path + ".topologySpreadConstraints", spec);
    optionalName(errors, path, spec, "serviceAccountName");
    optionalName(errors, path, spec, "nodeName");
    deadlines(errors, path, spec);
    host(errors, path, spec);
    sysctls(errors, path + ".securityContext.sysctls", spec.at("/securityContext/sysctls"));
    tolerations(errors, path + ".tolerations", spec.path("tolerations"));
    optionalName(errors, path, spec, "priorityClassName");
    optionalName(errors, path, spec, "runtimeClassName");
    if (!Checks.text(spec, "preemptionPolicy").isEmpty()) {
      Checks.oneOf(
          errors,
          path + ".preemptionPolicy",
          Checks.text(spec, "preemptionPolicy"),
          true,
          List.of("Never", "PreemptLowerPriority"));
    }
  }

  private static void optionalName(
      List<FieldError> errors, String path, JsonNode spec, String field) {
    String value = Checks.text(spec, field);
    if (!value.isEmpty()) {
      Checks.form(errors, path + "." + field, value, Names::dnsSubdomain);
    }
  }

  private static void named(List<FieldError> errors, String path, JsonNode references) {
    int i = 0;
    for (JsonNode reference : references) {
      Checks.required(errors, path + "[" + i++ + "]", reference, "name");
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

  private static void spreading(List<FieldError> errors, String path, JsonNode spec) {
    int i = 0;
    for (JsonNode constraint : spec.path("topologySpreadConstraints")) {
      String here = path + "[" + i++ + "]";
      if (constraint.path("maxSkew").asInt() <= 0) {
        errors.add(
            FieldError.invalid(
                here + ".maxSkew",
                constraint.path("maxSkew").asInt(),
                "must be greater than zero"));
      }
      Checks.name(
          errors,
          here + ".topologyKey",
          Checks.text(constraint, "topologyKey"),
          Names::qualifiedName);
      Checks.oneOf(
          errors,
          here + ".whenUnsatisfiable",
          Checks.text(constraint, "whenUnsatisfiable"),
          false,
          UNSATISFIABLE);
      Checks.labelSelector(errors, here + ".labelSelector", constraint.path("labelSelector"));
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
    Checks.notNegative(errors, path, spec, "terminationGracePeriodSeconds");
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
      String address = Checks.text(alias, "ip");
      if (!Addresses.isIp(address)) {
        errors.add(
            FieldError.invalid(
                here + ".ip",
                address,
                "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"));
      }
      for (JsonNode name : alias.path("hostnames")) {
        Checks.form(errors, here + ".hostnames", name.asText(), Names::dnsSubdomain);
      }
    }
  }

  private static void sysctls(List<FieldError> errors, String path, JsonNode sysctls) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode sysctl : sysctls) {
      String here = path + "[" + i++ + "].name";
      String name = Checks.text(sysctl, "name");
      if (name.isEmpty()) {
        errors.add(FieldError.required(here, ""));
      } else if (name.length() > SYSCTL_LENGTH || !SYSCTL.matcher(name).matches()) {
        errors.add(
            FieldError.invalid(
                here,
                name,
                "must have at most " + SYSCTL_LENGTH + " characters and match regex " + SYSCTL));
      } else if (!seen.add(name)) {
        errors.add(FieldError.duplicate(here, name));
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
                    toleration,
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
