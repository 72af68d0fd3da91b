package io.luotsi.core.apiserver.validation;

import io.luotsi.core.api.FieldError;
import java.util.List;

/** Paths of files that must not lead out of where they begin. */
final class Paths {
  private Paths() {}

  static boolean climbs(String path) {
    return List.of(path.split("/", -1)).contains("..");
  }

  static void withoutBacksteps(List<FieldError> errors, String field, String path) {
    if (climbs(path)) {
      errors.add(FieldError.invalid(field, path, "must not contain '..'"));
    }
  }

  /** Relative, and without backsteps. */
  static void descending(List<FieldError> errors, String field, String path) {
    if (path.startsWith("/")) {
      errors.add(FieldError.invalid(field, path, "must be a relative path"));
    }
    withoutBacksteps(errors, field, path);
  }

  /** What may become a file beside those that a kubelet makes, whose names begin with two dots. */
  static void notReserved(List<FieldError> errors, String field, String path) {
    descending(errors, field, path);
    if (path.startsWith("..") && !path.startsWith("../")) {
      errors.add(FieldError.invalid(field, path, "must not start with '..'"));
    }
  }
}
