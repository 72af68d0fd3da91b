package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Rejection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The way back from a {@code Status} to the rejection that it tells of, for clients of a server in
 * another process. {@link Statuses#of} gives the same Status for what is read here as for what was
 * written, but for a duration, which a Status says in whole seconds.
 */
public final class StatusReader {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final Pattern VERSIONS =
      Pattern.compile("Too large resource version: (\\d+), current: (\\d+)");

  private StatusReader() {}

  /**
   * @param code of the HTTP response, which decides where {@code status} names no reason
   * @param status what came with it; anything, a missing node too
   */
  public static Rejection read(int code, JsonNode status) {
    String message = status.path("message").asText("");
    return switch (status.path("reason").asText("")) {
      case "BadRequest" -> new Rejection.BadRequest(message);
      case "Unauthorized" -> new Rejection.Unauthorized(message);
      case "Forbidden" -> forbidden(status, message);
      case "NotFound" ->
          resource(status)
              .<Rejection>map(resource -> new Rejection.NotFound(resource, name(status)))
              .orElseGet(Rejection.NoSuchResource::new);
      case "MethodNotAllowed" ->
          resource(status)
              .<Rejection>map(
                  resource ->
                      new Rejection.MethodNotAllowed(
                          resource, before(message, " is not supported on resources of kind")))
              .orElseGet(Rejection.NoSuchMethod::new);
      case "NotAcceptable" -> new Rejection.NotAcceptable(message);
      case "AlreadyExists" ->
          about(status, resource -> new Rejection.AlreadyExists(resource, name(status)));
      case "Conflict" -> conflict(status, message);
      case "Expired", "Gone" ->
          new Rejection.Expired(message, status.path("metadata").path("continue").asText(""));
      case "RequestEntityTooLarge" ->
          new Rejection.RequestEntityTooLarge(after(message, "Request entity too large: "));
      case "UnsupportedMediaType" -> new Rejection.UnsupportedMediaType(message);
      case "Invalid" ->
          status.path("details").has("causes")
              ? invalid(status)
              : new Rejection.Unprocessable(message);
      case "TooManyRequests" -> tooManyRequests(status, message);
      case "InternalError" ->
          new Rejection.InternalError(after(message, "Internal error occurred: "));
      case "ServiceUnavailable" -> new Rejection.ServiceUnavailable(message);
      case "Timeout" -> timeout(status, message);
      case "" -> unreasoned(code, status, message);
      default -> byCode(code, said(code, message));
    };
  }

  private static Rejection tooManyRequests(JsonNode status, String message) {
    JsonNode cause = status.at("/details/causes/0");
    if (!cause.path("reason").asText().equals(Statuses.DISRUPTION_BUDGET)) {
      return new Rejection.TooManyRequests(message, retryAfter(status));
    }
    Duration wait = Duration.ofSeconds(status.at("/details/retryAfterSeconds").asLong(0));
    return new Rejection.BudgetExhausted(message, wait, cause.path("message").asText());
  }

  /** A Status without a reason is upstream's way to tell of errors that it has no kind for. */
  private static Rejection unreasoned(int code, JsonNode status, String message) {
    return code == 500 && status.path("kind").asText("").equals("Status")
        ? new Rejection.Unclassified(message)
        : byCode(code, said(code, message));
  }

  private static String said(int code, String message) {
    return message.isEmpty() ? "the server answered HTTP " + code : message;
  }

  /** What a server says that is no API server, such as a gateway before one. */
  private static Rejection byCode(int code, String message) {
    return switch (code) {
      case 400 -> new Rejection.BadRequest(message);
      case 401 -> new Rejection.Unauthorized(message);
      case 403 -> new Rejection.ForbiddenPath(message);
      case 404 -> new Rejection.NoSuchResource();
      case 406 -> new Rejection.NotAcceptable(message);
      case 410 -> new Rejection.Expired(message);
      case 413 -> new Rejection.RequestEntityTooLarge(message);
      case 415 -> new Rejection.UnsupportedMediaType(message);
      case 422 -> new Rejection.Unprocessable(message);
      case 429 -> new Rejection.TooManyRequests(message, RETRY_AFTER);
      case 502, 503 -> new Rejection.ServiceUnavailable(message);
      case 504 -> new Rejection.Timeout(message);
      default -> new Rejection.InternalError(message);
    };
  }

  private static Rejection forbidden(JsonNode status, String message) {
    Optional<GroupResource> resource = resource(status);
    if (resource.isEmpty()) {
      return new Rejection.ForbiddenPath(after(message, "forbidden: "));
    }
    return new Rejection.Forbidden(
        resource.get(), name(status), after(message, " is forbidden: "), causes(status));
  }

  private static Rejection conflict(JsonNode status, String message) {
    boolean ofFields =
        status.at("/details/causes/0/reason").asText("").equals("FieldManagerConflict");
    return ofFields
        ? new Rejection.ApplyConflict(message, causes(status))
        : about(
            status,
            resource -> new Rejection.Conflict(resource, name(status), after(message, "\": ")));
  }

  private static List<Rejection.Cause> causes(JsonNode status) {
    List<Rejection.Cause> causes = new ArrayList<>();
    for (JsonNode cause : status.path("details").path("causes")) {
      causes.add(
          new Rejection.Cause(
              cause.path("reason").asText(""),
              cause.path("message").asText(""),
              cause.path("field").asText("")));
    }
    return causes;
  }

  private static Rejection invalid(JsonNode status) {
    JsonNode details = status.path("details");
    // A Status does not say the version.
    GroupVersionKind kind =
        new GroupVersionKind(details.path("group").asText(""), "", details.path("kind").asText(""));
    List<FieldError> errors = new ArrayList<>();
    for (JsonNode cause : details.path("causes")) {
      errors.add(fieldError(cause));
    }
    return new Rejection.Invalid(kind, name(status), errors);
  }

  private static FieldError fieldError(JsonNode cause) {
    String message = cause.path("message").asText("");
    FieldError.Type type =
        Arrays.stream(FieldError.Type.values())
            .filter(known -> known.reason().equals(cause.path("reason").asText("")))
            .findFirst()
            .orElse(FieldError.Type.INTERNAL);
    return FieldError.ofBody(type, cause.path("field").asText(""), message);
  }

  private static Rejection timeout(JsonNode status, String message) {
    Matcher versions = VERSIONS.matcher(message);
    boolean tooLarge =
        status.at("/details/causes/0/reason").asText("").equals("ResourceVersionTooLarge");
    return tooLarge && versions.find()
        ? new Rejection.ResourceVersionTooLarge(
            Long.parseLong(versions.group(1)), Long.parseLong(versions.group(2)))
        : new Rejection.Timeout(after(message, "Timeout: "));
  }

  private static Duration retryAfter(JsonNode status) {
    long seconds = status.path("details").path("retryAfterSeconds").asLong(0);
    return seconds > 0 ? Duration.ofSeconds(seconds) : RETRY_AFTER;
  }

  /** A rejection that names a resource; a Status that names none is not one of ours. */
  private static Rejection about(JsonNode status, Function<GroupResource, Rejection> rejection) {
    return resource(status)
        .map(rejection)
        .orElseGet(() -> byCode(status.path("code").asInt(500), status.path("message").asText("")));
  }

  private static Optional<GroupResource> resource(JsonNode status) {
    String resource = status.path("details").path("kind").asText("");
    return resource.isEmpty() || resource.indexOf('.') >= 0
        ? Optional.empty()
        : Optional.of(new GroupResource(status.path("details").path("group").asText(""), resource));
  }

  private static String name(JsonNode status) {
    return status.path("details").path("name").asText("");
  }

  private static String before(String text, String mark) {
    int at = text.indexOf(mark);
    return at < 0 ? text : text.substring(0, at);
  }

  private static String after(String text, String mark) {
    int at = text.indexOf(mark);
    return at < 0 ? text : text.substring(at + mark.length());
  }
}
