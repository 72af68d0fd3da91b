package io.luotsi.core.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Rejection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusesTest {
  private static final GroupResource DEPLOYMENTS = GroupResource.parse("deployments.apps");

  @Test
  void notFoundNamesResourceAndObject() {
    assertThat(Statuses.of(new Rejection.NotFound(DEPLOYMENTS, "x")).toString())
        .isEqualTo(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                + "\"message\":\"deployments.apps \\\"x\\\" not found\",\"reason\":\"NotFound\","
                + "\"details\":{\"name\":\"x\",\"group\":\"apps\",\"kind\":\"deployments\"},"
                + "\"code\":404}");
  }

  @Test
  void invalidSaysAllThatIsWrongAtOnce() {
    Rejection rejection =
        new Rejection.Invalid(
            GroupVersionKind.of("apps/v1", "Deployment"),
            "x",
            List.of(
                FieldError.required("spec.selector", ""),
                FieldError.invalid("spec.replicas", -1, "must be greater than or equal to 0")));

    var status = Statuses.of(rejection);

    assertThat(status.path("message").asText())
        .isEqualTo(
            "Deployment.apps \"x\" is invalid: [spec.selector: Required value, spec.replicas:"
                + " Invalid value: -1: must be greater than or equal to 0]");
    assertThat(status.at("/details/causes").toString())
        .isEqualTo(
            "[{\"reason\":\"FieldValueRequired\",\"message\":\"Required value\","
                + "\"field\":\"spec.selector\"},{\"reason\":\"FieldValueInvalid\",\"message\":"
                + "\"Invalid value: -1: must be greater than or equal to 0\","
                + "\"field\":\"spec.replicas\"}]");
    assertThat(status.path("code").asInt()).isEqualTo(422);
  }

  @Test
  void eachRejectionHasItsCodeAndReason() {
    expect(new Rejection.BadRequest("m"), 400, "BadRequest", "m");
    expect(new Rejection.Unauthorized("Unauthorized"), 401, "Unauthorized", "Unauthorized");
    expect(
        new Rejection.Forbidden(DEPLOYMENTS, "x", "no"),
        403,
        "Forbidden",
        "deployments.apps \"x\" is forbidden: no");
    expect(
        new Rejection.Forbidden(DEPLOYMENTS, "", "no"),
        403,
        "Forbidden",
        "deployments.apps is forbidden: no");
    expect(new Rejection.ForbiddenPath("no"), 403, "Forbidden", "forbidden: no");
    expect(
        new Rejection.NoSuchResource(),
        404,
        "NotFound",
        "the server could not find the requested resource");
    expect(
        new Rejection.NoSuchMethod(),
        405,
        "MethodNotAllowed",
        "the server does not allow this method on the requested resource");
    expect(
        new Rejection.MethodNotAllowed(DEPLOYMENTS, "create"),
        405,
        "MethodNotAllowed",
        "create is not supported on resources of kind \"deployments.apps\"");
    expect(new Rejection.NotAcceptable("m"), 406, "NotAcceptable", "m");
    expect(
        new Rejection.AlreadyExists(DEPLOYMENTS, "x"),
        409,
        "AlreadyExists",
        "deployments.apps \"x\" already exists");
    expect(
        new Rejection.Conflict(DEPLOYMENTS, "x", "m"),
        409,
        "Conflict",
        "Operation cannot be fulfilled on deployments.apps \"x\": m");
    expect(new Rejection.Expired("m"), 410, "Expired", "m");
    expect(
        new Rejection.RequestEntityTooLarge("m"),
        413,
        "RequestEntityTooLarge",
        "Request entity too large: m");
    expect(new Rejection.UnsupportedMediaType("m"), 415, "UnsupportedMediaType", "m");
    expect(new Rejection.Unprocessable("m"), 422, "Invalid", "m");
    expect(
        new Rejection.TooManyRequests("m", Duration.ofMillis(1500)), 429, "TooManyRequests", "m");
    expect(new Rejection.InternalError("m"), 500, "InternalError", "Internal error occurred: m");
    expect(new Rejection.ServiceUnavailable("m"), 503, "ServiceUnavailable", "m");
    expect(new Rejection.Timeout("m"), 504, "Timeout", "Timeout: m");
    expect(
        new Rejection.ResourceVersionTooLarge(9, 3),
        504,
        "Timeout",
        "Timeout: Too large resource version: 9, current: 3");
  }

  @Test
  void detailsCarryCausesRetriesAndContinuations() {
    assertThat(
            Statuses.of(new Rejection.TooManyRequests("m", Duration.ofMillis(1500)))
                .at("/details/retryAfterSeconds")
                .asInt())
        .isEqualTo(2);
    assertThat(
            Statuses.of(new Rejection.ResourceVersionTooLarge(9, 3))
                .at("/details/causes/0/reason")
                .asText())
        .isEqualTo("ResourceVersionTooLarge");
    assertThat(Statuses.of(new Rejection.Expired("m", "token")).at("/metadata/continue").asText())
        .isEqualTo("token");
    assertThat(
            Statuses.of(
                    new Rejection.Forbidden(
                        DEPLOYMENTS,
                        "",
                        "m",
                        List.of(new Rejection.Cause("NamespaceTerminating", "c", "f"))))
                .at("/details/causes/0")
                .toString())
        .isEqualTo("{\"reason\":\"NamespaceTerminating\",\"message\":\"c\",\"field\":\"f\"}");
  }

  private static void expect(Rejection rejection, int code, String reason, String message) {
    var status = Statuses.of(rejection);
    assertThat(status.path("code").asInt()).isEqualTo(code);
    assertThat(status.path("reason").asText()).isEqualTo(reason);
    assertThat(status.path("message").asText()).isEqualTo(message);
    assertThat(Statuses.code(rejection)).isEqualTo(code);
  }
}
