package io.luotsi.core.store;

import io.luotsi.core.api.Outcome;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * One watcher's place in a resource's history. The events are shared by all watchers and kept in
 * one window; a cursor holds no event itself, so a slow watcher costs nothing, holds up nobody, and
 * is told {@code Expired} when the window has moved past it.
 *
 * <p>Not for several threads at once; {@link #close} may be called from any.
 */
public interface WatchCursor extends AutoCloseable {

  /**
   * Completes when there is something after this cursor's place, and moves behind it.
   *
   * @return at least one event, in order, at most some hundreds; or Expired, after which the cursor
   *     is useless. A closed cursor's pending stage completes with an empty list
   */
  CompletionStage<Outcome<List<WatchEvent>>> next();

  /**
   * A version up to which the watcher has had every event, for bookmarks. With filters this runs
   * ahead of the last event that was delivered.
   */
  long version();

  @Override
  void close();
}
