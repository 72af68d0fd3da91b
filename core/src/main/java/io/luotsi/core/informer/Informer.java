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
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
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
 * finds at least the state it was told of. A watch that breaks off is resumed where it stood; after
 * an Expired one the selection is listed anew and the listener hears the difference: a change may
 * be heard late and merged with others, never missed for good. Holds {@link StoredObject}s only;
 * typed views are the reader's.
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
  private final Map<Index, IndexTable> tables = new LinkedHashMap<>();
  private final ConcurrentNavigableMap<ObjectKey, StoredObject> objects =
      new ConcurrentSkipListMap<>();
  private final CompletableFuture<Void> synced = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;
  private final PriorityQueue<Waiter> waiters =
      new PriorityQueue<>(Comparator.comparingLong(Waiter::version));
  private volatile long version;

  private record Waiter(long version, CompletableFuture<Void> reached) {}

  private Informer(
      ApiClient api,
      GroupVersionResource resource,
      Selection selection,
      Listener listener,
      List<Index> indexes) {
    this.api = api;
    this.resource = resource;
    this.selection = selection;
    this.listener = listener;
    indexes.forEach(index -> tables.put(index, new IndexTable(index)));
    this.thread = Thread.ofVirtual().name("informer-" + resource).unstarted(this::run);
  }

  /**
   * Starts listing and watching; returns at once.
   *
   * @param indexes by which {@link #find} can look up
   */
  public static Informer start(
      ApiClient api,
      GroupVersionResource resource,
      Selection selection,
      Listener listener,
      Index... indexes) {
    Informer informer = new Informer(api, resource, selection, listener, List.of(indexes));
    informer.thread.start();
    return informer;
  }

  /** Completes when the first list is in the cache and the listener has heard all of it. */
  public CompletionStage<Void> synced() {
    return synced.minimalCompletionStage();
  }

  /**
   * The version of the resource up to which every change is in the cache; 0 before the first list.
   * Set before the listener hears of a change, so that one who waits to see its own writes is not
   * woken too early.
   */
  public long version() {
    return version;
  }

  /**
   * Completes when {@link #version} is at least {@code version}: when what somebody wrote, and all
   * that was written before it, is in the cache. Completes on the informer's thread.
   */
  public CompletionStage<Void> reached(long version) {
    synchronized (waiters) {
      if (this.version >= version) {
        return CompletableFuture.completedFuture(null);
      }
      Waiter waiter = new Waiter(version, new CompletableFuture<>());
      waiters.add(waiter);
      return waiter.reached().minimalCompletionStage();
    }
  }

  private void reach(long seen) {
    synchronized (waiters) {
      if (seen > version) {
        version = seen;
        while (!waiters.isEmpty() && waiters.peek().version() <= seen) {
          waiters.poll().reached().complete(null);
        }
      }
    }
  }

  public GroupVersionResource resource() {
    return resource;
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

  /**
   * The objects that {@code index} files under {@code value}, in key order; weakly consistent.
   * Costs only what it returns.
   *
   * @throws IllegalArgumentException if the informer was not started with {@code index}
   */
  public Collection<StoredObject> find(Index index, String value) {
    IndexTable table = tables.get(index);
    if (table == null) {
      throw new IllegalArgumentException(
          "the informer of " + resource + " has no index by " + index.name());
    }
    return table.find(value);
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
    boolean resume = false;
    try {
      while (closed.getCount() > 0) {
        End end = round(resume);
        resume = end == End.INTERRUPTED;
        backoff = end == End.REFUSED ? longer(backoff) : FIRST_BACKOFF;
        if (closed.await(backoff.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // closed
    }
  }

  /** A listener's bug costs a list, not the informer: nobody would notice that it is dead. */
  private End round(boolean resume) throws InterruptedException {
    try {
      return resume ? watchFrom(version) : listAndWatch();
    } catch (RuntimeException e) {
      LOG.error("a listener of {} failed", resource, e);
      return End.REFUSED;
    }
  }

  /** How one round of listing and watching came to its end. */
  private enum End {
    /** Nothing was heard: list again, later and later. */
    REFUSED,
    /** The watch is of no more use: list again. */
    OUTDATED,
    /** The watch broke off; where it stood is known. */
    INTERRUPTED
  }

  private static Duration longer(Duration backoff) {
    Duration doubled = backoff.multipliedBy(2);
    return doubled.compareTo(LAST_BACKOFF) > 0 ? LAST_BACKOFF : doubled;
  }

  private End listAndWatch() throws InterruptedException {
    switch (join(api.list(resource, selection))) {
      case Outcome.Done<ObjectList>(ObjectList list) -> {
        replace(list);
        synced.complete(null);
        return watchFrom(list.version());
      }
      case Outcome.Rejected<ObjectList>(Rejection why) -> {
        LOG.warn("cannot list {}: {}", resource, why);
        return End.REFUSED;
      }
    }
  }

  private End watchFrom(long from) throws InterruptedException {
    switch (join(api.watch(resource, selection, from))) {
      case Outcome.Done<WatchCursor>(WatchCursor cursor) -> {
        try (cursor) {
          return follow(cursor);
        }
      }
      case Outcome.Rejected<WatchCursor>(Rejection.Expired why) -> {
        LOG.info("watch of {} expired, listing again: {}", resource, why.message());
        return End.OUTDATED;
      }
      case Outcome.Rejected<WatchCursor>(Rejection why) -> {
        LOG.warn("cannot watch {}: {}", resource, why);
        return End.REFUSED;
      }
    }
  }

  private End follow(WatchCursor cursor) throws InterruptedException {
    while (true) {
      switch (join(cursor.next())) {
        case Outcome.Done<List<WatchEvent>>(List<WatchEvent> events) when events.isEmpty() -> {
          // Somebody closed the cursor: we, or a connection that is gone. Where few events are
          // selected it has come further than the last of them, and is resumed there.
          reach(cursor.version());
          return End.INTERRUPTED;
        }
        case Outcome.Done<List<WatchEvent>>(List<WatchEvent> events) -> {
          events.forEach(this::apply);
          reach(cursor.version());
        }
        case Outcome.Rejected<List<WatchEvent>>(Rejection.Expired why) -> {
          LOG.info("watch of {} expired, listing again: {}", resource, why.message());
          return End.OUTDATED;
        }
        case Outcome.Rejected<List<WatchEvent>>(Rejection why) -> {
          LOG.info("watch of {} ended at {}, resuming: {}", resource, version, why);
          return End.INTERRUPTED;
        }
      }
    }
  }

  private void apply(WatchEvent event) {
    switch (event) {
      case WatchEvent.Added(StoredObject object) -> put(object, object.resourceVersion());
      case WatchEvent.Modified(StoredObject object, StoredObject previous) ->
          put(object, object.resourceVersion());
      case WatchEvent.Deleted(StoredObject object) ->
          remove(object.key(), object.resourceVersion());
    }
  }

  /** An object that was deleted and made again between two lists is heard of as just that. */
  private void put(StoredObject object, long seen) {
    ObjectKey key = object.key();
    StoredObject before = objects.get(key);
    if (before != null && !before.uid().equals(object.uid())) {
      remove(key, version);
      before = null;
    }
    for (IndexTable table : tables.values()) {
      table.put(object);
      if (before != null) {
        table.leave(before, table.valuesOf(object));
      }
    }
    objects.put(key, object);
    reach(seen);
    listener.onChange(key, Optional.ofNullable(before), Optional.of(object));
  }

  private void remove(ObjectKey key, long seen) {
    StoredObject before = objects.remove(key);
    if (before != null) {
      tables.values().forEach(table -> table.leave(before, List.of()));
    }
    reach(seen);
    if (before != null) {
      listener.onChange(key, Optional.of(before), Optional.empty());
    }
  }

  private void replace(ObjectList list) {
    Map<ObjectKey, StoredObject> now = new HashMap<>();
    list.items().forEach(item -> now.put(item.key(), item));
    for (ObjectKey key : List.copyOf(objects.keySet())) {
      if (!now.containsKey(key)) {
        remove(key, version);
      }
    }
    for (StoredObject item : list.items()) {
      StoredObject before = objects.get(item.key());
      if (before == null
          || before.resourceVersion() != item.resourceVersion()
          || !before.uid().equals(item.uid())) {
        // Not yet the list's version: what comes later in the list is not in the cache.
        put(item, version);
      }
    }
    reach(list.version());
  }

  /** A bug on the other side is logged and met as a refusal: an informer never dies quietly. */
  private <T> Outcome<T> join(CompletionStage<Outcome<T>> stage) throws InterruptedException {
    try {
      return stage.toCompletableFuture().get();
    } catch (ExecutionException e) {
      LOG.error("informer of {}", resource, e.getCause());
      return Outcome.rejected(new Rejection.InternalError(String.valueOf(e.getCause())));
    }
  }
}
