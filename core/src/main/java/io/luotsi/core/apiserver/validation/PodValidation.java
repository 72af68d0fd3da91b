package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Pods, and the templates they are made from.
 *
 * @see "Source: pkg/apis/core/validation ValidatePodCreate, validatePodMetadataAndSpec"
 */
public final class PodValidation {
  static final String MIRROR = "kubernetes.io/config.mirror";
  private static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
  private static final Pattern INTEGER = Pattern.compile("0|-[0-9]{1,10}|[1-9][0-9]{0,9}");

  private PodValidation() {}

  public static List<FieldError> validate(ObjectNode pod) {
    List<FieldError> errors = new ArrayList<>();
    MetadataValidation.validate(errors, pod.path("metadata"), true, MetadataValidation.SUBDOMAIN);
    annotations(errors, pod);
    specOfPod(errors, pod);
    JsonNode spec = pod.path("spec");
    if (!spec.path("ephemeralContainers").isEmpty()) {
      errors.add(FieldError.forbidden("spec.ephemeralContainers", "cannot be set on create"));
    }
    if (!Checks.text(spec, "nodeName").isEmpty() && !spec.path("schedulingGates").isEmpty()) {
      errors.add(
          FieldError.forbidden(
              "spec.nodeName", "cannot be set until all schedulingGates have been cleared"));
    }
    ProfileAnnotations.agree(errors, pod.at("/metadata/annotations"), spec);
    return errors;
  }

  /** What annotations of pods mean, as far as it is known. */
  static void annotations(List<FieldError> errors, ObjectNode pod) {
    JsonNode annotations = pod.at("/metadata/annotations");
    if (annotations.has(MIRROR) && Checks.text(pod.path("spec"), "nodeName").isEmpty()) {
      errors.add(
          FieldError.invalid(
              "metadata.annotations[" + MIRROR + "]",
              Checks.text(annotations, MIRROR),
              "must set spec.nodeName if mirror pod annotation is set"));
    }
    String cost = Checks.text(annotations, DELETION_COST);
    if (annotations.has(DELETION_COST) && !isInteger(cost)) {
      errors.add(
          FieldError.invalid(
              "metadata.annotations[" + DELETION_COST + "]", cost, "must be a 32bit integer"));
    }
    ProfileAnnotations.readable(errors, annotations, pod.path("spec"));
  }

  private static boolean isInteger(String text) {
    return INTEGER.matcher(text).matches() && Long.parseLong(text) == (int) Long.parseLong(text);
  }

  /** The spec of a pod that exists or is to be made: more than a template's. */
  static void specOfPod(List<FieldError> errors, ObjectNode pod) {
    JsonNode spec = pod.path("spec");
    PodSpecValidation.validate(errors, "spec", spec, pod.at("/metadata/name").asText(""), true);
    if (Checks.text(spec, "serviceAccountName").isEmpty()) {
      tokensOfNobody(errors, spec);
    }
    for (String list : List.of("containers", "initContainers")) {
      int i = 0;
      for (JsonNode container : spec.path(list)) {
        image(errors, "spec." + list + "[" + i++ + "]", container);
      }
    }
  }

  private static void tokensOfNobody(List<FieldError> errors, JsonNode spec) {
    int i = 0;
    for (JsonNode volume : spec.path("volumes")) {
      int j = 0;
      for (JsonNode source : volume.at("/projected/sources")) {
        if (source.path("serviceAccountToken").isObject()) {
          errors.add(
              FieldError.forbidden(
                  "spec.volumes[%d].projected.sources[%d].serviceAccountToken".formatted(i, j),
                  "must not be specified when serviceAccountName is not set"));
        }
        j++;
      }
      i++;
    }
  }

  /** What makes pods may say an image with blanks, as it always could. */
  static void image(List<FieldError> errors, String path, JsonNode container) {
    String image = Checks.text(container, "image");
    if (!image.equals(image.strip())) {
      errors.add(
          FieldError.invalid(
              path + ".image", image, "must not have leading or trailing whitespace"));
    }
  }

  /** A pod template of a workload. */
  static void template(List<FieldError> errors, String path, JsonNode template) {
    MetadataValidation.labelsAndAnnotations(errors, path + ".metadata", template.path("metadata"));
    PodSpecValidation.validate(errors, path + ".spec", template.path("spec"), "", false);
  }
}
