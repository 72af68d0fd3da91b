package io.luotsi.persistence.registry;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.WatchEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.pcollections.PSortedMap;

/**
 * This member's copy of one resource: its present state and the window of its past. Changed by one
 * thread, which applies committed events and never waits for a reader; read by any.
 *
 * <p>Waiting readers and watchers are woken on {@code wakers}, each in a task of its own, so a slow
 * one delays nobody.
 */
public final class ResourceReplica {
  /** Changes that a cursor is given at once, at most. */
  private static final int CURSOR_BATCH = 500;

  private final GroupResource resource;
  private final WindowBudget budget;
  private final Executor wakers;
  private volatile RegistryState state;
  private WatchWindow window;
  private Optional<ResourceSnapshot> rebuilt = Optional.empty();
  private Set<Runnable> waiting = new LinkedHashSet<>();

  ResourceReplica(RegistryState state, WindowBudget budget, Executor wakers) {
    this.resource = state.resource();
    this.state = state;
    this.budget = budget;
    this.wakers = wakers;
    this.window = new WatchWindow(state.version());
    budget.join(this);
  }

  public RegistryState state() {
    return state;
  }

  /**
   * Applies a batch, or nothing of it.
   *
   * @return why it cannot follow the present state; empty if it was applied
   */
  Optional<String> apply(List<RegistryEvent> events) {
    List<Change> changes = new ArrayList<>(events.size());
    RegistryState next = state;
    for (RegistryEvent event : events) {
      Optional<String> obstacle = next.obstacle(event);
      if (obstacle.isPresent()) {
        return obstacle;
      }
      changes.add(Change.of(next, event));
      next = next.apply(event);
    }
    Collection<Runnable> woken;
    synchronized (this) {
      long costBefore = window.costBytes();
      changes.forEach(window::append);
      state = next;
      trim();
      budget.add(window.costBytes() - costBefore);
      woken = takeWaiting();
    }
    budget.enforce();
    woken.forEach(wakers::execute);
    return Optional.empty();
  }

  /** Becomes another state with another past: that of a snapshot. */
  void reset(RegistryState newState, List<Change> past) {
    Collection<Runnable> woken;
    synchronized (this) {
      long costBefore = window.costBytes();
      window = new WatchWindow(past.isEmpty() ? newState.version() : past.get(0).version() - 1);
      past.forEach(window::append);
      if (window.last() != newState.version()) {
        throw new IllegalStateException(
            resource + " at " + newState.version() + " with changes up to " + window.last());
      }
      state = newState;
      rebuilt = Optional.empty();
      budget.add(window.costBytes() - costBefore);
      woken = takeWaiting();
    }
    budget.enforce();
    woken.forEach(wakers::execute);
  }

  private void trim() {
    WindowLimits limits = budget.limits();
    long youngest = state.timeMillis() - limits.age().toMillis();
    while (window.size() > limits.count() && window.oldest().timeMillis() < youngest) {
      window.dropOldest();
    }
  }

  /** Makes room for others. */
  synchronized long dropOldestChanges(long bytes) {
    long dropped = 0;
    while (dropped < bytes && window.size() > 0) {
      dropped += window.dropOldest();
    }
    budget.add(-dropped);
    return dropped;
  }

  synchronized long windowBytes() {
    return window.costBytes();
  }

  /** The whole window with the state it leads to, for a snapshot. */
  synchronized Past past() {
    return new Past(state, window.after(window.first() - 1, window.size()));
  }

  /**
   * @param changes the newest of the state's history, in order
   */
  public record Past(RegistryState state, List<Change> changes) {}

  /**
   * The resource as it was at {@code version}, which must not be from the future.
   *
   * @return Expired if the window does not reach so far back
   */
  Outcome<ResourceSnapshot> at(long version) {
    PSortedMap<ObjectKey, StoredObject> objects;
    Iterator<Change> undone;
    synchronized (this) {
      if (version == state.version()) {
        return Outcome.done(state.snapshot());
      }
      if (version < Math.max(1, window.first() - 1)) {
        return Outcome.rejected(
            new Rejection.Expired("The resourceVersion for the provided list is too old."));
      }
      if (rebuilt.isPresent() && rebuilt.get().version() == version) {
        return Outcome.done(rebuilt.get());
      }
      objects = state.objects();
      undone = window.backTo(version);
    }
    while (undone.hasNext()) {
      objects = undone.next().undo(objects);
    }
    ResourceSnapshot snapshot = new ResourceSnapshot(version, objects);
    synchronized (this) {
      rebuilt = Optional.of(snapshot); // the next page of a list asks for the same version
    }
    return Outcome.done(snapshot);
  }

  /** Completes when the state is at {@code version} or behind it. Complete it to give up. */
  CompletableFuture<Void> reached(long version) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    Runnable wake =
        new Runnable() {
          @Override
          public void run() {
            synchronized (ResourceReplica.this) {
              if (state.version() < version) {
                if (!reached.isDone()) {
                  waiting.add(this);
                }
                return;
              }
            }
            reached.complete(null);
          }
        };
    wake.run();
    reached.whenComplete((done, failure) -> forget(wake));
    return reached;
  }

  /** What a cursor finds behind its place. */
  sealed interface Found {
    /**
     * @param version of the last change that was looked at
     */
    record Events(List<WatchEvent> events, long version) implements Found {}

    record TooOld(Rejection why) implements Found {}

    /** Nothing; the cursor will be woken. */
    record Nothing() implements Found {}
  }

  /**
   * @param wake run when there may be something
   */
  synchronized Found look(long behind, Runnable wake) {
    long place = behind;
    while (place < window.last()) {
      if (place < window.first() - 1) {
        return new Found.TooOld(tooOld(place));
      }
      List<Change> changes = window.after(place, CURSOR_BATCH);
      List<WatchEvent> events = changes.stream().flatMap(c -> c.event().stream()).toList();
      place += changes.size();
      if (!events.isEmpty()) {
        return new Found.Events(events, place);
      }
    }
    waiting.add(wake);
    return new Found.Nothing();
  }

  /** Why a watch behind {@code version} cannot be: empty if it can. */
  synchronized Optional<Rejection> obstacle(long version) {
    return version < window.first() - 1 ? Optional.of(tooOld(version)) : Optional.empty();
  }

  private Rejection tooOld(long version) {
    return new Rejection.Expired(
        "too old resource version: " + version + " (" + (window.first() - 1) + ")");
  }

  /** Ends what {@link #look} or {@link #reached} began: whoever gave up is not woken. */
  synchronized void forget(Runnable wake) {
    waiting.remove(wake);
  }

  private Collection<Runnable> takeWaiting() {
    Collection<Runnable> woken = waiting;
    if (!woken.isEmpty()) {
      waiting = new LinkedHashSet<>();
    }
    return woken;
  }

  /** Events behind {@code version}, if the window still has them all. */
  synchronized Optional<List<Change>> changesAfter(long version) {
    return version < window.first() - 1
        ? Optional.empty()
        : Optional.of(window.after(version, window.size()));
  }

  GroupResource resource() {
    return resource;
  }
}
