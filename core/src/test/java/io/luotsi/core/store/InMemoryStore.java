package io.luotsi.core.store;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * A {@link Store} of one process's memory, for tests: everything that the port promises but
 * durability. Stages are complete when they are returned, but for a cursor that waits.
 */
public final class InMemoryStore implements Store {
  /** Events that one {@link WatchCursor#next} gives at most. */
  private static final int MAX_EVENTS = 500;

  private final Map<GroupResource, History> histories = new HashMap<>();
  private final Deque<Consumer<Write>> interruptions = new ArrayDeque<>();
  private final Deque<Rejection> refusals = new ArrayDeque<>();
  private int window = 10_000;

  /** Keeps that many events (and states, for exact reads) a resource from now on. */
  public synchronized void keepEvents(int events) {
    this.window = events;
    histories.values().forEach(History::trim);
  }

  /** Lets {@code action} run before the next commit is decided: a race that another one wins. */
  public synchronized void beforeNextCommit(Consumer<Write> action) {
    interruptions.add(action);
  }

  /** Answers the next commit so, and carries nothing out. */
  public synchronized void refuseNextCommit(Rejection rejection) {
    refusals.add(rejection);
  }

  /** The newest state of a resource. */
  public synchronized ResourceSnapshot snapshot(GroupResource resource) {
    return history(resource).snapshot();
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> commit(GroupResource resource, Write write) {
    Consumer<Write> interruption;
    synchronized (this) {
      interruption = interruptions.poll();
    }
    if (interruption != null) {
      interruption.accept(write);
    }
    List<CompletableFuture<Void>> woken = List.of();
    Outcome<StoredObject> outcome;
    synchronized (this) {
      Rejection refusal = refusals.poll();
      if (refusal != null) {
        return completed(Outcome.rejected(refusal));
      }
      History history = history(resource);
      outcome = history.commit(write);
      if (outcome.isDone()) {
        woken = history.takeWaiters();
      }
    }
    woken.forEach(waiter -> waiter.complete(null));
    return completed(outcome);
  }

  @Override
  public synchronized CompletionStage<Outcome<ResourceSnapshot>> read(
      GroupResource resource, ReadVersion version) {
    History history = history(resource);
    return completed(
        switch (version) {
          case ReadVersion.Latest() -> Outcome.done(history.snapshot());
          case ReadVersion.Any() -> Outcome.done(history.snapshot());
          case ReadVersion.NotOlderThan(long wanted) ->
              wanted > history.version
                  ? Outcome.rejected(new Rejection.ResourceVersionTooLarge(wanted, history.version))
                  : Outcome.done(history.snapshot());
          case ReadVersion.Exact(long wanted) -> history.exactly(wanted);
        });
  }

  @Override
  public synchronized Outcome<WatchCursor> watch(GroupResource resource, long fromVersion) {
    History history = history(resource);
    return history.isExpired(fromVersion)
        ? Outcome.rejected(history.expired(fromVersion))
        : Outcome.done(new Cursor(history, fromVersion));
  }

  private History history(GroupResource resource) {
    return histories.computeIfAbsent(resource, History::new);
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }

  /** One resource's past; guarded by the store. */
  private final class History {
    final GroupResource resource;
    final NavigableMap<Long, WatchEvent> events = new TreeMap<>();
    final NavigableMap<Long, PSortedMap<ObjectKey, StoredObject>> states = new TreeMap<>();
    // The registry's own creation is its first event.
    long version = 1;
    long dropped = 0;
    List<CompletableFuture<Void>> waiters = new ArrayList<>();

    History(GroupResource resource) {
      this.resource = resource;
      states.put(version, TreePMap.empty());
    }

    ResourceSnapshot snapshot() {
      return new ResourceSnapshot(version, states.lastEntry().getValue());
    }

    Outcome<ResourceSnapshot> exactly(long wanted) {
      if (wanted > version) {
        return Outcome.rejected(new Rejection.ResourceVersionTooLarge(wanted, version));
      }
      PSortedMap<ObjectKey, StoredObject> state = states.get(wanted);
      return state == null
          ? Outcome.rejected(expired(wanted))
          : Outcome.done(new ResourceSnapshot(wanted, state));
    }

    Outcome<StoredObject> commit(Write write) {
      Optional<StoredObject> current =
          Optional.ofNullable(states.lastEntry().getValue().get(write.key()));
      Optional<Rejection> refusal = refusal(write, current);
      if (refusal.isPresent()) {
        return Outcome.rejected(refusal.get());
      }
      version++;
      PSortedMap<ObjectKey, StoredObject> state = states.lastEntry().getValue();
      WatchEvent event =
          switch (write) {
            case Write.Create(var draft) -> new WatchEvent.Added(draft.seal(version));
            case Write.Update(var draft, var precondition) ->
                new WatchEvent.Modified(draft.seal(version), current.orElseThrow());
            case Write.Delete(var key, var precondition) ->
                new WatchEvent.Deleted(current.orElseThrow().at(version));
          };
      events.put(version, event);
      states.put(
          version,
          event instanceof WatchEvent.Deleted
              ? state.minus(write.key())
              : state.plus(write.key(), event.object()));
      trim();
      return Outcome.done(event.object());
    }

    private Optional<Rejection> refusal(Write write, Optional<StoredObject> current) {
      return switch (write) {
        case Write.Create create ->
            current.map(there -> new Rejection.AlreadyExists(resource, write.key().name()));
        case Write.Update(var draft, var precondition) -> refusal(write, current, precondition);
        case Write.Delete(var key, var precondition) -> refusal(write, current, precondition);
      };
    }

    private Optional<Rejection> refusal(
        Write write, Optional<StoredObject> current, Precondition precondition) {
      if (current.isEmpty()) {
        return Optional.of(new Rejection.NotFound(resource, write.key().name()));
      }
      return precondition.holds(current.get())
          ? Optional.empty()
          : Optional.of(
              new Rejection.Conflict(
                  resource,
                  write.key().name(),
                  "the object has been modified; please apply your changes to the latest version"
                      + " and try again"));
    }

    void trim() {
      while (events.size() > window) {
        dropped = events.pollFirstEntry().getKey();
      }
      while (states.size() > window + 1) {
        states.pollFirstEntry();
      }
    }

    /** Whether an event after {@code fromVersion} has been dropped. */
    boolean isExpired(long fromVersion) {
      return fromVersion < dropped;
    }

    Rejection expired(long wanted) {
      return new Rejection.Expired("too old resource version: " + wanted + " (" + dropped + ")");
    }

    List<CompletableFuture<Void>> takeWaiters() {
      List<CompletableFuture<Void>> taken = waiters;
      waiters = new ArrayList<>();
      return taken;
    }
  }

  private final class Cursor implements WatchCursor {
    private final History history;
    private long place;
    private boolean closed;
    private @Nullable CompletableFuture<Void> waiting;

    Cursor(History history, long place) {
      this.history = history;
      this.place = place;
    }

    @Override
    public CompletionStage<Outcome<List<WatchEvent>>> next() {
      CompletableFuture<Void> more;
      synchronized (InMemoryStore.this) {
        if (closed) {
          return completed(Outcome.done(List.of()));
        }
        if (history.isExpired(place)) {
          return completed(Outcome.rejected(history.expired(place)));
        }
        List<WatchEvent> events =
            history.events.tailMap(place, false).values().stream().limit(MAX_EVENTS).toList();
        if (!events.isEmpty()) {
          place = events.getLast().version();
          return completed(Outcome.done(events));
        }
        more = new CompletableFuture<>();
        waiting = more;
        history.waiters.add(more);
      }
      return more.thenCompose(woken -> next());
    }

    @Override
    public long version() {
      synchronized (InMemoryStore.this) {
        return place;
      }
    }

    @Override
    public void close() {
      CompletableFuture<Void> pending;
      synchronized (InMemoryStore.this) {
        closed = true;
        pending = waiting;
        if (pending != null) {
          history.waiters.remove(pending);
        }
      }
      if (pending != null) {
        pending.complete(null);
      }
    }
  }
}
