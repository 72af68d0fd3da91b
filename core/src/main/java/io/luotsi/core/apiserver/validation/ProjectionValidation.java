package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Files that a kubelet makes of objects: which keys and fields become which, with which modes.
 *
 * @see "Source: pkg/apis/core/validation validateProjectedVolumeSource"
 */
final class ProjectionValidation {
  private static final List<String> FIELDS =
      List.of(
          "metadata.annotations",
          "metadata.labels",
          "metadata.name",
          "metadata.namespace",
          "metadata.uid");
  private static final int MOST_MODE = 0777;
  private static final long SHORTEST_TOKEN_SECONDS = 600;
  private static final long LONGEST_TOKEN_SECONDS = 1L << 32;

  private ProjectionValidation() {}

  /**
   * A volume of a ConfigMap or Secret.
   *
   * @param name the field that names it
   */
  static void keys(List<FieldError> errors, String path, JsonNode source, String name) {
    Checks.required(errors, path, source, name);
    mode(errors, path + ".defaultMode", source.path("defaultMode"));
    items(errors, path, source.path("items"));
  }

  static void downward(List<FieldError> errors, String path, JsonNode source) {
    mode(errors, path + ".defaultMode", source.path("defaultMode"));
    for (JsonNode file : source.path("items")) {
      downwardFile(errors, path, file);
    }
  }

  static void projected(List<FieldError> errors, String path, JsonNode projected) {
    mode(errors, path + ".defaultMode", projected.path("defaultMode"));
    Set<String> files = new HashSet<>();
    int i = 0;
    for (JsonNode source : projected.path("sources")) {
      String here = path + ".sources[" + i++ + "]";
      for (String kind : List.of("secret", "configMap")) {
        JsonNode object = source.path(kind);
        if (object.isObject()) {
          Checks.required(errors, here + "." + kind, object, "name");
          items(errors, here + "." + kind, object.path("items"));
          unique(errors, path, object.path("items"), files, Checks.text(object, "name"));
        }
      }
      for (JsonNode file : source.at("/downwardAPI/items")) {
        downwardFile(errors, here + ".downwardAPI", file);
      }
      unique(errors, path, source.at("/downwardAPI/items"), files, "");
      token(errors, path, here + ".serviceAccountToken", source.path("serviceAccountToken"));
      if (source.size() > 1) {
        errors.add(
            FieldError.forbidden(here, "may not specify more than 1 volume type per source"));
      }
    }
  }

  /**
   * @param name that is said to be wrong, or empty for the path itself
   */
  private static void unique(
      List<FieldError> errors, String path, JsonNode items, Set<String> files, String name) {
    for (JsonNode item : items) {
      String file = Checks.text(item, "path");
      if (!file.isEmpty() && !files.add(file)) {
        errors.add(
            FieldError.invalid(path, name.isEmpty() ? file : name, "conflicting duplicate paths"));
      }
    }
  }

  private static void token(List<FieldError> errors, String path, String here, JsonNode token) {
    if (!token.isObject()) {
      return;
    }
    JsonNode seconds = token.path("expirationSeconds");
    if (seconds.isNumber() && seconds.asLong() < SHORTEST_TOKEN_SECONDS) {
      errors.add(
          FieldError.invalid(
              here + ".expirationSeconds",
              seconds,
              "may not specify a duration less than 10 minutes"));
    } else if (seconds.asLong() > LONGEST_TOKEN_SECONDS) {
      errors.add(
          FieldError.invalid(
              here + ".expirationSeconds",
              seconds,
              "may not specify a duration larger than 2^32 seconds"));
    }
    // As upstream: the path is told as if it were the volume's.
    file(errors, path, Checks.text(token, "path"));
  }

  private static void items(List<FieldError> errors, String path, JsonNode items) {
    int i = 0;
    for (JsonNode item : items) {
      String here = path + ".items[" + i++ + "]";
      Checks.required(errors, here, item, "key");
      file(errors, here, Checks.text(item, "path"));
      mode(errors, here + ".mode", item.path("mode"));
    }
  }

  private static void downwardFile(List<FieldError> errors, String path, JsonNode file) {
    file(errors, path, Checks.text(file, "path"));
    boolean ofField = file.path("fieldRef").isObject();
    boolean ofResource = file.path("resourceFieldRef").isObject();
    if (ofField) {
      EnvironmentValidation.fieldRef(errors, path + ".fieldRef", file.path("fieldRef"), FIELDS);
      if (ofResource) {
        errors.add(
            FieldError.invalid(
                path,
                "resource",
                "fieldRef and resourceFieldRef can not be specified simultaneously"));
      }
    } else if (ofResource) {
      String here = path + ".resourceFieldRef";
      JsonNode resource = file.path("resourceFieldRef");
      if (Checks.text(resource, "containerName").isEmpty()) {
        errors.add(FieldError.required(here + ".containerName", ""));
      } else {
        EnvironmentValidation.resourceRef(errors, here, resource);
      }
    } else {
      errors.add(FieldError.required(path, "one of fieldRef and resourceFieldRef is required"));
    }
    mode(errors, path + ".mode", file.path("mode"));
  }

  private static void file(List<FieldError> errors, String path, String file) {
    if (file.isEmpty()) {
      errors.add(FieldError.required(path + ".path", ""));
    }
    Paths.notReserved(errors, path + ".path", file);
  }

  private static void mode(List<FieldError> errors, String path, JsonNode mode) {
    if (mode.isNumber() && (mode.asInt() < 0 || mode.asInt() > MOST_MODE)) {
      errors.add(
          FieldError.invalid(
              path, mode, "must be a number between 0 and 0777 (octal), both inclusive"));
    }
  }
}
