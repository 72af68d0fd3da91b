package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import java.util.List;

/**
 * ReplicaSets and Deployments.
 *
 * @see "Source: pkg/apis/apps/validation"
 */
public final class WorkloadValidation {
  private static final List<String> REPLICA_SET_COUNTS =
      List.of(
          "replicas",
          "fullyLabeledReplicas",
          "readyReplicas",
          "availableReplicas",
          "observedGeneration",
          "terminatingReplicas");
  private static final List<String> DEPLOYMENT_COUNTS =
      List.of(
          "observedGeneration",
          "replicas",
          "updatedReplicas",
          "readyReplicas",
          "availableReplicas",
          "unavailableReplicas",
          "terminatingReplicas",
          "collisionCount");
  private static final List<String> STRATEGIES = List.of("Recreate", "RollingUpdate");

  private WorkloadValidation() {}

  public static List<FieldError> replicaSet(ObjectNode set) {
    List<FieldError> errors = MetadataValidation.validate(set, true, MetadataValidation.SUBDOMAIN);
    replicaSetSpec(errors, set.path("spec"));
    return errors;
  }

  public static List<FieldError> replicaSetUpdate(ObjectNode set, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(set, current);
    if (!set.path("spec").equals(current.path("spec"))) {
      replicaSetSpec(errors, set.path("spec"));
    }
    Checks.immutable(
        errors, "spec.selector", set.at("/spec/selector"), current.at("/spec/selector"));
    return errors;
  }

  /** Of a ReplicationController, too. */
  public static List<FieldError> replicaSetStatus(ObjectNode set, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(set, current);
    Templates.counters(
        errors,
        set.path("status"),
        REPLICA_SET_COUNTS,
        List.of("fullyLabeledReplicas", "readyReplicas", "availableReplicas"),
        "readyReplicas");
    return errors;
  }

  private static void replicaSetSpec(List<FieldError> errors, JsonNode spec) {
    Checks.notNegative(errors, "spec", spec, "replicas");
    Checks.notNegative(errors, "spec", spec, "minReadySeconds");
    selectorAndTemplate(errors, spec);
  }

  public static List<FieldError> deployment(ObjectNode deployment) {
    List<FieldError> errors =
        MetadataValidation.validate(deployment, true, MetadataValidation.SUBDOMAIN);
    deploymentSpec(errors, deployment.path("spec"));
    return errors;
  }

  public static List<FieldError> deploymentUpdate(ObjectNode deployment, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(deployment, current);
    if (!deployment.path("spec").equals(current.path("spec"))) {
      deploymentSpec(errors, deployment.path("spec"));
    }
    Checks.immutable(
        errors, "spec.selector", deployment.at("/spec/selector"), current.at("/spec/selector"));
    return errors;
  }

  public static List<FieldError> deploymentStatus(ObjectNode deployment, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(deployment, current);
    Templates.counters(
        errors,
        deployment.path("status"),
        DEPLOYMENT_COUNTS,
        List.of("updatedReplicas", "readyReplicas", "availableReplicas"),
        "readyReplicas");
    Templates.collisions(errors, deployment, current);
    return errors;
  }

  private static void deploymentSpec(List<FieldError> errors, JsonNode spec) {
    Checks.notNegative(errors, "spec", spec, "replicas");
    selectorAndTemplate(errors, spec);
    strategy(errors, spec.path("strategy"));
    Checks.notNegative(errors, "spec", spec, "minReadySeconds");
    Checks.notNegative(errors, "spec", spec, "revisionHistoryLimit");
    JsonNode deadline = spec.path("progressDeadlineSeconds");
    if (deadline.isNumber()) {
      Checks.notNegative(errors, "spec", spec, "progressDeadlineSeconds");
      if (deadline.asInt() <= spec.path("minReadySeconds").asInt()) {
        errors.add(
            FieldError.invalid(
                "spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
      }
    }
  }

  private static void selectorAndTemplate(List<FieldError> errors, JsonNode spec) {
    Templates.selector(errors, spec, "deployment", "invalid label selector");
    PodValidation.template(errors, "spec.template", spec.path("template"));
    Templates.alwaysRestarting(errors, spec.path("template"), "ReplicaSet");
  }

  private static void strategy(List<FieldError> errors, JsonNode strategy) {
    String type = Checks.text(strategy, "type");
    JsonNode rolling = strategy.path("rollingUpdate");
    String path = "spec.strategy.rollingUpdate";
    switch (type) {
      case "Recreate" -> {
        if (rolling.isObject()) {
          errors.add(
              FieldError.forbidden(
                  path, "may not be specified when strategy `type` is 'Recreate'"));
        }
      }
      case "RollingUpdate" -> {
        if (!rolling.isObject()) {
          errors.add(FieldError.required(path, "this should be defaulted and never be nil"));
          return;
        }
        Amounts.amountOrPercent(errors, path + ".maxUnavailable", rolling.path("maxUnavailable"));
        Amounts.amountOrPercent(errors, path + ".maxSurge", rolling.path("maxSurge"));
        if (Amounts.isZero(rolling.path("maxUnavailable"))
            && Amounts.isZero(rolling.path("maxSurge"))) {
          errors.add(
              FieldError.invalid(
                  path + ".maxUnavailable",
                  rolling.path("maxUnavailable"),
                  "may not be 0 when `maxSurge` is 0"));
        }
        Amounts.notOverAll(errors, path + ".maxUnavailable", rolling.path("maxUnavailable"));
      }
      default -> errors.add(FieldError.notSupported("spec.strategy", strategy, STRATEGIES));
    }
  }
}
