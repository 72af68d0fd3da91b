package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.ResourceType;
import java.time.Duration;
import java.util.List;

/**
 * What clients are told of what became of a request: {@code Status} objects in upstream's words.
 *
 * @see "Source: apimachinery pkg/api/errors"
 */
public final class Statuses {
  /** Upstream's name of the cause why a pod is not evicted. */
  static final String DISRUPTION_BUDGET = "DisruptionBudget";

  private Statuses() {}

  /** The Status of a request that was not carried out; {@code code} in it is the HTTP code. */
  public static ObjectNode of(Rejection rejection) {
    ObjectNode status = failure(rejection);
    // Upstream's order, for those who read it: the code comes last.
    status.set("code", status.remove("code"));
    return status;
  }

  private static ObjectNode failure(Rejection rejection) {
    return switch (rejection) {
      case Rejection.BadRequest(String message) -> failure(400, "BadRequest", message);
      case Rejection.Unauthorized(String message) -> failure(401, "Unauthorized", message);
      case Rejection.Forbidden forbidden -> forbidden(forbidden);
      case Rejection.ForbiddenPath(String message) ->
          withoutDetails(403, "Forbidden", "forbidden: " + message);
      case Rejection.NotFound(GroupResource resource, String name) ->
          about(404, "NotFound", resource + " \"" + name + "\" not found", resource, name);
      case Rejection.NoSuchResource() ->
          withoutDetails(404, "NotFound", "the server could not find the requested resource");
      case Rejection.NoSuchMethod() ->
          withoutDetails(
              405,
              "MethodNotAllowed",
              "the server does not allow this method on the requested resource");
      case Rejection.MethodNotAllowed(GroupResource resource, String verb) ->
          about(
              405,
              "MethodNotAllowed",
              verb + " is not supported on resources of kind \"" + resource + "\"",
              resource,
              "");
      case Rejection.NotAcceptable(String message) -> failure(406, "NotAcceptable", message);
      case Rejection.AlreadyExists(GroupResource resource, String name) ->
          about(
              409, "AlreadyExists", resource + " \"" + name + "\" already exists", resource, name);
      case Rejection.Conflict(GroupResource resource, String name, String message) ->
          about(
              409,
              "Conflict",
              "Operation cannot be fulfilled on " + resource + " \"" + name + "\": " + message,
              resource,
              name);
      case Rejection.ApplyConflict(String message, List<Rejection.Cause> causes) -> {
        ObjectNode status = failure(409, "Conflict", message);
        addCauses(status.putObject("details"), causes);
        yield status;
      }
      case Rejection.Expired(String message, String continueToken) -> {
        ObjectNode status = failure(410, "Expired", message);
        if (!continueToken.isEmpty()) {
          status.withObject("metadata").put("continue", continueToken);
        }
        yield status;
      }
      case Rejection.RequestEntityTooLarge(String message) ->
          failure(413, "RequestEntityTooLarge", "Request entity too large: " + message);
      case Rejection.UnsupportedMediaType(String message) ->
          failure(415, "UnsupportedMediaType", message);
      case Rejection.Invalid(GroupVersionKind kind, String name, List<FieldError> errors) ->
          invalid(kind, name, errors);
      case Rejection.Unprocessable(String message) -> failure(422, "Invalid", message);
      case Rejection.TooManyRequests(String message, Duration retryAfter) ->
          retryable(failure(429, "TooManyRequests", message), retryAfter);
      case Rejection.BudgetExhausted(String message, Duration retryAfter, String cause) -> {
        ObjectNode status = failure(429, "TooManyRequests", message);
        ObjectNode details = status.putObject("details");
        addCauses(details, List.of(new Rejection.Cause(DISRUPTION_BUDGET, cause, "")));
        if (!retryAfter.isZero()) {
          details.put("retryAfterSeconds", retryAfter.toSeconds());
        }
        yield status;
      }
      case Rejection.InternalError(String message) -> {
        ObjectNode status = failure(500, "InternalError", "Internal error occurred: " + message);
        status.putObject("details").putArray("causes").addObject().put("message", message);
        yield status;
      }
      case Rejection.Unclassified(String message) -> {
        ObjectNode status = failure(500, "", message);
        status.remove("reason");
        yield status;
      }
      case Rejection.ServiceUnavailable(String message) ->
          failure(503, "ServiceUnavailable", message);
      case Rejection.Timeout(String message) ->
          withoutDetails(504, "Timeout", "Timeout: " + message);
      case Rejection.ResourceVersionTooLarge(long requested, long current) ->
          versionTooLarge(requested, current);
    };
  }

