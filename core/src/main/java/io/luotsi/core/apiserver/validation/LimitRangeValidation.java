package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import io.luotsi.core.api.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * LimitRanges.
 *
 * @see "Source: kubernetes pkg/apis/core/validation ValidateLimitRange"
 */
public final class LimitRangeValidation {
  private static final Set<String> TYPES = Set.of("Pod", "Container", "PersistentVolumeClaim");
  private static final List<String> DEFAULTS = List.of("default", "defaultRequest");
  private static final Quantity ONE = Quantity.of(1);

  private LimitRangeValidation() {}

  public static List<FieldError> validate(ObjectNode range) {
    List<FieldError> errors =
        MetadataValidation.validate(range, true, MetadataValidation.SUBDOMAIN);
    limits(errors, range);
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode range, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(range, current);
    limits(errors, range);
    return errors;
  }

  private static void limits(List<FieldError> errors, ObjectNode range) {
    Set<String> seen = new HashSet<>();
    int i = 0;
    for (JsonNode limit : range.at("/spec/limits")) {
      String path = "spec.limits[" + i++ + "]";
      String type = Checks.text(limit, "type");
      typeName(errors, path + ".type", type);
      if (!seen.add(type)) {
        errors.add(FieldError.duplicate(path + ".type", type));
      }
      limit(errors, path, type, limit);
    }
  }

  private static void typeName(List<FieldError> errors, String path, String type) {
    List<String> wrong = Names.qualifiedName(type);
    wrong.forEach(detail -> errors.add(FieldError.invalid(path, type, detail)));
    if (wrong.isEmpty() && type.indexOf('/') < 0 && !TYPES.contains(type)) {
      errors.add(
          FieldError.invalid(path, type, "must be a standard limit type or fully qualified"));
    }
  }

  private static void limit(List<FieldError> errors, String path, String type, JsonNode limit) {
    names(errors, path, type, limit, "max");
    names(errors, path, type, limit, "min");
    for (String field : DEFAULTS) {
      if (!type.equals("Pod")) {
        names(errors, path, type, limit, field);
      } else if (!limit.path(field).isEmpty()) {
        errors.add(
            FieldError.forbidden(path + "." + field, "may not be specified when `type` is 'Pod'"));
      }
    }
    if (type.equals("PersistentVolumeClaim")
        && !limit.path("min").has("storage")
        && !limit.path("max").has("storage")) {
      errors.add(
          FieldError.required(
              path + ".limits",
              "either minimum or maximum storage value is required, but neither was provided"));
    }
    names(errors, path, type, limit, "maxLimitRequestRatio");
    Set<String> resources = new TreeSet<>();
    for (String field :
        List.of("max", "min", "default", "defaultRequest", "maxLimitRequestRatio")) {
      resources.addAll(ResourceNames.names(limit.path(field)));
    }
    resources.forEach(resource -> new Resource(errors, path, limit, resource).check());
  }

  private static void names(
      List<FieldError> errors, String path, String type, JsonNode limit, String field) {
    for (String name : new TreeSet<>(ResourceNames.names(limit.path(field)))) {
      String here = path + "." + field + "[" + name + "]";
      if (type.equals("Pod") || type.equals("Container")) {
        ResourceNames.ofContainers(errors, here, name);
      } else {
        ResourceNames.name(errors, here, name);
      }
    }
  }

  /** What a limit says of one resource must go together. */
  private record Resource(List<FieldError> errors, String path, JsonNode limit, String name) {
    void check() {
      if (more("min", "max")) {
        wrong("min", "min", "min value %s is greater than max value %s", "min", "max");
      }
      if (more("min", "defaultRequest")) {
        wrong(
            "defaultRequest",
            "defaultRequest",
            "min value %s is greater than default request value %s",
            "min",
            "defaultRequest");
      }
      if (more("defaultRequest", "max")) {
        wrong(
            "defaultRequest",
            "defaultRequest",
            "default request value %s is greater than max value %s",
            "defaultRequest",
            "max");
      }
      if (more("defaultRequest", "default")) {
        wrong(
            "defaultRequest",
            "defaultRequest",
            "default request value %s is greater than default limit value %s",
            "defaultRequest",
            "default");
      }
      if (more("min", "default")) {
        wrong("default", "min", "min value %s is greater than default value %s", "min", "default");
      }
      if (more("default", "max")) {
        wrong("default", "max", "default value %s is greater than max value %s", "default", "max");
      }
      ratio();
      if (!ResourceNames.overcommits(name)
          && amount("default").isPresent()
          && amount("defaultRequest").isPresent()
          && !amount("default").equals(amount("defaultRequest"))) {
        wrong(
            "defaultRequest",
            "defaultRequest",
            "default value %s must equal to defaultRequest value %s in " + name,
            "default",
            "defaultRequest");
      }
    }

    private void ratio() {
      Optional<Quantity> ratio = amount("maxLimitRequestRatio");
      if (ratio.filter(value -> value.compareTo(ONE) < 0).isPresent()) {
        add(
            "maxLimitRequestRatio",
            "maxLimitRequestRatio",
            "ratio " + text("maxLimitRequestRatio") + " is less than 1");
      }
      Optional<Quantity> min = amount("min").filter(value -> value.signum() != 0);
      Optional<Quantity> max = amount("max");
      if (ratio.isPresent() && min.isPresent() && max.isPresent()) {
        double most = (double) max.get().millis() / min.get().millis();
        if (ratio.get().millis() / 1000.0 > most) {
          add(
              "maxLimitRequestRatio",
              "maxLimitRequestRatio",
              "ratio %s is greater than max/min = %f"
                  .formatted(text("maxLimitRequestRatio"), most));
        }
      }
    }

    private Optional<Quantity> amount(String field) {
      return Amounts.quantity(limit.path(field).path(name));
    }

    private String text(String field) {
      return limit.path(field).path(name).asText();
    }

    private boolean more(String one, String other) {
      return amount(one).isPresent()
          && amount(other).isPresent()
          && amount(one).get().compareTo(amount(other).get()) > 0;
    }

    private void wrong(String at, String value, String words, String one, String other) {
      add(at, value, words.formatted(text(one), text(other)));
    }

    private void add(String at, String value, String detail) {
      errors.add(FieldError.invalid(path + "." + at + "[" + name + "]", text(value), detail));
    }
  }
}
