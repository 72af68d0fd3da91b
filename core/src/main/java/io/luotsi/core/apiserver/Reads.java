package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import java.util.Optional;

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

  Outcome<ResourceSnapshot> snapshot(GroupResource resource) {
    return store.read(resource, version).toCompletableFuture().join();
  }

  Outcome<Optional<StoredObject>> find(GroupResource resource, ObjectKey key) {
    return snapshot(resource).map(snapshot -> snapshot.get(key));
  }
}
