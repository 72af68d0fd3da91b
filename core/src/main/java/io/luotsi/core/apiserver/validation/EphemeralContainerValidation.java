package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Containers that join a pod which exists: they look at what runs and are no part of it, so they
 * have no ports, probes, hooks or resources, and stay as they were made.
 *
 * @see "Source: pkg/apis/core/validation ValidatePodEphemeralContainersUpdate,
 *     validateEphemeralContainers"
 */
public final class EphemeralContainerValidation {
  private static final String NOT_HERE = "cannot be set for an Ephemeral Container";

  /** In the order in which upstream's type has them. */
  private static final List<String> NOT_ALLOWED =
      List.of(
          "ports",
          "resources",
          "resizePolicy",
          "restartPolicy",
          "restartPolicyRules",
          "livenessProbe",
          "readinessProbe",
          "startupProbe",
          "lifecycle");

  private EphemeralContainerValidation() {}

  /**
   * @param pod differs from {@code current} in nothing but its ephemeral containers
   */
  public static List<FieldError> validateUpdate(ObjectNode pod, ObjectNode current) {
    if (isMirror(current)) {
      return List.of(FieldError.forbidden("", "static pods do not support ephemeral containers"));
    }
    List<FieldError> errors = PodUpdateValidation.inCommon(pod, current);
    unchanged(errors, pod.path("spec").path("ephemeralContainers"), current);
    return errors;
  }

  /** Whether the pod stands for one that a kubelet runs of its own accord. */
  static boolean isMirror(ObjectNode pod) {
    return pod.path("metadata").path("annotations").has(PodValidation.MIRROR);
  }

  /**
   * @param path of the pod's spec, or a template's
   * @param volumes of the pod that are as they should be, by name
   */
  static void containers(
      List<FieldError> errors, String path, JsonNode spec, Map<String, JsonNode> volumes) {
    Set<String> others = new HashSet<>();
    for (String list : List.of("containers", "initContainers")) {
      spec.path(list).forEach(container -> others.add(Checks.text(container, "name")));
    }
    ContainerValidation validation = new ContainerValidation(errors, spec, volumes);
    validation.taken(others);
    int i = 0;
    for (JsonNode container : spec.path("ephemeralContainers")) {
      String here = path + ".ephemeralContainers[" + i++ + "]";
      validation.container(here, container);
      PodValidation.image(errors, here, container);
      String target = Checks.text(container, "targetContainerName");
      if (!target.isEmpty() && !others.contains(target)) {
        errors.add(FieldError.notFound(here + ".targetContainerName", target));
      }
      for (String field : NOT_ALLOWED) {
        if (isSet(container.path(field))) {
          errors.add(FieldError.forbidden(here + "." + field, NOT_HERE));
        }
      }
      mounts(errors, here, container);
    }
  }

  /** Anything but what Go writes of a field that nobody has set. */
  private static boolean isSet(JsonNode value) {
    return value.isContainerNode() ? !value.isEmpty() : !value.asText("").isEmpty();
  }

  private static void mounts(List<FieldError> errors, String path, JsonNode container) {
    int i = 0;
    for (JsonNode mount : container.path("volumeMounts")) {
      String here = path + ".volumeMounts[" + i++ + "]";
      for (String field : List.of("subPath", "subPathExpr")) {
        if (!Checks.text(mount, field).isEmpty()) {
          errors.add(FieldError.forbidden(here + "." + field, NOT_HERE));
        }
      }
    }
  }

  private static void unchanged(List<FieldError> errors, JsonNode now, ObjectNode current) {
    Map<String, JsonNode> byName = new HashMap<>();
    now.forEach(container -> byName.put(Checks.text(container, "name"), container));
    for (JsonNode old : current.path("spec").path("ephemeralContainers")) {
      String name = Checks.text(old, "name");
      JsonNode kept = byName.get(name);
      String path = "spec.ephemeralContainers";
      if (kept == null) {
        errors.add(
            FieldError.forbidden(
                path, "existing ephemeral containers \"" + name + "\" may not be removed\n"));
      } else if (!kept.equals(old)) {
        errors.add(
            FieldError.forbidden(
                path,
                "existing ephemeral containers \""
                    + name
                    + "\" may not be changed\n"
                    + UnifiedDiff.of(old, kept)));
      }
    }
  }
}
