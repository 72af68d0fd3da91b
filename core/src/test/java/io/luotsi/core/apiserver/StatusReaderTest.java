package io.luotsi.core.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Rejection;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatusReaderTest {
  private static final GroupResource PODS = GroupResource.parse("pods");
  private static final GroupResource DEPLOYMENTS = GroupResource.parse("deployments.apps");

  /** One at least of every case. */
  private static final List<Rejection> ALL =
      List.of(
          new Rejection.BadRequest("m"),
          new Rejection.Unauthorized("Unauthorized"),
          new Rejection.Forbidden(PODS, "x", "no: is forbidden: really"),
          new Rejection.Forbidden(
              DEPLOYMENTS, "", "no", List.of(new Rejection.Cause("Why", "because", "spec"))),
          new Rejection.ForbiddenPath("User \"u\" cannot get path \"/x\""),
          new Rejection.NotFound(DEPLOYMENTS, "x"),
          new Rejection.NoSuchResource(),
          new Rejection.NoSuchMethod(),
          new Rejection.MethodNotAllowed(PODS, "delete"),
          new Rejection.NotAcceptable("m"),
          new Rejection.AlreadyExists(PODS, "x"),
          new Rejection.Conflict(DEPLOYMENTS, "x", "precondition: \"a\": b"),
          new Rejection.ApplyConflict(
              "Apply failed",
              List.of(new Rejection.Cause("FieldManagerConflict", "conflict with", ".spec"))),
          new Rejection.Expired("too old"),
          new Rejection.Expired("too old", "token"),
          new Rejection.RequestEntityTooLarge("limit is 3145728"),
          new Rejection.UnsupportedMediaType("m"),
          new Rejection.Unprocessable("the server rejected our request"),
          new Rejection.TooManyRequests("m", Duration.ofSeconds(7)),
          new Rejection.BudgetExhausted("m", Duration.ZERO, "why"),
          new Rejection.BudgetExhausted("m", Duration.ofSeconds(10), "why"),
          new Rejection.InternalError("m"),
          new Rejection.Unclassified("m"),
          new Rejection.ServiceUnavailable("m"),
          new Rejection.Timeout("m"),
          new Rejection.ResourceVersionTooLarge(12, 7));

  @Test
  void everyRejectionIsReadAsItWas() {
    for (Rejection rejection : ALL) {
      assertThat(StatusReader.read(Statuses.code(rejection), Statuses.of(rejection)))
          .isEqualTo(rejection);
    }
    assertThat(ALL.stream().map(Object::getClass).distinct())
        .as("a case is missing above")
        .hasSize(Rejection.class.getPermittedSubclasses().length - 1); // Invalid is below
  }

  @Test
  void fieldErrorsOfEachTypeReadTheSameThoughTheirPartsAreNotTold() {
    Rejection invalid =
        new Rejection.Invalid(
            GroupVersionKind.of("apps/v1", "Deployment"),
            "x",
            List.of(
                FieldError.required("spec.a", "is needed"),
                FieldError.required("spec.b", ""),
                FieldError.invalid("spec.c", "v: w", "must be: better"),
                FieldError.invalid("spec.d", -1, ""),
                FieldError.duplicate("spec.e", "x"),
                FieldError.notFound("spec.f", 3),
                FieldError.forbidden("spec.g", "no"),
                FieldError.tooLong("spec.h", 5),
                FieldError.notSupported("", "x", List.of("a", "b")),
                new FieldError(FieldError.Type.TYPE_INVALID, "i", "1", "d"),
                new FieldError(FieldError.Type.TOO_MANY, "j", "9", "must have at most 8 items"),
                new FieldError(FieldError.Type.INTERNAL, "k", "", "oops")));
    ObjectNode status = Statuses.of(invalid);

    Rejection read = StatusReader.read(422, status);

    assertThat(read).isInstanceOf(Rejection.Invalid.class);
    assertThat(Statuses.of(read)).isEqualTo(status);
  }

  @Test
  void whatIsNoStatusIsReadByItsCode() {
    assertThat(StatusReader.read(404, MissingNode.getInstance()))
        .isEqualTo(new Rejection.NoSuchResource());
    assertThat(StatusReader.read(503, MissingNode.getInstance()))
        .isEqualTo(new Rejection.ServiceUnavailable("the server answered HTTP 503"));
    assertThat(StatusReader.read(429, MissingNode.getInstance()))
        .isInstanceOf(Rejection.TooManyRequests.class);
    assertThat(StatusReader.read(504, MissingNode.getInstance()))
        .isInstanceOf(Rejection.Timeout.class);
    assertThat(StatusReader.read(500, Json.object().put("message", "m")))
        .isEqualTo(new Rejection.InternalError("m"));
    ObjectNode strange = Json.object().put("reason", "Conflict").put("message", "m");
    strange.put("code", 409).putObject("details").put("kind", "a.b");
    assertThat(StatusReader.read(409, strange)).isEqualTo(new Rejection.InternalError("m"));
  }
}
