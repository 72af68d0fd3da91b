package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.LabelSelector;
import java.util.List;

/**
 * ReplicationControllers, PodTemplates, and the ControllerRevisions in which controllers keep what
 * they made pods from.
 */
public final class ControllerValidation {
  private ControllerValidation() {}

  public static List<FieldError> replicationController(ObjectNode controller) {
    List<FieldError> errors =
        MetadataValidation.validate(controller, true, MetadataValidation.SUBDOMAIN);
    spec(errors, controller.path("spec"));
    return errors;
  }

  public static List<FieldError> replicationControllerUpdate(
      ObjectNode controller, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(controller, current);
    if (!controller.path("spec").equals(current.path("spec"))) {
      spec(errors, controller.path("spec"));
    }
    return errors;
  }

  public static List<FieldError> replicationControllerStatus(
      ObjectNode controller, ObjectNode current) {
    return WorkloadValidation.replicaSetStatus(controller, current);
  }

  private static void spec(List<FieldError> errors, JsonNode spec) {
    Checks.notNegative(errors, "spec", spec, "minReadySeconds");
    JsonNode selector = spec.path("selector");
    if (selector.isEmpty()) {
      errors.add(FieldError.required("spec.selector", ""));
    }
    Checks.notNegative(errors, "spec", spec, "replicas");
    JsonNode template = spec.path("template");
    if (!template.isObject()) {
      errors.add(FieldError.required("spec.template", ""));
      return;
    }
    Templates.matching(errors, LabelSelector.ofLabels(Templates.labels(selector)), template);
    PodValidation.template(errors, "spec.template", template);
    Templates.alwaysRestarting(errors, template, "ReplicationController");
  }

  public static List<FieldError> podTemplate(ObjectNode template) {
    List<FieldError> errors =
        MetadataValidation.validate(template, true, MetadataValidation.SUBDOMAIN);
    PodValidation.template(errors, "template", template.path("template"));
    return errors;
  }

  public static List<FieldError> podTemplateUpdate(ObjectNode template, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(template, current);
    PodValidation.template(errors, "template", template.path("template"));
    return errors;
  }

  public static List<FieldError> revision(ObjectNode revision) {
    List<FieldError> errors =
        MetadataValidation.validate(revision, true, MetadataValidation.SUBDOMAIN);
    revisionNumber(errors, revision);
    JsonNode data = revision.path("data");
    if (data.isMissingNode() || data.isNull()) {
      errors.add(FieldError.required("data", "data is mandatory"));
    } else if (!data.isObject()) {
      errors.add(FieldError.required("data", "data must be a valid JSON object"));
    }
    return errors;
  }

  public static List<FieldError> revisionUpdate(ObjectNode revision, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(revision, current);
    revisionNumber(errors, revision);
    Checks.immutable(errors, "data", revision.path("data"), current.path("data"));
    return errors;
  }

  private static void revisionNumber(List<FieldError> errors, ObjectNode revision) {
    JsonNode number = revision.path("revision");
    if (number.asLong() < 0) {
      errors.add(FieldError.invalid("revision", number, Checks.NOT_NEGATIVE));
    }
  }
}
