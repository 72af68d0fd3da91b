package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import java.util.List;

/** Probes and lifecycle hooks: one way to ask each, with times that make sense. */
final class ProbeValidation {
  private static final List<String> SCHEMES = List.of("HTTP", "HTTPS");
  private static final List<String> HANDLERS =
      List.of("exec", "httpGet", "tcpSocket", "grpc", "sleep");

  private ProbeValidation() {}

  /**
   * @param probe absent if there is none
   * @param succeedsAtOnce whether one success must be enough, as of all but readiness
   */
  static void probe(List<FieldError> errors, String path, JsonNode probe, boolean succeedsAtOnce) {
    if (!probe.isObject()) {
      return;
    }
    handler(errors, path, probe);
    for (String field :
        List.of(
            "initialDelaySeconds",
            "timeoutSeconds",
            "periodSeconds",
            "successThreshold",
            "failureThreshold")) {
      Checks.notNegative(errors, path, probe, field);
    }
    JsonNode grace = probe.path("terminationGracePeriodSeconds");
    if (grace.isNumber() && grace.asLong() <= 0) {
      errors.add(
          FieldError.invalid(
              path + ".terminationGracePeriodSeconds", grace, "must be greater than 0"));
    }
    if (!succeedsAtOnce && grace.isNumber()) {
      errors.add(
          FieldError.invalid(
              path + ".terminationGracePeriodSeconds",
              grace,
              "must not be set for readinessProbes"));
    }
    if (succeedsAtOnce && probe.path("successThreshold").asInt(1) != 1) {
      errors.add(
          FieldError.invalid(
              path + ".successThreshold", probe.path("successThreshold"), "must be 1"));
    }
  }

  /**
   * A lifecycle hook that is there.
   *
   * @param grace the pod's, in seconds
   */
  static void hook(List<FieldError> errors, String path, JsonNode handler, JsonNode grace) {
    handler(errors, path, handler);
    long seconds = handler.path("sleep").path("seconds").asLong();
    if (handler.has("sleep") && (seconds < 0 || seconds > grace.asLong())) {
      errors.add(
          FieldError.invalid(
              path + ".sleep",
              seconds,
              "must be non-negative and less than terminationGracePeriodSeconds ("
                  + grace.asLong()
                  + ")"));
    }
  }

  private static void handler(List<FieldError> errors, String path, JsonNode handler) {
    int handlers = 0;
    for (String kind : HANDLERS) {
      JsonNode action = handler.path(kind);
      if (!action.isObject()) {
        continue;
      }
      String here = path + "." + kind;
      if (++handlers > 1) {
        errors.add(FieldError.forbidden(here, "may not specify more than 1 handler type"));
        continue;
      }
      switch (kind) {
        case "exec" -> {
          if (action.path("command").isEmpty()) {
            errors.add(FieldError.required(here + ".command", ""));
          }
        }
        case "httpGet" -> {
          Checks.required(errors, here, action, "path");
          Checks.portNumberOrName(errors, here + ".port", action.path("port"));
          Checks.oneOf(errors, here + ".scheme", Checks.text(action, "scheme"), false, SCHEMES);
          headers(errors, here + ".httpHeaders", action.path("httpHeaders"));
        }
        case "tcpSocket" -> Checks.portNumberOrName(errors, here + ".port", action.path("port"));
        case "grpc" -> Checks.portNumber(errors, here + ".port", action.path("port"));
        // How long to sleep is a matter of the pod's grace.
        default -> {}
      }
    }
    if (handlers == 0) {
      errors.add(FieldError.required(path, "must specify a handler type"));
    }
  }

  private static void headers(List<FieldError> errors, String path, JsonNode headers) {
    for (JsonNode header : headers) {
      String name = Checks.text(header, "name");
      boolean valid =
          !name.isEmpty()
              && name.chars()
                  .allMatch(
                      c ->
                          c == '-'
                              || (c >= '0' && c <= '9')
                              || (c >= 'A' && c <= 'Z')
                              || (c >= 'a' && c <= 'z'));
      if (!valid) {
        errors.add(
            FieldError.invalid(
                path,
                name,
                "a valid HTTP header must consist of alphanumeric characters or '-' (e.g."
                    + " 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')"));
      }
    }
  }
}
