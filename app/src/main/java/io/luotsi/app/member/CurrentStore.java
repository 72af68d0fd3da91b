package io.luotsi.app.member;

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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The store over whichever ActorSystem this JVM works with at the moment, so that the API outlives
 * each of them. Before the first there is nothing to ask, and the client is told to come back.
 */
final class CurrentStore implements Store {
  private static final Duration COME_BACK_AFTER = Duration.ofSeconds(1);

  private final AtomicReference<Optional<Store>> current = new AtomicReference<>(Optional.empty());

  void set(Store store) {
    current.set(Optional.of(store));
  }

  boolean isOpen() {
    return current.get().isPresent();
  }

  private static <T> Outcome<T> starting() {
    return Outcome.rejected(
        new Rejection.TooManyRequests("the store is starting", COME_BACK_AFTER));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> commit(GroupResource resource, Write write) {
    return current
        .get()
        .map(store -> store.commit(resource, write))
        .orElseGet(() -> CompletableFuture.completedFuture(starting()));
  }

  @Override
  public CompletionStage<Outcome<ResourceSnapshot>> read(
      GroupResource resource, ReadVersion version) {
    return current
        .get()
        .map(store -> store.read(resource, version))
        .orElseGet(() -> CompletableFuture.completedFuture(starting()));
  }

  @Override
  public Outcome<WatchCursor> watch(GroupResource resource, long fromVersion) {
    return current
        .get()
        .map(store -> store.watch(resource, fromVersion))
        .orElseGet(CurrentStore::starting);
  }
}
