package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.flowcontrol.DefaultFlows;
import java.util.List;

/**
 * PriorityLevelConfigurations.
 *
 * @see "Source: kubernetes pkg/apis/flowcontrol/validation"
 */
public final class PriorityLevelValidation {
  private static final int MOST_QUEUES = 10_000_000;
  private static final int MOST_BITS = 60;
  private static final List<String> LEVELS = List.of("Exempt", "Limited");
  private static final List<String> RESPONSES = List.of("Queue", "Reject");

  private PriorityLevelValidation() {}

  public static List<FieldError> validate(ObjectNode level) {
    List<FieldError> errors =
        MetadataValidation.validate(level, false, MetadataValidation.SUBDOMAIN);
    level(errors, level);
    return errors;
  }

  public static List<FieldError> validateUpdate(ObjectNode level, ObjectNode current) {
    List<FieldError> errors = MetadataValidation.validateUpdate(level, current);
    level(errors, level);
    return errors;
  }

  private static void level(List<FieldError> errors, ObjectNode level) {
    JsonNode spec = level.path("spec");
    boolean isExempt = level.at("/metadata/name").asText("").equals("exempt");
    String type = Checks.text(spec, "type");
    if (isExempt != type.equals("Exempt")) {
      errors.add(
          FieldError.invalid(
              "spec.type", type, "must be 'Exempt' if and only if `name` is 'exempt'"));
    }
    levelSpec(errors, spec, type);
    if (!isExempt) {
      FlowControlValidation.fixed(errors, level, DefaultFlows.MANDATORY_LEVELS);
    } else if (!type.equals("Exempt") || spec.path("limited").isObject()) {
      errors.add(
          FieldError.invalid(
              "spec",
              spec,
              "spec of 'exempt' except the 'spec.exempt' field must equal the fixed value"));
    }
  }

  private static void levelSpec(List<FieldError> errors, JsonNode spec, String type) {
    JsonNode limited = spec.path("limited");
    switch (type) {
      case "Exempt" -> {
        if (limited.isObject()) {
          errors.add(
              FieldError.forbidden("spec.limited", "must be nil if the type is not Limited"));
        }
        shares(errors, "spec.exempt", spec.path("exempt"));
      }
      case "Limited" -> {
        if (spec.path("exempt").isObject()) {
          errors.add(FieldError.forbidden("spec.exempt", "must be nil if the type is Limited"));
        }
        if (!limited.isObject()) {
          errors.add(FieldError.required("spec.limited", "must not be empty when type is Limited"));
        } else {
          limited(errors, limited);
        }
      }
      default -> errors.add(FieldError.notSupported("spec.type", type, LEVELS));
    }
  }

  private static void limited(List<FieldError> errors, JsonNode limited) {
    String path = "spec.limited";
    shares(errors, path, limited);
    JsonNode borrowing = limited.path("borrowingLimitPercent");
    if (borrowing.asInt() < 0) {
      errors.add(
          FieldError.invalid(
              path + ".borrowingLimitPercent",
              borrowing,
              "if specified, must be a non-negative integer"));
    }
    JsonNode response = limited.path("limitResponse");
    String type = Checks.text(response, "type");
    JsonNode queuing = response.path("queuing");
    path += ".limitResponse";
    switch (type) {
      case "Reject" -> {
        if (queuing.isObject()) {
          errors.add(
              FieldError.forbidden(
                  path + ".queuing", "must be nil if limited.limitResponse.type is not Limited"));
        }
      }
      case "Queue" -> {
        if (!queuing.isObject()) {
          errors.add(
              FieldError.required(
                  path + ".queuing", "must not be empty if limited.limitResponse.type is Limited"));
        } else {
          queuing(errors, path + ".queuing", queuing);
        }
      }
      default -> errors.add(FieldError.notSupported(path + ".type", type, RESPONSES));
    }
  }

  /** How much of the server's time, and how much of that may be lent. */
  private static void shares(List<FieldError> errors, String path, JsonNode level) {
    JsonNode shares = level.path("nominalConcurrencyShares");
    if (shares.asInt() < 0) {
      errors.add(
          FieldError.invalid(
              path + ".nominalConcurrencyShares", shares, "must be a non-negative integer"));
    }
    JsonNode lendable = level.path("lendablePercent");
    if (lendable.asInt() < 0 || lendable.asInt() > 100) {
      errors.add(
          FieldError.invalid(
              path + ".lendablePercent", lendable, "must be between 0 and 100, inclusive"));
    }
  }

  private static void queuing(List<FieldError> errors, String path, JsonNode queuing) {
    for (String field : List.of("queueLengthLimit", "queues", "handSize")) {
      if (queuing.path(field).asInt() <= 0) {
        errors.add(
            FieldError.invalid(
                path + "." + field, queuing.path(field).asInt(), "must be positive"));
      }
    }
    JsonNode queues = queuing.path("queues");
    int hand = queuing.path("handSize").asInt();
    if (queues.asInt() > MOST_QUEUES) {
      errors.add(
          FieldError.invalid(path + ".queues", queues, "must not be greater than " + MOST_QUEUES));
    }
    if (hand > 0 && hand > queues.asInt()) {
      errors.add(
          FieldError.invalid(
              path + ".handSize",
              queuing.path("handSize"),
              "should not be greater than queues (" + queues.asInt() + ")"));
    } else if (bits(queues.asInt(), hand) > MOST_BITS) {
      errors.add(
          FieldError.invalid(
              path + ".handSize",
              queuing.path("handSize"),
              "required entropy bits of deckSize %d and handSize %d should not be greater than %d"
                  .formatted(queues.asInt(), hand, MOST_BITS)));
    }
  }

  /** Of a number that can say every hand of that size, in every order. */
  private static int bits(int queues, int handSize) {
    double bits = 0;
    for (int i = 0; i < handSize && bits <= MOST_BITS; i++) {
      bits += Math.log(queues - i) / Math.log(2);
    }
    return (int) Math.ceil(bits);
  }
}
