package io.luotsi.core.apiserver;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.Write;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A store that has not begun yet. */
final class UnreadableStore implements Store {
  private static <T> Outcome<T> later() {
    return Outcome.rejected(
        new Rejection.TooManyRequests("the store is starting", Duration.ofSeconds(1)));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> commit(GroupResource resource, Write write) {
    return CompletableFuture.completedFuture(later());
  }

  @Override
  public CompletionStage<Outcome<ResourceSnapshot>> read(
      GroupResource resource, ReadVersion version) {
    return CompletableFuture.completedFuture(later());
  }

  @Override
  public Outcome<WatchCursor> watch(GroupResource resource, long fromVersion) {
    return later();
  }
}
