package io.luotsi.core.informer;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.ObjectList;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A local copy of a selection of objects, kept up to date by list and watch.
 *
 * <p>The cache is changed before the listener is told, so a listener that only enqueues the key
 * finds at least the state it was told of. After an Expired watch the selection is listed anew and
 * the listener hears the difference: a change may be heard late and merged with others, never
 * missed for good. Holds {@link StoredObject}s only; typed views are the reader's.
 */
public final class Informer implements AutoCloseable {
  /** Hears of every change, one at a time, in order. Must be quick: enqueue and return. */
  @FunctionalInterface
  public interface Listener {
    /**
     * @param before empty if the object is new to this informer
     * @param after empty if it is gone or no longer selected
     */
    void onChange(ObjectKey key, Optional<StoredObject> before, Optional<StoredObject> after);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Informer.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(50);
  private static final Duration LAST_BACKOFF = Duration.ofSeconds(5);

  private final ApiClient api;
  private final GroupVersionResource resource;
  private final Selection selection;
  private final Listener listener;
  private final ConcurrentNavigableMap<ObjectKey, StoredObject> objects =
      new ConcurrentSkipListMap<>();
  private final CompletableFuture<Void> synced = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private Informer(
      ApiClient api, GroupVersionResource resource, Selection selection, Listener listener) {
    this.api = api;
    this.resource = resource;
    this.selection = selection;
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("informer-" + resource).unstarted(this::run);
  }

  /** Starts listing and watching; returns at once. */
  public static Informer start(
      ApiClient api, GroupVersionResource resource, Selection selection, Listener listener) {
    Informer informer = new Informer(api, resource, selection, listener);
    informer.thread.start();
    return informer;
  }

  /** Completes when the first list is in the cache and the listener has heard all of it. */
  public CompletionStage<Void> synced() {
    return synced.minimalCompletionStage();
  }

  public Optional<StoredObject> get(ObjectKey key) {
    return Optional.ofNullable(objects.get(key));
  }

  /** In key order; weakly consistent. */
  public Collection<StoredObject> objects() {
    return Collections.unmodifiableCollection(objects.values());
  }

  /** The objects of one namespace, in key order; weakly consistent. */
  public Collection<StoredObject> objects(String namespace) {
    return Collections.unmodifiableCollection(
        objects.subMap(ObjectKey.of(namespace, "\0"), ObjectKey.of(namespace, "\uffff")).values());
  }

  /** Ends the watch and waits for the listener's last call to return. */
  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
    if (Thread.currentThread() != thread) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    Duration backoff = FIRST_BACKOFF;
    try {
      while (closed.getCount() > 0) {
        boolean progressed = listAndWatch();
        backoff = progressed ? FIRST_BACKOFF : longer(backoff);
        if (closed.await(backoff.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  private static Duration longer(Duration backoff) {
    Duration doubled = backoff.multipliedBy(2);
    return doubled.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : doubled;
  }

  /** One list and the watch behind it; returns, when the watch has ended, whether it got so far. */
  private boolean listAndWatch() throws InterruptedException {
    ObjectList list;
    switch (join(api.list(resource, selection))) {
      case Outcome.Done<ObjectList>(ObjectList done) -> list = done;
      case Outcome.Rejected<ObjectList>(Rejection why) -> {
        LOG.warn("cannot list {}: {}", resource, why);
        return false;
      }
    }
    replace(list.items());
    synced.complete(null);
    switch (join(api.watch(resource, selection, list.version()))) {
      case Outcome.Done<WatchCursor>(WatchCursor cursor) -> {
        try (cursor) {
          follow(cursor);
        }
        return true;
      }
      case Outcome.Rejected<WatchCursor>(Rejection why) -> {
        LOG.warn("cannot watch {}: {}", resource, why);
        return false;
      }
    }
  }

  private void follow(WatchCursor cursor) throws InterruptedException {
    while (closed.getCount() > 0) {
      switch (join(cursor.next())) {
        case Outcome.Done<List<WatchEvent>>(List<WatchEvent> events) -> events.forEach(this::apply);
        case Outcome.Rejected<List<WatchEvent>>(Rejection why) -> {
          LOG.info("watch of {} ended, listing again: {}", resource, why);
          return;
        }
      }
    }
  }

  private void apply(WatchEvent event) {
    ObjectKey key = event.object().key();
    switch (event) {
      case WatchEvent.Added(StoredObject object) -> put(key, object);
      case WatchEvent.Modified(StoredObject object, StoredObject previous) -> put(key, object);
      case WatchEvent.Deleted(StoredObject object) -> remove(key);
    }
  }

  private void put(ObjectKey key, StoredObject object) {
    Optional<StoredObject> before = Optional.ofNullable(objects.put(key, object));
    listener.onChange(key, before, Optional.of(object));
  }

  private void remove(ObjectKey key) {
    StoredObject before = objects.remove(key);
    if (before != null) {
      listener.onChange(key, Optional.of(before), Optional.empty());
    }
  }

  private void replace(List<StoredObject> items) {
    Map<ObjectKey, StoredObject> now = new HashMap<>();
    items.forEach(item -> now.put(item.key(), item));
    for (ObjectKey key : List.copyOf(objects.keySet())) {
      if (!now.containsKey(key)) {
        remove(key);
      }
    }
    for (StoredObject item : items) {
      StoredObject before = objects.get(item.key());
      if (before == null
          || before.resourceVersion() != item.resourceVersion()
          || !before.uid().equals(item.uid())) {
        put(item.key(), item);
      }
    }
  }

  private static <T> T join(CompletionStage<T> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get();
    } catch (ExecutionException e) {
      throw new CompletionException(e.getCause());
    }
  }
}
