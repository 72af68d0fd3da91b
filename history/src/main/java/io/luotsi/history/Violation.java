package io.luotsi.history;

/**
 * A promise that a history shows to be broken.
 *
 * @param promise which
 * @param subject the object's key, or the watcher
 * @param finding what shows it
 */
public record Violation(Promise promise, String subject, String finding) {
  /** What clients are promised. */
  public enum Promise {
    /** Each object behaves as if all requests to it were done one after the other. */
    LINEARIZABLE,
    /** What was acknowledged is there. */
    KEPT,
    /** What is there was asked for, and done once. */
    ASKED_FOR,
    /** Versions of a resource have no gap. */
    GAPLESS,
    /** A watcher sees every change once, in order, whatever connections it takes. */
    WATCHED
  }

  @Override
  public String toString() {
    return "%s %s: %s".formatted(promise, subject, finding);
  }
}
