package io.luotsi.core.patch;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;

/**
 * Carries a rejection out of a recursion; caught where the patch came in, where it is a value
 * again.
 */
final class PatchRefused extends Exception {
  private static final long serialVersionUID = 1L;

  /** What upstream says of every well-formed patch that cannot be applied. */
  private static final String CANNOT_BE_APPLIED =
      "the server rejected our request due to an error in our request";

  private final transient Rejection rejection;

  private PatchRefused(Rejection rejection) {
    super(rejection.toString(), null, false, false); // no stack trace: it is no bug
    this.rejection = rejection;
  }

  /** A step of applying a patch. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws PatchRefused;
  }

  static <T> Outcome<T> outcomeOf(Step<T> step) {
    try {
      return Outcome.done(step.run());
    } catch (PatchRefused refused) {
      return Outcome.rejected(refused.rejection);
    }
  }

  static PatchRefused malformed(String message) {
    return new PatchRefused(new Rejection.BadRequest(message));
  }

  static PatchRefused inapplicable() {
    return new PatchRefused(new Rejection.Unprocessable(CANNOT_BE_APPLIED));
  }

  static PatchRefused tooLarge(String message) {
    return new PatchRefused(new Rejection.RequestEntityTooLarge(message));
  }
}
