package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** PriorityClasses, RuntimeClasses and PodDisruptionBudgets. */
public final class ClassValidation {
  private static final String SYSTEM = "system-";
  private static final int MOST_PRIORITY = 1_000_000_000;
  private static final Map<String, Integer> OF_THE_SYSTEM =
      Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);
  private static final List<String> PREEMPTION = List.of("PreemptLowerPriority", "Never");
  private static final List<String> EVICTION = List.of("AlwaysAllow", "IfHealthyBudget");

  private ClassValidation() {}

  public static List<FieldError> priorityClass(ObjectNode type) {
    List<FieldError> errors =
        MetadataValidation.validate(type, false, MetadataValidation.SUBDOMAIN);
    String name = type.at("/metadata/name").asText();
    int value = type.path("value").asInt();
    if (name.startsWith(SYSTEM)) {
      String wrong = wrongOfSystem(name, value, type.path("globalDefault").asBoolean(false));
      if (!wrong.isEmpty()) {
        errors.add(
            FieldError.forbidden(
                "metadata.name",
                "priority class names with 'system-' prefix are reserved for system use only."
                    + " error: "
                    + wrong));
      }
    } else if (value > MOST_PRIORITY) {
      errors.add(
          FieldError.forbidden(
              "value", "maximum allowed value of a user defined priority is " + MOST_PRIORITY));
    }
    Checks.oneOf(
        errors, "preemptionPolicy", Checks.text(type, "preemptionPolicy"), false, PREEMPTION);
    return errors;
  }

  private static String wrongOfSystem(String name, int value, boolean globalDefault) {
    Integer known = OF_THE_SYSTEM.get(name);
    if (known == null) {
      return name + " is not a known system priority class";
    }
    if (known != value) {
      return "value of " + name + " PriorityClass must be " + known;
    }
    return globalDefault ? "globalDefault of " + name + " PriorityClass must be false" : "";
  }

  public static List<FieldError> priorityClassUpdate(ObjectNode type, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(type, current);
    if (type.path("value").asInt() != current.path("value").asInt()) {
      errors.add(FieldError.forbidden("value", "may not be changed in an update."));
    }
    Checks.immutable(
        errors,
        "preemptionPolicy",
        type.path("preemptionPolicy"),
        current.path("preemptionPolicy"));
    return errors;
  }

  public static List<FieldError> runtimeClass(ObjectNode type) {
    List<FieldError> errors =
        MetadataValidation.validate(type, false, MetadataValidation.SUBDOMAIN);
    Checks.name(errors, "handler", Checks.text(type, "handler"), Names::dnsLabel);
    ContainerResourcesValidation.overhead(errors, "overhead", type.at("/overhead/podFixed"));
    Checks.labels(errors, "scheduling.nodeSelector", type.at("/scheduling/nodeSelector"));
    tolerations(errors, type.at("/scheduling/tolerations"));
    return errors;
  }

  private static void tolerations(List<FieldError> errors, JsonNode tolerations) {
    String path = "scheduling.tolerations";
    TolerationValidation.tolerations(errors, path, tolerations);
    Set<List<String>> seen = new HashSet<>();
    int i = 0;
    for (JsonNode toleration : tolerations) {
      List<String> key =
          List.of("key", "operator", "value", "effect").stream()
              .map(field -> Checks.text(toleration, field))
              .toList();
      if (!seen.add(key)) {
        errors.add(FieldError.duplicate(path + "[" + i + "]", toleration));
      }
      i++;
    }
  }

  public static List<FieldError> runtimeClassUpdate(ObjectNode type, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(type, current);
    Checks.immutable(errors, "handler", type.path("handler"), current.path("handler"));
    return errors;
  }

  public static List<FieldError> budget(ObjectNode budget) {
    List<FieldError> errors = MetadataValidation.validate(budget, true, Checks::pathSegment);
    budgetSpec(errors, budget.path("spec"));
    return errors;
  }

  public static List<FieldError> budgetUpdate(ObjectNode budget, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(budget, current);
    budgetSpec(errors, budget.path("spec"));
    return errors;
  }

  public static List<FieldError> budgetStatusUpdate(ObjectNode budget, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(budget, current);
    ConditionValidation.validate(errors, budget.at("/status/conditions"));
    for (String field :
        List.of("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods")) {
      Checks.notNegative(errors, "status", budget.path("status"), field);
    }
    return errors;
  }

  private static void budgetSpec(List<FieldError> errors, JsonNode spec) {
    List<String> bounds = List.of("minAvailable", "maxUnavailable");
    if (bounds.stream().allMatch(spec::has)) {
      errors.add(
          FieldError.invalid("spec", spec, "minAvailable and maxUnavailable cannot be both set"));
    }
    for (String bound : bounds) {
      Amounts.amountOrPercent(errors, "spec." + bound, spec.path(bound));
      Amounts.notOverAll(errors, "spec." + bound, spec.path(bound));
    }
    Checks.labelSelector(errors, "spec.selector", spec.path("selector"));
    Checks.oneOf(
        errors,
        "spec.unhealthyPodEvictionPolicy",
        Checks.text(spec, "unhealthyPodEvictionPolicy"),
        true,
        EVICTION);
  }
}
