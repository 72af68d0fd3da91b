package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.LabelSelector;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * ReplicaSets and Deployments.
 *
 * @see "Source: pkg/apis/apps/validation"
 */
public final class WorkloadValidation {
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
    JsonNode selector = spec.path("selector");
    int before = errors.size();
    if (!selector.isObject()) {
      errors.add(FieldError.required("spec.selector", ""));
    } else {
      Checks.labelSelector(errors, "spec.selector", selector);
      if (selector.path("matchLabels").isEmpty() && selector.path("matchExpressions").isEmpty()) {
        errors.add(
            FieldError.invalid(
                "spec.selector", selector, "empty selector is invalid for deployment"));
      }
    }
    boolean readable = errors.size() == before;
    JsonNode template = spec.path("template");
    if (readable && !LabelSelector.ofSpec(selector).matches(labels(template))) {
      errors.add(
          FieldError.invalid(
              "spec.template.metadata.labels",
              template.at("/metadata/labels").isMissingNode()
                  ? "null"
                  : template.at("/metadata/labels"),
              "`selector` does not match template `labels`"));
    }
    PodValidation.template(errors, "spec.template", template);
    JsonNode podSpec = template.path("spec");
    String restartPolicy = Checks.text(podSpec, "restartPolicy");
    if (!restartPolicy.equals("Always")) {
      errors.add(
          FieldError.notSupported(
              "spec.template.spec.restartPolicy", restartPolicy, List.of("Always")));
    }
    if (podSpec.has("activeDeadlineSeconds")) {
      errors.add(
          FieldError.forbidden(
              "spec.template.spec.activeDeadlineSeconds",
              "activeDeadlineSeconds in ReplicaSet is not Supported"));
    }
  }

  private static Map<String, String> labels(JsonNode template) {
    Map<String, String> labels = new HashMap<>();
    template
        .at("/metadata/labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return labels;
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
        amountOrPercent(errors, path + ".maxUnavailable", rolling.path("maxUnavailable"));
        amountOrPercent(errors, path + ".maxSurge", rolling.path("maxSurge"));
        if (isZero(rolling.path("maxUnavailable")) && isZero(rolling.path("maxSurge"))) {
          errors.add(
              FieldError.invalid(
                  path + ".maxUnavailable",
                  rolling.path("maxUnavailable"),
                  "may not be 0 when `maxSurge` is 0"));
        }
        if (percent(rolling.path("maxUnavailable")) > 100) {
          errors.add(
              FieldError.invalid(
                  path + ".maxUnavailable",
                  rolling.path("maxUnavailable"),
                  "must not be greater than 100%"));
        }
      }
      default -> Checks.oneOf(errors, "spec.strategy.type", type, false, STRATEGIES);
    }
  }

  private static void amountOrPercent(List<FieldError> errors, String path, JsonNode value) {
    if (value.isTextual()) {
      if (percent(value) < 0) {
        errors.add(
            FieldError.invalid(
                path,
                value,
                "a valid percent string must be a numeric string followed by an ending '%' (e.g."
                    + " '1%',  or '93%', regex used for validation is '[0-9]+%')"));
      }
    } else if (value.asInt() < 0) {
      errors.add(FieldError.invalid(path, value, Checks.NOT_NEGATIVE));
    }
  }

  /** -1 if it is none. */
  private static int percent(JsonNode value) {
    String text = value.asText("");
    boolean valid =
        value.isTextual()
            && text.length() > 1
            && text.length() < 10
            && text.endsWith("%")
            && text.chars().limit(text.length() - 1).allMatch(c -> c >= '0' && c <= '9');
    return valid ? Integer.parseInt(text.substring(0, text.length() - 1)) : -1;
  }

  private static boolean isZero(JsonNode value) {
    return value.isTextual() ? percent(value) == 0 : value.asInt() == 0;
  }
}
