package io.luotsi.node.relay;

import io.luotsi.core.api.Rejection;

/** Why a node refuses a session, as it crosses JVMs. */
record Refusal(Reason reason, String message) {
  /** Of the rejections that a node knows. */
  enum Reason {
    BAD_REQUEST,
    UNCLASSIFIED,
    UNAVAILABLE,
    INTERNAL
  }

  /** A node refuses for few reasons; any other is a bug, and told as one. */
  static Refusal of(Rejection why) {
    if (why instanceof Rejection.BadRequest(String message)) {
      return new Refusal(Reason.BAD_REQUEST, message);
    }
    if (why instanceof Rejection.Unclassified(String message)) {
      return new Refusal(Reason.UNCLASSIFIED, message);
    }
    return why instanceof Rejection.ServiceUnavailable(String message)
        ? new Refusal(Reason.UNAVAILABLE, message)
        : new Refusal(Reason.INTERNAL, "the node refused with " + why);
  }

  Rejection rejection() {
    return switch (reason) {
      case BAD_REQUEST -> new Rejection.BadRequest(message);
      case UNCLASSIFIED -> new Rejection.Unclassified(message);
      case UNAVAILABLE -> new Rejection.ServiceUnavailable(message);
      case INTERNAL -> new Rejection.InternalError(message);
    };
  }
}
