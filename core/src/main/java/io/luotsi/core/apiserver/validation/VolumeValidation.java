package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import io.luotsi.core.api.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A pod's volumes: one source each, and the fields that the common sources cannot do without. */
final class VolumeValidation {
  private static final List<String> HOST_PATH_TYPES =
      List.of(
          "BlockDevice",
          "CharDevice",
          "Directory",
          "DirectoryOrCreate",
          "File",
          "FileOrCreate",
          "Socket");
  private static final int MOST_MODE = 0777;

  private VolumeValidation() {}

  /**
   * @return the names that containers may mount
   */
  static Set<String> volumes(List<FieldError> errors, String path, JsonNode volumes) {
    Set<String> names = new HashSet<>();
    int i = 0;
    for (JsonNode volume : volumes) {
      String here = path + "[" + i++ + "]";
      String name = Checks.text(volume, "name");
      source(errors, here, volume);
      Checks.name(errors, here + ".name", name, Names::dnsLabel);
      if (!name.isEmpty() && !names.add(name)) {
        errors.add(FieldError.duplicate(here + ".name", name));
      }
    }
    return names;
  }

  private static void source(List<FieldError> errors, String path, JsonNode volume) {
    int sources = 0;
    for (var field : volume.properties()) {
      if (field.getKey().equals("name")) {
        continue;
      }
      String here = path + "." + field.getKey();
      if (++sources > 1) {
        errors.add(FieldError.forbidden(here, "may not specify more than 1 volume type"));
        continue;
      }
      JsonNode source = field.getValue();
      switch (field.getKey()) {
        case "hostPath" -> hostPath(errors, here, source);
        case "emptyDir" -> {
          JsonNode limit = source.path("sizeLimit");
          if (limit.isTextual()
              && Quantity.check(limit.asText()).isEmpty()
              && Quantity.parse(limit.asText()).signum() < 0) {
            errors.add(
                FieldError.forbidden(
                    here + ".sizeLimit", "SizeLimit field must be a valid resource quantity"));
          }
        }
        case "configMap" -> keys(errors, here, source, "name");
        case "secret" -> keys(errors, here, source, "secretName");
        case "persistentVolumeClaim" -> Checks.required(errors, here, source, "claimName");
        case "nfs" -> {
          Checks.required(errors, here, source, "server");
          Checks.required(errors, here, source, "path");
        }
        case "csi" -> Checks.required(errors, here, source, "driver");
        // The kubelet says of any other source whether it can mount it.
        default -> {}
      }
    }
    if (sources == 0) {
      errors.add(FieldError.required(path, "must specify a volume type"));
    }
  }

  static void hostPath(List<FieldError> errors, String path, JsonNode source) {
    String where = Checks.text(source, "path");
    if (where.isEmpty()) {
      errors.add(FieldError.required(path + ".path", ""));
    } else if (List.of(where.split("/")).contains("..")) {
      errors.add(FieldError.invalid(path + ".path", where, "must not contain '..'"));
    }
    Checks.oneOf(errors, path + ".type", Checks.text(source, "type"), true, HOST_PATH_TYPES);
  }

  private static void keys(List<FieldError> errors, String path, JsonNode source, String name) {
    Checks.required(errors, path, source, name);
    mode(errors, path + ".defaultMode", source.path("defaultMode"));
    int i = 0;
    for (JsonNode item : source.path("items")) {
      String here = path + ".items[" + i++ + "]";
      Checks.required(errors, here, item, "key");
      String target = Checks.text(item, "path");
      if (target.isEmpty()) {
        errors.add(FieldError.required(here + ".path", ""));
      } else if (target.startsWith("/")) {
        errors.add(FieldError.invalid(here + ".path", target, "must be a relative path"));
      } else if (List.of(target.split("/")).contains("..")) {
        errors.add(FieldError.invalid(here + ".path", target, "must not contain '..'"));
      }
      mode(errors, here + ".mode", item.path("mode"));
    }
  }

  private static void mode(List<FieldError> errors, String path, JsonNode mode) {
    if (mode.isNumber() && (mode.asInt() < 0 || mode.asInt() > MOST_MODE)) {
      errors.add(
          FieldError.invalid(
              path, mode, "must be a number between 0 and 0777 (octal), both inclusive"));
    }
  }
}
