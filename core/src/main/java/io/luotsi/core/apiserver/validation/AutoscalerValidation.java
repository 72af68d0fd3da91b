package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;
import java.util.Map;

/**
 * HorizontalPodAutoscalers.
 *
 * @see "Source: kubernetes pkg/apis/autoscaling/validation"
 */
public final class AutoscalerValidation {
  private static final int LONGEST_WINDOW_SECONDS = 3600;
  private static final int LONGEST_PERIOD_SECONDS = 1800;
  private static final List<String> SELECTIONS = List.of("Disabled", "Max", "Min");
  private static final List<String> POLICIES = List.of("Percent", "Pods");
  private static final List<String> METRICS =
      List.of("ContainerResource", "External", "Object", "Pods", "Resource");

  /** In the order in which upstream looks for them. */
  private static final List<String> SOURCES =
      List.of("Object", "External", "Pods", "Resource", "ContainerResource");

  private static final Map<String, String> FIELDS =
      Map.of(
          "ContainerResource", "containerResource",
          "External", "external",
          "Object", "object",
          "Pods", "pods",
          "Resource", "resource");

  private AutoscalerValidation() {}

  public static List<FieldError> validate(ObjectNode autoscaler) {
    List<FieldError> errors =
        MetadataValidation.validate(autoscaler, true, MetadataValidation.SUBDOMAIN);
    spec(errors, autoscaler.path("spec"), true, true);
    return errors;
  }

  /** What does not change of the objects it refers to need not be right. */
  public static List<FieldError> validateUpdate(ObjectNode autoscaler, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(autoscaler, current);
    JsonNode target = autoscaler.at("/spec/scaleTargetRef");
    JsonNode before = current.at("/spec/scaleTargetRef");
    boolean retargeted =
        List.of("apiVersion", "kind").stream()
            .anyMatch(field -> !Checks.text(target, field).equals(Checks.text(before, field)));
    boolean described = true;
    for (JsonNode metric : current.at("/spec/metrics")) {
      described &= isVersion(metric.at("/object/describedObject/apiVersion").asText(""));
    }
    spec(errors, autoscaler.path("spec"), retargeted, described);
    return errors;
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode autoscaler, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(autoscaler, current);
    Checks.notNegative(errors, "status", autoscaler.path("status"), "currentReplicas");
    Checks.notNegative(errors, "status", autoscaler.path("status"), "desiredReplicas");
    return errors;
  }

  private static void spec(
      List<FieldError> errors, JsonNode spec, boolean versioned, boolean described) {
    JsonNode least = spec.path("minReplicas");
    JsonNode most = spec.path("maxReplicas");
    if (least.isNumber() && least.asInt() < 1) {
      errors.add(
          FieldError.invalid("spec.minReplicas", least, "must be greater than or equal to 1"));
    }
    if (most.asInt() == 0) {
      errors.add(FieldError.required("spec.maxReplicas", "must be set and greater than 0"));
    } else if (most.asInt() < 0) {
      errors.add(
          FieldError.invalid("spec.maxReplicas", most, "must be greater than or equal to 1"));
    }
    if (least.isNumber() && most.asInt() < least.asInt()) {
      errors.add(
          FieldError.invalid(
              "spec.maxReplicas", most.asInt(), "must be greater than or equal to `minReplicas`"));
    }
    JsonNode target = spec.path("scaleTargetRef");
    reference(errors, "spec.scaleTargetRef", target, versioned);
    // Of what can be scaled, this alone is of the group without a name.
    boolean grouped =
        Checks.text(target, "apiVersion").indexOf('/') > 0
            || Checks.text(target, "kind").equals("ReplicationController");
    if (versioned && !grouped && isVersion(Checks.text(target, "apiVersion"))) {
      errors.add(
          FieldError.invalid(
              "spec.scaleTargetRef.apiVersion",
              Checks.text(target, "apiVersion"),
              "apiVersion must specify API group"));
    }
    int i = 0;
    for (JsonNode metric : spec.path("metrics")) {
      metric(errors, "spec.metrics[" + i++ + "]", metric, described);
    }
    for (String direction : List.of("scaleUp", "scaleDown")) {
      JsonNode rules = spec.path("behavior").path(direction);
      if (rules.isObject()) {
        rules(errors, "spec.behavior." + direction, rules);
      }
    }
  }

  /** A group and a version, or a version alone. */
  private static boolean isVersion(String text) {
    return text.indexOf('/') == text.lastIndexOf('/');
  }

  private static void reference(
      List<FieldError> errors, String path, JsonNode reference, boolean versioned) {
    Checks.name(errors, path + ".kind", Checks.text(reference, "kind"), Checks::pathSegment);
    Checks.name(errors, path + ".name", Checks.text(reference, "name"), Checks::pathSegment);
    String version = Checks.text(reference, "apiVersion");
    if (versioned && !isVersion(version)) {
      errors.add(
          FieldError.invalid(
              path + ".apiVersion", version, "unexpected GroupVersion string: " + version));
    }
  }

  private static void metric(
      List<FieldError> errors, String path, JsonNode metric, boolean described) {
    String type = Checks.text(metric, "type");
    if (type.isEmpty()) {
      errors.add(FieldError.required(path + ".type", "must specify a metric source type"));
    }
    String expected = FIELDS.getOrDefault(type, "");
    if (expected.isEmpty()) {
      errors.add(FieldError.notSupported(path + ".type", type, METRICS));
    }
    List<String> present =
        SOURCES.stream().filter(name -> metric.path(FIELDS.get(name)).isObject()).toList();
    if (!present.isEmpty()) {
      String field = FIELDS.get(present.getFirst());
      source(errors, path + "." + field, present.getFirst(), metric.path(field), described);
    }
    if (!expected.isEmpty() && !metric.path(expected).isObject()) {
      errors.add(
          FieldError.required(
              path + "." + expected, "must populate information for the given metric source"));
    }
    for (String other : present.size() > 1 ? present : List.<String>of()) {
      if (!other.equals(type)) {
        errors.add(
            FieldError.forbidden(
                path + "." + FIELDS.get(other), "must populate the given metric source only"));
      }
    }
  }

