package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

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
    List<FieldError> errors = inCommon(pod, current);
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
    if (!deadline(errors, spec, old)) {
      return errors;
    }
    tolerations(errors, spec, old);
    gates(errors, spec.path("schedulingGates"), old.path("schedulingGates"));
    ObjectNode frozen = spec.deepCopy();
    allowChanges(frozen, old);
    if (!old.path("schedulingGates").isEmpty()) {
      GatedPodValidation.placement(errors, frozen, old);
    }
    if (!frozen.equals(old)) {
      errors.add(FieldError.forbidden("spec", FROZEN + "\n" + UnifiedDiff.of(old, frozen)));
    }
    return errors;
  }

  /** What every way to change a pod has in common: that it is still as pods must be. */
  static List<FieldError> inCommon(ObjectNode pod, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(pod, current);
    // What has not changed was looked at before.
    if (!pod.path("spec").equals(current.path("spec"))) {
      PodValidation.specOfPod(errors, pod);
    }
    annotations(errors, pod, current);
    return errors;
  }

  static void annotations(List<FieldError> errors, ObjectNode pod, ObjectNode current) {
    JsonNode annotations = pod.at("/metadata/annotations");
    JsonNode before = current.at("/metadata/annotations");
    if (annotations.equals(before)) {
      return;
    }
    String mirror = PodValidation.MIRROR;
    if (!annotations.path(mirror).equals(before.path(mirror))) {
      errors.add(
          FieldError.forbidden(
              "metadata.annotations[" + mirror + "]",
              before.has(mirror)
                  ? "may not remove or update mirror pod annotation"
                  : "may not add mirror pod annotation"));
    }
    ProfileAnnotations.unchanged(errors, annotations, before);
    PodValidation.annotations(errors, pod);
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

  /** Whether it is worth while to look at the rest. */
  private static boolean deadline(List<FieldError> errors, JsonNode spec, JsonNode old) {
    String path = "spec.activeDeadlineSeconds";
    JsonNode now = spec.path("activeDeadlineSeconds");
    JsonNode before = old.path("activeDeadlineSeconds");
    if (!now.isNumber()) {
      if (before.isNumber()) {
        errors.add(
            FieldError.invalid(
                path, NullNode.instance, "must not update from a positive integer to nil value"));
      }
      return true;
    }
    if (now.asLong() < 0 || now.asLong() > Integer.MAX_VALUE) {
      errors.add(FieldError.invalid(path, now, "must be between 0 and 2147483647, inclusive"));
      return false;
    }
    if (before.isNumber() && before.asLong() < now.asLong()) {
      errors.add(FieldError.invalid(path, now, "must be less than or equal to previous value"));
      return false;
    }
    return true;
  }

  private static void gates(List<FieldError> errors, JsonNode now, JsonNode before) {
    Set<String> known = new HashSet<>();
    before.forEach(gate -> known.add(Checks.text(gate, "name")));
    int i = 0;
    for (JsonNode gate : now) {
      String name = Checks.text(gate, "name");
      if (!known.contains(name)) {
        errors.add(
            FieldError.forbidden(
                "spec.schedulingGates[" + i + "].name",
                "only deletion is allowed, but found new scheduling gate '" + name + "'"));
      }
      i++;
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
                "existing toleration can not be modified except its tolerationSeconds"));
        break;
      }
    }
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
    for (String field : List.of("activeDeadlineSeconds", "tolerations", "schedulingGates")) {
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
  }
}
