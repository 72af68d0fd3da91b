package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The containers of one pod, which must not share names or ports of the host. */
final class ContainerValidation {
  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> RESIZED = List.of("cpu", "memory");
  private static final List<String> RESIZE_POLICIES = List.of("NotRequired", "RestartContainer");
  private static final List<String> MESSAGE_POLICIES = List.of("File", "FallbackToLogsOnError");

  private static final String GRACE = "terminationGracePeriodSeconds";

  private final List<FieldError> errors;
  private final JsonNode spec;
  private final MountValidation mounts;
  private final Set<String> claims = new HashSet<>();
  private final Set<String> names = new HashSet<>();

  /**
   * @param spec of the pod
   * @param volumes of the pod that are as they should be, by name
   */
  ContainerValidation(List<FieldError> errors, JsonNode spec, Map<String, JsonNode> volumes) {
    this.errors = errors;
    this.spec = spec;
    this.mounts = new MountValidation(errors, volumes);
    spec.path("resourceClaims").forEach(claim -> claims.add(Checks.text(claim, "name")));
  }

  /** Names of the pod's containers that are not looked at. */
  void taken(Set<String> taken) {
    names.addAll(taken);
  }

  void containers(String path, JsonNode containers) {
    if (containers.isEmpty()) {
      errors.add(FieldError.required(path, ""));
      return;
    }
    Set<String> hostPorts = new HashSet<>();
    int i = 0;
    for (JsonNode container : containers) {
      String here = path + "[" + i++ + "]";
      container(here, container);
      handlers(here, container);
      RestartRulesValidation.validate(errors, here, container);
      hostPorts(here, container.path("ports"), hostPorts);
    }
  }

  void initContainers(String path, JsonNode containers) {
    int i = 0;
    for (JsonNode container : containers) {
      String here = path + "[" + i++ + "]";
      container(here, container);
      RestartRulesValidation.validate(errors, here, container);
      // As upstream: they run one by one, and each is told of as if it were the first.
      hostPorts(path + "[0]", container.path("ports"), new HashSet<>());
      if (Checks.text(container, "restartPolicy").equals("Always")) {
        handlers(here, container);
      } else {
        endsBeforeTheOthers(here, container);
      }
    }
  }

  private void endsBeforeTheOthers(String path, JsonNode container) {
    for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
      if (container.has(field)) {
        errors.add(
            FieldError.forbidden(
                path + "." + field,
                "may not be set for init containers without restartPolicy=Always"));
      }
    }
    int i = 0;
    for (JsonNode policy : container.path("resizePolicy")) {
      String restart = Checks.text(policy, "restartPolicy");
      if (restart.equals("RestartContainer")) {
        errors.add(
            FieldError.invalid(
                path + ".resizePolicy[" + i + "].restartPolicy",
                restart,
                "must not be set to 'RestartContainer' for non-sidecar initContainers"));
      }
      i++;
    }
  }

  /** What all containers have, of whatever kind. */
  void container(String path, JsonNode container) {
    String name = Checks.text(container, "name");
    Checks.name(errors, path + ".name", name, Names::dnsLabel);
    if (!name.isEmpty() && !names.add(name)) {
      errors.add(FieldError.duplicate(path + ".name", name));
    }
    Checks.required(errors, path, container, "image");
    Checks.oneOf(
        errors,
        path + ".terminationMessagePolicy",
        Checks.text(container, "terminationMessagePolicy"),
        true,
        MESSAGE_POLICIES);
    ports(path + ".ports", container.path("ports"));
    EnvironmentValidation.env(errors, path, container);
    mounts.container(path, container);
    Checks.oneOf(
        errors,
        path + ".imagePullPolicy",
        Checks.text(container, "imagePullPolicy"),
        false,
        PULL_POLICIES);
    ContainerResourcesValidation.validate(
        errors, path + ".resources", container.path("resources"), claims);
    resizing(path + ".resizePolicy", container.path("resizePolicy"));
    SecurityContextValidation.container(
        errors, path, container, spec.path("hostUsers").asBoolean(true));
  }

  private void resizing(String path, JsonNode policies) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode policy : policies) {
      String resource = Checks.text(policy, "resourceName");
      String restart = Checks.text(policy, "restartPolicy");
      if (!seen.add(resource)) {
        errors.add(FieldError.duplicate(path + "[" + i + "]", resource));
      }
      i++;
      Checks.oneOf(errors, path, resource, false, RESIZED);
      Checks.oneOf(errors, path, restart, false, RESIZE_POLICIES);
      if (Checks.text(spec, "restartPolicy").equals("Never") && !restart.equals("NotRequired")) {
        errors.add(
            FieldError.invalid(
                path, restart, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"));
      }
    }
  }

  private void ports(String path, JsonNode ports) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode port : ports) {
      String here = path + "[" + i++ + "]";
      String name = Checks.text(port, "name");
      if (!name.isEmpty()) {
        Checks.form(errors, here + ".name", name, Names::portName);
        if (!seen.add(name)) {
          errors.add(FieldError.duplicate(here + ".name", name));
        }
      }
      if (port.path("containerPort").asInt() == 0) {
        errors.add(FieldError.required(here + ".containerPort", ""));
      } else {
        Checks.portNumber(errors, here + ".containerPort", port.path("containerPort"));
      }
      if (port.path("hostPort").asInt() != 0) {
        Checks.portNumber(errors, here + ".hostPort", port.path("hostPort"));
      }
      Checks.oneOf(errors, here + ".protocol", Checks.text(port, "protocol"), false, PROTOCOLS);
    }
  }

  private void hostPorts(String path, JsonNode ports, Set<String> taken) {
    int i = 0;
    for (JsonNode port : ports) {
      int number = port.path("hostPort").asInt();
      String key = Checks.text(port, "protocol") + "/" + Checks.text(port, "hostIP") + "/" + number;
      if (number != 0 && !taken.add(key)) {
        errors.add(FieldError.duplicate(path + ".ports[" + i + "].hostPort", key));
      }
      i++;
    }
  }

  private void handlers(String path, JsonNode container) {
    for (String hook : List.of("postStart", "preStop")) {
      JsonNode handler = container.path("lifecycle").path(hook);
      if (handler.isObject()) {
        ProbeValidation.hook(errors, path + ".lifecycle." + hook, handler, spec.path(GRACE));
      }
    }
    ProbeValidation.probe(errors, path + ".livenessProbe", container.path("livenessProbe"), true);
    ProbeValidation.probe(
        errors, path + ".readinessProbe", container.path("readinessProbe"), false);
    ProbeValidation.probe(errors, path + ".startupProbe", container.path("startupProbe"), true);
  }
}
