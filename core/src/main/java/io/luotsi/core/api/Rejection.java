package io.luotsi.core.api;

import java.time.Duration;
import java.util.List;

/**
 * Why a request was not carried out. Mapped to HTTP {@code Status} in one place, {@code
 * apiserver.Statuses}; the case names are upstream's reasons.
 */
public sealed interface Rejection {
  /** 400. The request itself is malformed. */
  record BadRequest(String message) implements Rejection {}

  /** 401. Nobody we know. */
  record Unauthorized(String message) implements Rejection {}

  /** 403. Somebody we know who may not; or a rule that forbids it to everybody. */
  record Forbidden(GroupResource resource, String name, String message, List<Cause> causes)
      implements Rejection {
    public Forbidden {
      causes = List.copyOf(causes);
    }

    public Forbidden(GroupResource resource, String name, String message) {
      this(resource, name, message, List.of());
    }
  }

  /** 403. Somebody we know who may not ask for that path. */
  record ForbiddenPath(String message) implements Rejection {}

  /**
   * What a Status says of a single cause.
   *
   * @param field empty if it is about none
   */
  record Cause(String reason, String message, String field) {}

  /** 404. No such object. */
  record NotFound(GroupResource resource, String name) implements Rejection {}

  /** 404. No such path or resource. */
  record NoSuchResource() implements Rejection {}

  /** 405. Nothing at that path takes that method. */
  record NoSuchMethod() implements Rejection {}

  /** 405. The resource is there, but not for that. */
  record MethodNotAllowed(GroupResource resource, String verb) implements Rejection {}

  /** 406. */
  record NotAcceptable(String message) implements Rejection {}

  /** 409. An object of that name exists. */
  record AlreadyExists(GroupResource resource, String name) implements Rejection {}

  /** 409. A precondition did not hold, or somebody else wrote first. */
  record Conflict(GroupResource resource, String name, String message) implements Rejection {}

  /**
   * 409. Others own fields that an applied configuration changes.
   *
   * @param message names the managers and the fields
   * @param causes one a field, with its path
   */
  record ApplyConflict(String message, List<Cause> causes) implements Rejection {
    public ApplyConflict {
      causes = List.copyOf(causes);
    }
  }

  /**
   * 410. The version asked for is outside what is kept.
   *
   * @param continueToken to go on with a list at the newest version, inconsistently; empty unless a
   *     list's continuation expired
   */
  record Expired(String message, String continueToken) implements Rejection {
    public Expired(String message) {
      this(message, "");
    }
  }

  /** 413. */
  record RequestEntityTooLarge(String message) implements Rejection {}

  /** 415. */
  record UnsupportedMediaType(String message) implements Rejection {}

  /** 422. All field errors at once, in field order. */
  record Invalid(GroupVersionKind kind, String name, List<FieldError> errors) implements Rejection {
    public Invalid {
      errors = List.copyOf(errors);
    }
  }

  /**
   * 422 without field errors: a well-formed patch that cannot be applied. Upstream's message is
   * {@code the server rejected our request due to an error in our request}; reason Invalid.
   */
  record Unprocessable(String message) implements Rejection {}

  /** 429. Not done, certainly; worth trying again after the given time. */
  record TooManyRequests(String message, Duration retryAfter) implements Rejection {}

  /**
   * 429. A PodDisruptionBudget allows no eviction now.
   *
   * @param retryAfter zero if nobody knows when it will
   * @param cause what the budget lacks
   */
  record BudgetExhausted(String message, Duration retryAfter, String cause) implements Rejection {}

  /** 500. A bug, or an outside thing that failed. */
  record InternalError(String message) implements Rejection {}

  /** 500 without a reason: what upstream says of errors that it has no kind of its own for. */
  record Unclassified(String message) implements Rejection {}

  /** 503. */
  record ServiceUnavailable(String message) implements Rejection {}

  /** 504. Whether it was done is not known. Never retried by us. */
  record Timeout(String message) implements Rejection {}

  /**
   * 504 with cause ResourceVersionTooLarge. Asked for a version this member has not seen in time.
   */
  record ResourceVersionTooLarge(long requested, long current) implements Rejection {}
}
