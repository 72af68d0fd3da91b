package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions what somebody may, of authorization.k8s.io.
 *
 * @see "Source: pkg/apis/authorization/validation validation.go"
 */
public final class ReviewValidation {
  private static final String RESOURCE = "resourceAttributes";
  private static final String PATH = "nonResourceAttributes";

  private ReviewValidation() {}

  /** What the one who asks may. */
  public static List<FieldError> own(JsonNode spec, ObjectNode metadata) {
    List<FieldError> errors = what(spec);
    empty(errors, metadata, "must be empty");
    return errors;
  }

  public static List<FieldError> ofAnybody(JsonNode spec, ObjectNode metadata) {
    List<FieldError> errors = what(spec);
    who(errors, spec);
    empty(errors, metadata, "must be empty");
    return errors;
  }

  /** In the namespace that the metadata name. */
  public static List<FieldError> local(JsonNode spec, ObjectNode metadata) {
    List<FieldError> errors = what(spec);
    who(errors, spec);
    ObjectNode rest = metadata.deepCopy();
    rest.remove("namespace");
    empty(errors, rest, "must be empty except for namespace");
    String namespace = Checks.text(spec.path(RESOURCE), "namespace");
    if (spec.path(RESOURCE).isObject() && !namespace.equals(Checks.text(metadata, "namespace"))) {
      errors.add(
          FieldError.invalid(
              "spec.resourceAttributes.namespace", namespace, "must match metadata.namespace"));
    }
    if (spec.path(PATH).isObject()) {
      errors.add(
          FieldError.invalid("spec." + PATH, shown(spec), "disallowed on this kind of request"));
    }
    return errors;
  }

  private static List<FieldError> what(JsonNode spec) {
    List<FieldError> errors = new ArrayList<>();
    boolean resource = spec.path(RESOURCE).isObject();
    boolean path = spec.path(PATH).isObject();
    if (resource && path) {
      errors.add(
          FieldError.invalid(
              "spec." + PATH,
              shown(spec),
              "cannot be specified in combination with resourceAttributes"));
    }
    if (!resource && !path) {
      errors.add(
          FieldError.invalid(
              "spec." + RESOURCE,
              Json.object().nullNode(),
              "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
    }
    return errors;
  }

  private static void who(List<FieldError> errors, JsonNode spec) {
    if (Checks.text(spec, "user").isEmpty() && spec.path("groups").isEmpty()) {
      errors.add(
          FieldError.invalid("spec.user", "", "at least one of user or group must be specified"));
    }
  }

  /** As upstream shows it, whose type inside has no names for JSON. */
  private static ObjectNode shown(JsonNode spec) {
    JsonNode path = spec.path(PATH);
    return Json.object()
        .put("Path", Checks.text(path, "path"))
        .put("Verb", Checks.text(path, "verb"));
  }

  private static void empty(List<FieldError> errors, ObjectNode metadata, String detail) {
    ObjectNode rest = metadata.deepCopy();
    rest.remove(List.of("managedFields", "creationTimestamp"));
    if (!rest.isEmpty()) {
      errors.add(FieldError.invalid("metadata", metadata, detail));
    }
  }
}