  private static void source(
      List<FieldError> errors, String path, String type, JsonNode source, boolean described) {
    JsonNode target = source.path("target");
    switch (type) {
      case "Resource", "ContainerResource" -> {
        if (Checks.text(source, "name").isEmpty()) {
          errors.add(FieldError.required(path + ".name", "must specify a resource name"));
        } else if (type.equals("ContainerResource")) {
          ResourceNames.ofContainers(errors, path + ".name", Checks.text(source, "name"));
        }
        String container = Checks.text(source, "container");
        if (type.equals("ContainerResource") && container.isEmpty()) {
          errors.add(FieldError.required(path + ".container", "must specify a container"));
        } else if (type.equals("ContainerResource")) {
          Checks.form(errors, path + ".container", container, Names::dnsLabel);
        }
        target(errors, path + ".target", target);
        resourceTarget(errors, path + ".target", target);
      }
      default -> {
        if (type.equals("Object")) {
          reference(errors, path + ".describedObject", source.path("describedObject"), described);
        }
        if (source.at("/metric/name").asText("").isEmpty()) {
          errors.add(FieldError.required(path + ".metric.name", "must specify a metric name"));
        } else {
          Checks.form(
              errors,
              path + ".metric.name",
              source.at("/metric/name").asText(),
              Checks::pathSegment);
        }
        target(errors, path + ".target", target);
        valueTarget(errors, path + ".target", type, target);
      }
    }
  }

  private static void resourceTarget(List<FieldError> errors, String path, JsonNode target) {
    boolean utilization = target.has("averageUtilization");
    boolean value = target.has("averageValue");
    if (!utilization && !value) {
      errors.add(
          FieldError.required(
              path + ".averageUtilization",
              "must set either a target raw value or a target utilization"));
    } else if (utilization && value) {
      errors.add(
          FieldError.forbidden(
              path + ".averageValue",
              "may not set both a target raw value and a target utilization"));
    }
  }

  private static void valueTarget(
      List<FieldError> errors, String path, String type, JsonNode target) {
    boolean value = target.has("value");
    boolean average = target.has("averageValue");
    if (!average && type.equals("Pods")) {
      errors.add(
          FieldError.required(
              path + ".averageValue", "must specify a positive target averageValue"));
    } else if (!average && !value) {
      errors.add(
          FieldError.required(
              path + ".averageValue",
              type.equals("External")
                  ? "must set either a target value for metric or a per-pod target"
                  : "must set either a target value or averageValue"));
    } else if (average && value && type.equals("External")) {
      errors.add(
          FieldError.forbidden(
              path + ".value", "may not set both a target value for metric and a per-pod target"));
    }
  }

  private static void target(List<FieldError> errors, String path, JsonNode target) {
    String type = Checks.text(target, "type");
    if (type.isEmpty()) {
      errors.add(FieldError.required(path + ".type", "must specify a metric target type"));
    }
    if (!List.of("Utilization", "Value", "AverageValue").contains(type)) {
      errors.add(
          FieldError.invalid(
              path + ".type", type, "must be either Utilization, Value, or AverageValue"));
    }
    for (String field : List.of("value", "averageValue")) {
      if (Amounts.quantity(target.path(field)).filter(v -> v.signum() <= 0).isPresent()) {
        errors.add(FieldError.invalid(path + "." + field, target.path(field), "must be positive"));
      }
    }
    JsonNode utilization = target.path("averageUtilization");
    if (utilization.isNumber() && utilization.asInt() < 1) {
      errors.add(
          FieldError.invalid(path + ".averageUtilization", utilization, "must be greater than 0"));
    }
  }

  private static void rules(List<FieldError> errors, String path, JsonNode rules) {
    JsonNode window = rules.path("stabilizationWindowSeconds");
    if (window.isNumber() && window.asInt() < 0) {
      errors.add(
          FieldError.invalid(
              path + ".stabilizationWindowSeconds",
              window,
              "must be greater than or equal to zero"));
    }
    atMost(errors, path + ".stabilizationWindowSeconds", window, LONGEST_WINDOW_SECONDS);
    Checks.oneOf(
        errors, path + ".selectPolicy", Checks.text(rules, "selectPolicy"), true, SELECTIONS);
    if (rules.path("policies").isEmpty()) {
      errors.add(FieldError.required(path + ".policies", "must specify at least one Policy"));
    }
    int i = 0;
    for (JsonNode policy : rules.path("policies")) {
      String here = path + ".policies[" + i++ + "]";
      String type = Checks.text(policy, "type");
      if (!POLICIES.contains(type)) {
        errors.add(FieldError.notSupported(here + ".type", type, POLICIES));
      }
      for (String field : List.of("value", "periodSeconds")) {
        if (policy.path(field).asInt() <= 0) {
          errors.add(
              FieldError.invalid(here + "." + field, policy.path(field).asInt(), Amounts.POSITIVE));
        }
      }
      atMost(errors, here + ".periodSeconds", policy.path("periodSeconds"), LONGEST_PERIOD_SECONDS);
    }
    Amounts.notNegative(errors, path + ".tolerance", rules.path("tolerance"));
  }

  private static void atMost(List<FieldError> errors, String path, JsonNode seconds, int most) {
    if (seconds.asInt() > most) {
      errors.add(FieldError.invalid(path, seconds, "must be less than or equal to " + most));
    }
  }
}
