package io.luotsi.core.api;

import java.util.concurrent.CompletionException;

/** What a {@link java.util.concurrent.CompletionStage} has failed for. */
public final class StageFailure {
  private StageFailure() {}

  /**
   * What went wrong first: each stage that only passes a failure on may have wrapped it.
   *
   * @param failure as {@code whenComplete} and {@code handle} are given it
   * @return {@code failure} itself if nothing is wrapped in it
   */
  public static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
