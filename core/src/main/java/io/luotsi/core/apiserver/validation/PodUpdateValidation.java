package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;

/**
 * What of a pod may still change once it exists: images, a shorter deadline, more tolerations.
 *
 * @see "Source: pkg/apis/core/validation ValidatePodUpdate"
 */
public final class PodUpdateValidation {
  private static final String FROZEN =
      "pod updates may not change fields other than"
          + " `spec.containers[*].image`,`spec.initContainers[*].image`,"
          + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing"
          + " tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was"
          + " previously negative)";

  private PodUpdateValidation() {}

  public static List<FieldError> validate(ObjectNode pod, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(pod, current);
    JsonNode spec = pod.path("spec");
    JsonNode old = current.path("spec");
    if (spec.equals(old)) {
      return errors;
    }
    for (String list : List.of("containers", "initContainers")) {
      if (spec.path(list).size() != old.path(list).size()) {
        errors.add(
            FieldError.forbidden("spec." + list, "pod updates may not add or remove containers"));
        return errors;
      }
      images(errors, "spec." + list, spec.path(list));
    }
    deadline(errors, spec, old);
    tolerations(errors, spec, old);
    ObjectNode frozen = spec.deepCopy();
    allowChanges(frozen, old);
    if (!frozen.equals(old)) {
      errors.add(FieldError.forbidden("spec", FROZEN));
    }
    return errors;
  }

  private static void images(List<FieldError> errors, String path, JsonNode containers) {
    int i = 0;
    for (JsonNode container : containers) {
      String image = Checks.text(container, "image");
      String here = path + "[" + i++ + "].image";
      if (image.isEmpty()) {
        errors.add(FieldError.required(here, ""));
      } else if (!image.equals(image.strip())) {
        errors.add(FieldError.invalid(here, image, "must not have leading or trailing whitespace"));
      }
    }
  }

  private static void deadline(List<FieldError> errors, JsonNode spec, JsonNode old) {
    String path = "spec.activeDeadlineSeconds";
    JsonNode now = spec.path("activeDeadlineSeconds");
    JsonNode before = old.path("activeDeadlineSeconds");
    if (now.isNumber()) {
      if (now.asLong() < 0 || now.asLong() > Integer.MAX_VALUE) {
        errors.add(FieldError.invalid(path, now, "must be between 0 and 2147483647, inclusive"));
      } else if (before.isNumber() && before.asLong() < now.asLong()) {
        errors.add(FieldError.invalid(path, now, "must be less than or equal to previous value"));
      }
    } else if (before.isNumber()) {
      errors.add(
          FieldError.invalid(path, "null", "must not update from a positive integer to nil value"));
    }
  }

  private static void tolerations(List<FieldError> errors, JsonNode spec, JsonNode old) {
    JsonNode now = spec.path("tolerations");
    for (JsonNode toleration : old.path("tolerations")) {
      boolean kept = false;
      for (JsonNode candidate : now) {
        kept |= candidate.equals(toleration) || differsOnlyInSeconds(candidate, toleration);
      }
      if (!kept) {
        errors.add(
            FieldError.forbidden(
                "spec.tolerations",
                "existing toleration can not be modified except its" + " tolerationSeconds"));
        break;
      }
    }
    PodValidation.tolerations(errors, "spec.tolerations", now);
  }

  private static boolean differsOnlyInSeconds(JsonNode left, JsonNode right) {
    ObjectNode a = left.deepCopy();
    ObjectNode b = right.deepCopy();
    a.remove("tolerationSeconds");
    b.remove("tolerationSeconds");
    return a.equals(b);
  }

  /** Undoes in {@code spec} every change that is allowed. */
  private static void allowChanges(ObjectNode spec, JsonNode old) {
    for (String list : List.of("containers", "initContainers")) {
      int i = 0;
      for (JsonNode container : spec.path(list)) {
        JsonNode before = old.path(list).path(i++);
        if (container instanceof ObjectNode object && before.has("image")) {
          object.set("image", before.get("image"));
        }
      }
    }
    for (String field : List.of("activeDeadlineSeconds", "tolerations")) {
      if (old.has(field)) {
        spec.set(field, old.get(field));
      } else {
        spec.remove(field);
      }
    }
    JsonNode grace = old.path("terminationGracePeriodSeconds");
    if (grace.asLong() < 0 && spec.path("terminationGracePeriodSeconds").asLong() == 1) {
      spec.set("terminationGracePeriodSeconds", grace);
    }
    if (gatesOnlyRemoved(spec.path("schedulingGates"), old.path("schedulingGates"))) {
      spec.remove("schedulingGates");
      if (old.has("schedulingGates")) {
        spec.set("schedulingGates", old.get("schedulingGates"));
      }
    }
  }

  private static boolean gatesOnlyRemoved(JsonNode now, JsonNode before) {
    for (JsonNode gate : now) {
      boolean known = false;
      for (JsonNode old : before) {
        known |= old.equals(gate);
      }
      if (!known) {
        return false;
      }
    }
    return true;
  }

  public static List<FieldError> validateStatus(ObjectNode pod, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(pod, current);
    String nominated = pod.at("/status/nominatedNodeName").asText("");
    if (!nominated.isEmpty()) {
      Checks.form(errors, "status.nominatedNodeName", nominated, Names::dnsSubdomain);
    }
    return errors;
  }
}
