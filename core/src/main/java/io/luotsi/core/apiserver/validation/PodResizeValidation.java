package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A change of what the containers of a pod ask for while they run: CPU and memory alone, of
 * containers that go on running, and none that makes the pod one of another quality of service.
 *
 * @see "Source: pkg/apis/core/validation ValidatePodResize"
 */
public final class PodResizeValidation {
  private static final Set<String> MUTABLE = Set.of("cpu", "memory");

  private PodResizeValidation() {}

  /**
   * @param pod differs from {@code current} in nothing but resources and resize policies
   * @param sameClass whether both are of one quality of service
   * @param qosClass of {@code pod}
   */
  public static List<FieldError> validate(
      ObjectNode pod, ObjectNode current, boolean sameClass, String qosClass) {
    if (EphemeralContainerValidation.isMirror(current)) {
      return List.of(FieldError.forbidden("", "static pods cannot be resized"));
    }
    if (current.at("/spec/os/name").asText("").equals("windows")) {
      return List.of(FieldError.forbidden("", "windows pods cannot be resized"));
    }
    List<FieldError> errors = PodUpdateValidation.inCommon(pod, current);
    if (!sameClass) {
      errors.add(
          FieldError.invalid(
              "spec", qosClass, "Pod QOS Class may not change as a result of resizing"));
    }
    if (!nodeResizes(current)) {
      errors.add(FieldError.forbidden("spec", "Pod running on node without support for resize"));
    }
    removals(errors, "initContainers", pod, current);
    removals(errors, "containers", pod, current);
    if (!withoutMutable(pod).equals(withoutMutable(current))) {
      errors.add(FieldError.forbidden("spec", "only cpu and memory resources are mutable"));
    }
    return errors;
  }

  /** A kubelet that resizes says what each container that runs has. */
  private static boolean nodeResizes(ObjectNode current) {
    for (JsonNode status : current.at("/status/containerStatuses")) {
      if (status.path("state").has("running")) {
        return status.has("resources");
      }
    }
    return true;
  }

  private static void removals(
      List<FieldError> errors, String list, ObjectNode pod, ObjectNode current) {
    JsonNode now = pod.path("spec").path(list);
    int i = 0;
    for (JsonNode before : current.path("spec").path(list)) {
      JsonNode resources = now.path(i).path("resources");
      String path = "spec." + list + "[" + i++ + "].resources";
      for (String kind : List.of("limits", "requests")) {
        Optional<String> removed =
            before
                .path("resources")
                .path(kind)
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(MUTABLE::contains)
                .filter(name -> !resources.path(kind).has(name))
                .findFirst();
        if (removed.isPresent()) {
          errors.add(
              FieldError.forbidden(path + "." + kind, "resource " + kind + " cannot be removed"));
        }
      }
    }
  }

  /** The spec as it would be had nobody asked for CPU or memory in a container that can change. */
  private static JsonNode withoutMutable(ObjectNode pod) {
    ObjectNode spec =
        pod.get("spec") instanceof ObjectNode there ? there.deepCopy() : Json.object();
    for (JsonNode container : spec.path("containers")) {
      strip(container);
    }
    for (JsonNode container : spec.path("initContainers")) {
      if (container.path("restartPolicy").asText("").equals("Always")) {
        strip(container);
      }
    }
    return spec;
  }

  private static void strip(JsonNode container) {
    if (container.get("resources") instanceof ObjectNode resources) {
      for (String kind : List.of("limits", "requests")) {
        if (resources.get(kind) instanceof ObjectNode amounts) {
          amounts.remove(MUTABLE);
          if (amounts.isEmpty()) {
            resources.remove(kind);
          }
        }
      }
    }
  }
}
