package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import io.luotsi.core.api.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The containers of one pod, which must not share names or ports of the host. */
final class ContainerValidation {
  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");
  private static final List<String> PROTOCOLS = List.of("SCTP", "TCP", "UDP");
  private static final List<String> MESSAGE_POLICIES = List.of("FallbackToLogsOnError", "File");

  private final List<FieldError> errors;
  private final Set<String> volumes;
  private final Set<String> names;

  /**
   * @param volumes names of the pod's volumes
   */
  ContainerValidation(List<FieldError> errors, Set<String> volumes) {
    this(errors, volumes, Set.of());
  }

  /**
   * @param taken names of the pod's containers that are not looked at
   */
  ContainerValidation(List<FieldError> errors, Set<String> volumes, Set<String> taken) {
    this.errors = errors;
    this.volumes = volumes;
    this.names = new HashSet<>(taken);
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
      hostPorts(here, container.path("ports"), hostPorts);
    }
  }

  void initContainers(String path, JsonNode containers) {
    int i = 0;
    for (JsonNode container : containers) {
      String here = path + "[" + i++ + "]";
      container(here, container);
      String policy = Checks.text(container, "restartPolicy");
      if (policy.equals("Always")) {
        handlers(here, container);
        continue;
      }
      if (!policy.isEmpty()) {
        Checks.oneOf(errors, here + ".restartPolicy", policy, true, List.of("Always"));
      }
      for (String field : List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
        if (container.has(field)) {
          errors.add(
              FieldError.forbidden(
                  here + "." + field,
                  "may not be set for init containers without restartPolicy=Always"));
        }
      }
    }
  }

  /** What all containers have, of whatever kind. */
  void container(String path, JsonNode container) {
    String name = Checks.text(container, "name");
    Checks.name(errors, path + ".name", name, Names::dnsLabel);
    if (!name.isEmpty() && !names.add(name)) {
      errors.add(FieldError.duplicate(path + ".name", name));
    }
    String image = Checks.text(container, "image");
    if (image.isEmpty()) {
      errors.add(FieldError.required(path + ".image", ""));
    } else if (!image.equals(image.strip())) {
      errors.add(
          FieldError.invalid(
              path + ".image", image, "must not have leading or trailing whitespace"));
    }
    Checks.oneOf(
        errors,
        path + ".terminationMessagePolicy",
        Checks.text(container, "terminationMessagePolicy"),
        true,
        MESSAGE_POLICIES);
    ports(path + ".ports", container.path("ports"));
    EnvironmentValidation.env(errors, path, container);
    mounts(path + ".volumeMounts", container.path("volumeMounts"));
    Checks.oneOf(
        errors,
        path + ".imagePullPolicy",
        Checks.text(container, "imagePullPolicy"),
        false,
        PULL_POLICIES);
    resources(path + ".resources", container.path("resources"));
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

  private void mounts(String path, JsonNode mounts) {
    Set<String> points = new HashSet<>();
    int i = 0;
    for (JsonNode mount : mounts) {
      String here = path + "[" + i++ + "]";
      String name = Checks.text(mount, "name");
      String point = Checks.text(mount, "mountPath");
      if (name.isEmpty()) {
        errors.add(FieldError.required(here + ".name", ""));
      } else if (!volumes.contains(name)) {
        errors.add(FieldError.notFound(here + ".name", name));
      }
      if (point.isEmpty()) {
        errors.add(FieldError.required(here + ".mountPath", ""));
      } else if (!points.add(point)) {
        errors.add(FieldError.invalid(here + ".mountPath", point, "must be unique"));
      }
      String part = Checks.text(mount, "subPath");
      if (part.startsWith("/")) {
        errors.add(FieldError.invalid(here + ".subPath", part, "must be a relative path"));
      } else if (List.of(part.split("/")).contains("..")) {
        errors.add(FieldError.invalid(here + ".subPath", part, "must not contain '..'"));
      }
    }
  }

  void resources(String path, JsonNode resources) {
    JsonNode limits = resources.path("limits");
    for (var limit : limits.properties()) {
      amount(path + ".limits", limit.getKey(), limit.getValue());
    }
    for (var request : resources.path("requests").properties()) {
      String resource = request.getKey();
      amount(path + ".requests", resource, request.getValue());
      JsonNode limit = limits.path(resource);
      if (limit.isMissingNode()) {
        continue;
      }
      Quantity most = Quantity.parse(limit.asText());
      if (Quantity.parse(request.getValue().asText()).compareTo(most) > 0) {
        errors.add(
            FieldError.invalid(
                path + ".requests",
                request.getValue().asText(),
                "must be less than or equal to " + resource + " limit of " + most));
      }
    }
  }

  private void amount(String path, String resource, JsonNode value) {
    Checks.form(errors, path + "[" + resource + "]", resource, Names::qualifiedName);
    if (resource.indexOf('/') < 0 && !isStandard(resource)) {
      errors.add(
          FieldError.invalid(
              path + "[" + resource + "]", resource, "must be a standard resource for containers"));
    }
    if (Quantity.parse(value.asText()).signum() < 0) {
      errors.add(
          FieldError.invalid(path + "[" + resource + "]", value.asText(), Checks.NOT_NEGATIVE));
    }
  }

  private static boolean isStandard(String resource) {
    return switch (resource) {
      case "cpu", "memory", "ephemeral-storage" -> true;
      default -> resource.startsWith("hugepages-");
    };
  }

  private void handlers(String path, JsonNode container) {
    for (String hook : List.of("postStart", "preStop")) {
      JsonNode handler = container.path("lifecycle").path(hook);
      if (handler.isObject()) {
        ProbeValidation.handler(errors, path + ".lifecycle." + hook, handler);
      }
    }
    ProbeValidation.probe(errors, path + ".livenessProbe", container.path("livenessProbe"), true);
    ProbeValidation.probe(
        errors, path + ".readinessProbe", container.path("readinessProbe"), false);
    ProbeValidation.probe(errors, path + ".startupProbe", container.path("startupProbe"), true);
  }
}