  /** The HTTP code of a rejection. */
  public static int code(Rejection rejection) {
    return of(rejection).path("code").asInt();
  }

  /** What a client is told of an object that it had removed. */
  public static ObjectNode deleted(ResourceType type, StoredObject object) {
    ObjectNode status = success();
    ObjectNode details = status.putObject("details").put("name", object.key().name());
    if (!type.kind().group().isEmpty()) {
      details.put("group", type.kind().group());
    }
    details.put("kind", type.plural()).put("uid", object.uid());
    return status;
  }

  /** What a client is told of an operation that gives no object, such as a binding. */
  public static ObjectNode created() {
    return success().put("code", 201);
  }

  private static ObjectNode success() {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    return status.put("status", "Success");
  }

  private static ObjectNode failure(int code, String reason, String message) {
    ObjectNode status = Json.object().put("kind", "Status").put("apiVersion", "v1");
    status.putObject("metadata");
    return status
        .put("status", "Failure")
        .put("message", message)
        .put("reason", reason)
        .put("code", code);
  }

  /** There is room for details, and nothing in it. */
  private static ObjectNode withoutDetails(int code, String reason, String message) {
    ObjectNode status = failure(code, reason, message);
    status.putObject("details");
    return status;
  }

  private static ObjectNode about(
      int code, String reason, String message, GroupResource resource, String name) {
    ObjectNode status = failure(code, reason, message);
    details(status, name, resource.group(), resource.resource());
    return status;
  }

  private static ObjectNode details(ObjectNode status, String name, String group, String kind) {
    ObjectNode details = status.putObject("details");
    putUnlessEmpty(details, "name", name);
    putUnlessEmpty(details, "group", group);
    putUnlessEmpty(details, "kind", kind);
    return details;
  }

  private static void putUnlessEmpty(ObjectNode node, String field, String value) {
    if (!value.isEmpty()) {
      node.put(field, value);
    }
  }

  private static ObjectNode forbidden(Rejection.Forbidden forbidden) {
    String subject =
        forbidden.name().isEmpty()
            ? forbidden.resource().toString()
            : forbidden.resource() + " \"" + forbidden.name() + "\"";
    ObjectNode status =
        about(
            403,
            "Forbidden",
            subject + " is forbidden: " + forbidden.message(),
            forbidden.resource(),
            forbidden.name());
    if (!forbidden.causes().isEmpty()) {
      addCauses(status.withObject("details"), forbidden.causes());
    }
    return status;
  }

  private static void addCauses(ObjectNode details, List<Rejection.Cause> causes) {
    ArrayNode array = details.putArray("causes");
    for (Rejection.Cause cause : causes) {
      ObjectNode node =
          array.addObject().put("reason", cause.reason()).put("message", cause.message());
      putUnlessEmpty(node, "field", cause.field());
    }
  }

  private static ObjectNode invalid(GroupVersionKind kind, String name, List<FieldError> errors) {
    String subject = kind.group().isEmpty() ? kind.kind() : kind.kind() + "." + kind.group();
    List<String> messages = errors.stream().map(FieldError::message).distinct().toList();
    String all =
        switch (messages.size()) {
          case 0 -> "";
          case 1 -> ": " + messages.getFirst();
          default -> ": [" + String.join(", ", messages) + "]";
        };
    ObjectNode status = failure(422, "Invalid", subject + " \"" + name + "\" is invalid" + all);
    ArrayNode causes = details(status, name, kind.group(), kind.kind()).putArray("causes");
    for (FieldError error : errors) {
      ObjectNode cause =
          causes.addObject().put("reason", error.type().reason()).put("message", error.body());
      putUnlessEmpty(cause, "field", error.field());
    }
    return status;
  }

  private static ObjectNode retryable(ObjectNode status, Duration retryAfter) {
    long seconds = Math.max(1, retryAfter.plusMillis(999).toSeconds());
    status.withObject("details").put("retryAfterSeconds", seconds);
    return status;
  }

  private static ObjectNode versionTooLarge(long requested, long current) {
    ObjectNode status =
        failure(
            504,
            "Timeout",
            "Timeout: Too large resource version: " + requested + ", current: " + current);
    status
        .putObject("details")
        .putArray("causes")
        .addObject()
        .put("reason", "ResourceVersionTooLarge")
        .put("message", "Too large resource version");
    return retryable(status, Duration.ofSeconds(1));
  }
}
