package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * A change of what a pod and its containers ask for while they run: CPU and memory alone, and none
 * that makes the pod one of another quality of service.
 *
 * @see "Source: pkg/apis/core/validation ValidatePodResize"
 */
public final class PodResizeValidation {
  private static final List<String> MUTABLE = List.of("cpu", "memory");
  private static final List<String> KINDS = List.of("requests", "limits");

  private PodResizeValidation() {}

  /**
   * @param pod differs from {@code current} in nothing but resources and resize policies, or in
   *     which containers there are
   * @param sameClass whether both are of one quality of service
   */
  public static List<FieldError> validate(ObjectNode pod, ObjectNode current, boolean sameClass) {
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
              "spec",
              pod.at("/status/qosClass").asText(""),
              "Pod QOS Class may not change as a result of resizing"));
    }
    if (!nodeResizes(current)) {
      errors.add(FieldError.forbidden("spec", "Pod running on node without support for resize"));
    }
    JsonNode spec = pod.path("spec");
    JsonNode old = current.path("spec");
    ofPod(errors, spec.path("resources"), old.path("resources"));
    List<FieldError> others = new ArrayList<>();
    sameContainers(others, "containers", spec, old);
    sameContainers(others, "initContainers", spec, old);
    errors.addAll(others);
    if (others.isEmpty()) {
      removals(errors, "initContainers", spec, old);
      removals(errors, "containers", spec, old);
      containers(errors, spec.path("containers"), old.path("containers"));
      initContainers(errors, spec.path("initContainers"), old.path("initContainers"));
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

  private static void ofPod(List<FieldError> errors, JsonNode now, JsonNode before) {
    if (before.isObject() && !now.isObject()) {
      if (KINDS.stream().anyMatch(kind -> !before.path(kind).isEmpty())) {
        errors.add(FieldError.forbidden("spec.resources", "pod-level resources cannot be removed"));
      }
      return;
    }
    removals(errors, "spec.resources", "pod-level resource ", now, before);
    if (!settled(now, before).equals(normal(before))) {
      errors.add(
          FieldError.forbidden("spec", "only cpu and memory resources are mutable at pod-level"));
    }
  }

  private static void sameContainers(
      List<FieldError> errors, String list, JsonNode spec, JsonNode old) {
    JsonNode now = spec.path(list);
    JsonNode before = old.path(list);
    if (now.size() != before.size()) {
      errors.add(
          FieldError.forbidden("spec." + list, list + " may not be added or removed on resize"));
      return;
    }
    for (int i = 0; i < now.size(); i++) {
      if (!now.get(i).path("name").equals(before.get(i).path("name"))) {
        errors.add(
            FieldError.forbidden(
                "spec." + list + "[" + i + "].name",
                list + " may not be renamed or reordered on resize"));
      }
    }
  }

  private static void removals(List<FieldError> errors, String list, JsonNode spec, JsonNode old) {
    for (int i = 0; i < old.path(list).size(); i++) {
      removals(
          errors,
          "spec." + list + "[" + i + "].resources",
          "resource ",
          spec.path(list).path(i).path("resources"),
          old.path(list).path(i).path("resources"));
    }
  }

  private static void removals(
      List<FieldError> errors, String path, String what, JsonNode now, JsonNode before) {
    for (String kind : KINDS) {
      boolean removed =
          before
              .path(kind)
              .propertyStream()
              .anyMatch(amount -> !now.path(kind).has(amount.getKey()));
      if (removed) {
        errors.add(FieldError.forbidden(path + "." + kind, what + kind + " cannot be removed"));
      }
    }
  }

  private static void containers(List<FieldError> errors, JsonNode now, JsonNode before) {
    for (int i = 0; i < now.size(); i++) {
      if (changesOther(now.get(i), before.get(i))) {
        errors.add(FieldError.forbidden("spec", "only cpu and memory resources are mutable"));
        return; // said once of them all
      }
    }
  }

  private static void initContainers(List<FieldError> errors, JsonNode now, JsonNode before) {
    for (int i = 0; i < now.size(); i++) {
      String path = "spec.initContainers[" + i + "]";
      if (changesOther(now.get(i), before.get(i))) {
        errors.add(
            FieldError.forbidden(
                path, "only cpu and memory resources for init or sidecar containers are mutable"));
      }
      boolean sidecar = Checks.text(now.get(i), "restartPolicy").equals("Always");
      if (!sidecar && !now.get(i).equals(before.get(i)) && restarts(now.get(i))) {
        errors.add(
            FieldError.forbidden(
                path,
                "non-sidecar init containers with a resize policy of RestartContainer cannot be"
                    + " resized"));
      }
    }
  }

  private static boolean restarts(JsonNode container) {
    for (JsonNode policy : container.path("resizePolicy")) {
      if (Checks.text(policy, "restartPolicy").equals("RestartContainer")) {
        return true;
      }
    }
    return false;
  }

  /** Whether anything but CPU and memory differs; as upstream, a claim on a device always does. */
  private static boolean changesOther(JsonNode now, JsonNode before) {
    ObjectNode mine = now.deepCopy();
    ObjectNode its = before.deepCopy();
    JsonNode settled = settled(now.path("resources"), before.path("resources"));
    if (settled instanceof ObjectNode resources) {
      resources.remove("claims");
    }
    set(mine, settled);
    set(its, normal(before.path("resources")));
    return !mine.equals(its);
  }

  private static void set(ObjectNode container, JsonNode resources) {
    if (resources.isEmpty()) {
      container.remove("resources");
    } else {
      container.set("resources", resources);
    }
  }

  /** What is asked for now, but for CPU and memory as much as before. */
  private static JsonNode settled(JsonNode now, JsonNode before) {
    ObjectNode resources = now instanceof ObjectNode there ? there.deepCopy() : Json.object();
    for (String kind : KINDS) {
      ObjectNode amounts =
          resources.get(kind) instanceof ObjectNode there ? there : resources.putObject(kind);
      for (String name : MUTABLE) {
        amounts.remove(name);
        if (before.path(kind).has(name)) {
          amounts.set(name, before.path(kind).get(name));
        }
      }
    }
    return normal(resources);
  }

  /** Without lists that are empty; null if nothing is asked for. */
  private static JsonNode normal(JsonNode resources) {
    if (!(resources instanceof ObjectNode original)) {
      return NullNode.instance;
    }
    ObjectNode normal = original.deepCopy();
    normal.properties().removeIf(entry -> entry.getValue().isEmpty());
    return normal.isEmpty() ? NullNode.instance : normal;
  }
}
