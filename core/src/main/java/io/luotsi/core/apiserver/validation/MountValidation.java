package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where a container finds the pod's volumes: as directories, or as raw devices.
 *
 * @see "Source: pkg/apis/core/validation ValidateVolumeMounts, ValidateVolumeDevices"
 */
final class MountValidation {
  private static final List<String> PROPAGATIONS =
      List.of("Bidirectional", "HostToContainer", "None");
  private static final List<String> RECURSIVE = List.of("Disabled", "Enabled", "IfPossible");

  private final List<FieldError> errors;

  /** The pod's, by name. */
  private final Map<String, JsonNode> volumes;

  MountValidation(List<FieldError> errors, Map<String, JsonNode> volumes) {
    this.errors = errors;
    this.volumes = volumes;
  }

  void container(String path, JsonNode container) {
    mounts(path + ".volumeMounts", container);
    devices(path + ".volumeDevices", container);
  }

  private void mounts(String path, JsonNode container) {
    Map<String, String> devices = places(container.path("volumeDevices"), "devicePath");
    Set<String> points = new HashSet<>();
    int i = 0;
    for (JsonNode mount : container.path("volumeMounts")) {
      String here = path + "[" + i++ + "]";
      String name = Checks.text(mount, "name");
      String point = Checks.text(mount, "mountPath");
      Checks.required(errors, here, mount, "name");
      if (!volumes.containsKey(name)) {
        errors.add(FieldError.notFound(here + ".name", name));
      }
      Checks.required(errors, here, mount, "mountPath");
      if (!points.add(point)) {
        errors.add(FieldError.invalid(here + ".mountPath", point, "must be unique"));
      }
      if (devices.containsKey(name)) {
        errors.add(
            FieldError.invalid(here + ".name", name, "must not already exist in volumeDevices"));
      }
      if (devices.containsValue(point)) {
        errors.add(
            FieldError.invalid(
                here + ".mountPath", point, "must not already exist as a path in volumeDevices"));
      }
      part(path, here, mount);
      propagation(path, mount, container);
    }
  }

  /** As upstream, a path inside the volume is told of without saying which mount has it. */
  private void part(String path, String here, JsonNode mount) {
    String part = Checks.text(mount, "subPath");
    String expression = Checks.text(mount, "subPathExpr");
    boolean ofImage = volumes.containsKey(name(mount)) && volumes.get(name(mount)).has("image");
    for (String field : List.of("subPath", "subPathExpr")) {
      String value = Checks.text(mount, field);
      if (ofImage && !value.isEmpty()) {
        errors.add(
            FieldError.invalid(here + "." + field, value, "not allowed in image volume sources"));
      }
    }
    Paths.descending(errors, path + ".subPath", part);
    if (!part.isEmpty() && !expression.isEmpty()) {
      errors.add(
          FieldError.invalid(
              here + ".subPathExpr", expression, "subPathExpr and subPath are mutually exclusive"));
    }
    Paths.descending(errors, path + ".subPathExpr", expression);
  }

  private void propagation(String path, JsonNode mount, JsonNode container) {
    String propagation = Checks.text(mount, "mountPropagation");
    Checks.oneOf(errors, path + ".mountPropagation", propagation, true, PROPAGATIONS);
    if (propagation.equals("Bidirectional")
        && !container.at("/securityContext/privileged").asBoolean(false)) {
      errors.add(
          FieldError.forbidden(
              path + ".mountPropagation",
              "Bidirectional mount propagation is available only to privileged containers"));
    }
    String here = path + ".recursiveReadOnly";
    String recursive = Checks.text(mount, "recursiveReadOnly");
    Checks.oneOf(errors, here, recursive, true, RECURSIVE);
    if (recursive.equals("Enabled") || recursive.equals("IfPossible")) {
      if (!mount.path("readOnly").asBoolean(false)) {
        errors.add(FieldError.forbidden(here, "may only be specified when readOnly is true"));
      }
      if (!propagation.isEmpty() && !propagation.equals("None")) {
        errors.add(
            FieldError.forbidden(
                here, "may only be specified when mountPropagation is None or not specified"));
      }
    }
  }

  private void devices(String path, JsonNode container) {
    Map<String, String> mounts = places(container.path("volumeMounts"), "mountPath");
    Set<String> names = new HashSet<>();
    Set<String> places = new HashSet<>();
    int i = 0;
    for (JsonNode device : container.path("volumeDevices")) {
      String here = path + "[" + i++ + "]";
      String name = name(device);
      String place = Checks.text(device, "devicePath");
      Checks.required(errors, here, device, "name");
      if (!name.isEmpty() && !names.add(name)) {
        errors.add(FieldError.invalid(here + ".name", name, "must be unique"));
      }
      if (!volumes.containsKey(name)) {
        errors.add(FieldError.notFound(here + ".name", name));
      } else if (!isClaim(volumes.get(name))) {
        errors.add(
            FieldError.invalid(
                here + ".name",
                name,
                "can only use volume source type of PersistentVolumeClaim or Ephemeral for block"
                    + " mode"));
      }
      Checks.required(errors, here, device, "devicePath");
      if (!places.add(place)) {
        errors.add(FieldError.invalid(here + ".devicePath", place, "must be unique"));
      }
      if (Paths.climbs(place)) {
        errors.add(
            FieldError.invalid(here + ".devicePath", place, "can not contain backsteps ('..')"));
      }
      if (mounts.containsKey(name)) {
        errors.add(
            FieldError.invalid(here + ".name", name, "must not already exist in volumeMounts"));
      }
      if (mounts.containsValue(place)) {
        errors.add(
            FieldError.invalid(
                here + ".devicePath", place, "must not already exist as a path in volumeMounts"));
      }
    }
  }

  private static boolean isClaim(JsonNode volume) {
    return volume.has("persistentVolumeClaim") || volume.has("ephemeral");
  }

  /** By name of the volume. */
  private static Map<String, String> places(JsonNode mounts, String field) {
    Map<String, String> places = new HashMap<>();
    mounts.forEach(mount -> places.put(name(mount), Checks.text(mount, field)));
    return places;
  }

  private static String name(JsonNode mount) {
    return Checks.text(mount, "name");
  }
}
