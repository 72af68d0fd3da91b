package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.WatchCursor;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The store as one attempt at a write sees it: all of its reads at one freshness. Reads block, so
 * an attempt at the latest versions belongs on a virtual thread.
 */
final class Reads {
  private final Store store;
  private final ReadVersion version;

  Reads(Store store, ReadVersion version) {
    this.store = store;
    this.version = version;
  }

  /** Whether this is the attempt that is believed, and that may wait. */
  boolean areLatest() {
    return version.equals(ReadVersion.LATEST);
  }

  Outcome<ResourceSnapshot> snapshot(GroupResource resource) {
    return store.read(resource, version).toCompletableFuture().join();
  }

  Outcome<Optional<StoredObject>> find(GroupResource resource, ObjectKey key) {
    return snapshot(resource).map(snapshot -> snapshot.get(key));
  }

  /**
   * The same of what is about to be made by somebody else: the attempt that is believed waits for
   * it.
   */
  Outcome<Optional<StoredObject>> await(GroupResource resource, ObjectKey key, Duration patience) {
    Outcome<ResourceSnapshot> now = snapshot(resource);
    boolean missing =
        now instanceof Outcome.Done<ResourceSnapshot>(ResourceSnapshot all)
            && all.get(key).isEmpty();
    if (!missing || !areLatest()) {
      return now.map(snapshot -> snapshot.get(key));
    }
    CompletableFuture<Void> over =
        new CompletableFuture<Void>()
            .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS);
    long seen = now.orElseThrow().version();
    return switch (store.watch(resource, seen)) {
      case Outcome.Rejected<WatchCursor>(Rejection why) -> Outcome.done(Optional.empty());
      case Outcome.Done<WatchCursor>(WatchCursor cursor) -> {
        try (cursor) {
          yield Outcome.done(await(cursor, key, over, resource));
        }
      }
    };
  }

  private Optional<StoredObject> await(
      WatchCursor cursor, ObjectKey key, CompletableFuture<Void> over, GroupResource resource) {
    Optional<StoredObject> found = Optional.empty();
    while (found.isEmpty() && !over.isDone()) {
      CompletableFuture.anyOf(cursor.next().toCompletableFuture(), over).join();
      found =
          store.read(resource, ReadVersion.ANY).toCompletableFuture().join()
                  instanceof Outcome.Done<ResourceSnapshot>(ResourceSnapshot all)
              ? all.get(key)
              : Optional.empty();
    }
    return found;
  }
}
