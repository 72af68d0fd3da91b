package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.List;

/**
 * Events, in the form in which they are stored. Who writes them through {@code events.k8s.io} is
 * held to more than who writes them through the core group, and may only go on with a series.
 *
 * @param strict whether the newer group was asked
 * @see "Source: kubernetes pkg/apis/core/validation/events.go"
 */
public record EventValidation(boolean strict) {
  private static final int MOST_CHARACTERS = 128;
  private static final int MOST_OF_A_MESSAGE = 1024;
  private static final String UNSET = "needs to be unset";

  /** What no writer of a strict event may change afterwards. */
  private static final List<String> FIXED =
      List.of(
          "involvedObject",
          "reason",
          "message",
          "source",
          "firstTimestamp",
          "lastTimestamp",
          "count",
          "reason",
          "type",
          "eventTime",
          "action",
          "related",
          "reportingComponent",
          "reportingInstance");

  public List<FieldError> validate(ObjectNode event) {
    List<FieldError> errors =
        MetadataValidation.validate(
            event, true, strict ? MetadataValidation.SUBDOMAIN : Checks::pathSegment);
    old(errors, event);
    if (strict) {
      create(errors, event);
    }
    return errors;
  }

  public List<FieldError> validateUpdate(ObjectNode event, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(event, current);
    old(errors, event);
    if (strict) {
      if (!event.path("series").equals(current.path("series"))) {
        series(errors, event.path("series"));
      }
      for (String field : FIXED) {
        Checks.immutable(errors, asAsked(field), event.path(field), current.path(field));
      }
    }
    return errors;
  }

  private void create(List<FieldError> errors, ObjectNode event) {
    series(errors, event.path("series"));
    if (!event.hasNonNull("eventTime")) {
      errors.add(FieldError.required("eventTime", ""));
    }
    String type = Checks.text(event, "type");
    if (!type.equals("Normal") && !type.equals("Warning")) {
      errors.add(FieldError.invalid("type", "", "has invalid value: " + type));
    }
    for (String field : List.of("firstTimestamp", "lastTimestamp")) {
      if (event.hasNonNull(field)) {
        errors.add(FieldError.invalid(field, "", UNSET));
      }
    }
    if (event.path("count").asInt() != 0) {
      errors.add(FieldError.invalid("count", "", UNSET));
    }
    JsonNode source = event.path("source");
    if (!Checks.text(source, "component").isEmpty() || !Checks.text(source, "host").isEmpty()) {
      errors.add(FieldError.invalid("source", "", UNSET));
    }
  }

  private static void series(List<FieldError> errors, JsonNode series) {
    if (!series.isObject()) {
      return;
    }
    if (series.path("count").asInt() < 2) {
      errors.add(FieldError.invalid("series.count", "", "should be at least 2"));
    }
    if (!series.hasNonNull("lastObservedTime")) {
      errors.add(FieldError.required("series.lastObservedTime", ""));
    }
  }

  /** What holds whoever asks; an event with a time is held to the newer group's rules. */
  private void old(List<FieldError> errors, ObjectNode event) {
    String involved = event.path("involvedObject").path("namespace").asText("");
    String namespace = event.path("metadata").path("namespace").asText("");
    boolean dated = event.hasNonNull("eventTime");
    // Events about what has no namespace are kept in "default".
    boolean matches =
        involved.isEmpty()
            ? namespace.equals("default") || dated && namespace.equals("kube-system")
            : dated || involved.equals(namespace);
    if (!matches) {
      errors.add(
          FieldError.invalid(
              "involvedObject.namespace", involved, "does not match event.namespace"));
    }
    if (dated) {
      reporter(errors, event);
      brief(errors, event, "action", MOST_CHARACTERS, true);
      brief(errors, event, "reason", MOST_CHARACTERS, true);
      brief(errors, event, "message", MOST_OF_A_MESSAGE, false);
    }
  }

  private void reporter(List<FieldError> errors, ObjectNode event) {
    String field = asAsked("reportingComponent");
    String reporter = Checks.text(event, "reportingComponent");
    if (reporter.isEmpty()) {
      errors.add(FieldError.required(field, ""));
    }
    Checks.form(errors, field, reporter, Names::qualifiedName);
    brief(errors, event, "reportingInstance", MOST_CHARACTERS, true);
  }

  private static void brief(
      List<FieldError> errors, ObjectNode event, String field, int most, boolean required) {
    String text = Checks.text(event, field);
    if (required && text.isEmpty()) {
      errors.add(FieldError.required(field, ""));
    }
    if (text.length() > most) {
      errors.add(FieldError.invalid(field, "", "can have at most %d characters".formatted(most)));
    }
  }

  /** Upstream names one field as the request has it, and all others as they are stored. */
  private String asAsked(String field) {
    return strict && field.equals("reportingComponent") ? "reportingController" : field;
  }
}
