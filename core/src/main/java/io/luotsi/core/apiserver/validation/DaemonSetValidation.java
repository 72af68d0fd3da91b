package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.LabelSelector;
import java.util.List;

/**
 * DaemonSets.
 *
 * @see "Source: kubernetes pkg/apis/apps/validation"
 */
public final class DaemonSetValidation {
  private static final List<String> STRATEGIES = List.of("RollingUpdate", "OnDelete");
  private static final List<String> COUNTERS =
      List.of(
          "currentNumberScheduled",
          "numberMisscheduled",
          "desiredNumberScheduled",
          "numberReady",
          "observedGeneration",
          "updatedNumberScheduled",
          "numberAvailable",
          "numberUnavailable",
          "collisionCount");

  private DaemonSetValidation() {}

  public static List<FieldError> validate(ObjectNode set) {
    List<FieldError> errors = MetadataValidation.validate(set, true, MetadataValidation.SUBDOMAIN);
    spec(errors, set.path("spec"));
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode set, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(set, current);
    Checks.immutable(
        errors, "spec.selector", set.at("/spec/selector"), current.at("/spec/selector"));
    if (!set.path("spec").equals(current.path("spec"))) {
      spec(errors, set.path("spec"));
    }
    return errors;
  }

  public static List<FieldError> validateStatusUpdate(ObjectNode set, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(set, current);
    COUNTERS.forEach(field -> Checks.notNegative(errors, "status", set.path("status"), field));
    Templates.collisions(errors, set, current);
    return errors;
  }

  private static void spec(List<FieldError> errors, JsonNode spec) {
    JsonNode template = spec.path("template");
    selector(errors, spec.path("selector"), template);
    PodValidation.template(errors, "spec.template", template);
    Templates.alwaysRestarting(errors, template, "DaemonSet");
    Checks.notNegative(errors, "spec", spec, "minReadySeconds");
    strategy(errors, spec.path("updateStrategy"));
    Checks.notNegative(errors, "spec", spec, "revisionHistoryLimit");
  }

  /** As upstream, who does not say of a selector that it is not there. */
  private static void selector(List<FieldError> errors, JsonNode selector, JsonNode template) {
    int before = errors.size();
    if (!selector.isObject()) {
      Templates.mismatch(errors, template);
      return;
    }
    Checks.labelSelector(errors, "spec.selector", selector);
    if (errors.size() == before) {
      Templates.matching(errors, LabelSelector.ofSpec(selector), template);
    }
    Templates.notEmpty(errors, selector, "daemonset");
  }

  private static void strategy(List<FieldError> errors, JsonNode strategy) {
    String type = Checks.text(strategy, "type");
    if (type.equals("OnDelete")) {
      return;
    }
    if (!type.equals("RollingUpdate")) {
      errors.add(FieldError.notSupported("spec.updateStrategy", strategy, STRATEGIES));
      return;
    }
    JsonNode rolling = strategy.path("rollingUpdate");
    String path = "spec.updateStrategy.rollingUpdate";
    if (!rolling.isObject()) {
      errors.add(FieldError.required(path, ""));
      return;
    }
    List<String> fields = List.of("maxUnavailable", "maxSurge");
    for (String field : fields) {
      Amounts.amountOrPercent(errors, path + "." + field, rolling.path(field));
    }
    for (String field : fields) {
      Amounts.notOverAll(errors, path + "." + field, rolling.path(field));
    }
    boolean fewer = !Amounts.isZero(rolling.path("maxUnavailable"));
    boolean more = !Amounts.isZero(rolling.path("maxSurge"));
    if (fewer && more) {
      errors.add(
          FieldError.invalid(
              path + ".maxSurge",
              rolling.path("maxSurge"),
              "may not be set when maxUnavailable is non-zero"));
    } else if (!fewer && !more) {
      errors.add(FieldError.required(path + ".maxUnavailable", "cannot be 0 when maxSurge is 0"));
    }
  }
}
