package io.luotsi.core.store;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import java.util.concurrent.CompletionStage;

/**
 * Where all objects live. Per resource there is one history: every accepted write is one event and
 * takes the next version, so versions are positive, gapless and comparable within a resource.
 *
 * <ul>
 *   <li><b>Durable</b>: a write is reported done only after its event is synced on a majority.
 *   <li><b>Linearizable</b>: writes, refusals of writes, and reads at {@link ReadVersion.Latest}
 *       reflect everything that was reported before they were asked.
 *   <li><b>Honest</b>: {@code TooManyRequests} means certainly not done, {@code Timeout} means not
 *       known. Nothing is retried inside.
 * </ul>
 *
 * Stages complete exceptionally only for bugs. They complete on the store's threads: callers hop
 * away before they do anything slow.
 */
public interface Store {

  /**
   * Carries out one write.
   *
   * @return the object as stored; for a delete, the object that is gone, at the version of its
   *     deletion. Rejections: AlreadyExists, NotFound, Conflict, TooManyRequests, Timeout
   */
  CompletionStage<Outcome<StoredObject>> commit(GroupResource resource, Write write);

  /**
   * The whole resource at one version. Costs a reference, whatever its size.
   *
   * @return rejections: Expired (an exact version that is no longer kept), ResourceVersionTooLarge,
   *     TooManyRequests (no leader in time, for {@code Latest})
   */
  CompletionStage<Outcome<ResourceSnapshot>> read(GroupResource resource, ReadVersion version);

  /**
   * Events after {@code fromVersion}, every one once, in order.
   *
   * @param fromVersion the last version that the watcher knows; a version from the future is waited
   *     for
   * @return rejections: Expired, if the next event is no longer kept
   */
  Outcome<WatchCursor> watch(GroupResource resource, long fromVersion);
}
