package io.luotsi.persistence.registry;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.WatchCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * This member's copy of all resources of one Raft group. One thread applies what is committed, in
 * order; any thread reads. Nothing here waits for anybody.
 */
public final class Replica {
  private final Function<GroupResource, ResourceSettings> settings;
  private final WindowBudget budget;
  private final Executor wakers;
  private final ConcurrentMap<GroupResource, ResourceReplica> resources =
      new ConcurrentSkipListMap<>();

  /**
   * @param wakers runs what waiting readers do when they are woken; a thread a task
   */
  public Replica(
      Function<GroupResource, ResourceSettings> settings, WindowBudget budget, Executor wakers) {
    this.settings = settings;
    this.budget = budget;
    this.wakers = wakers;
  }

  public ResourceSettings settings(GroupResource resource) {
    return settings.apply(resource);
  }

  /** The resource's state; empty, at version 0, if nothing has happened to it. */
  public RegistryState state(GroupResource resource) {
    ResourceReplica replica = resources.get(resource);
    return replica == null ? emptyState(resource) : replica.state();
  }

  public RegistryState emptyState(GroupResource resource) {
    return RegistryState.empty(resource, settings(resource).timeToLive().isPresent());
  }

  private ResourceReplica replica(GroupResource resource) {
    ResourceReplica replica = resources.get(resource);
    return replica != null
        ? replica
        : resources.computeIfAbsent(
            resource, name -> new ResourceReplica(emptyState(name), budget, wakers));
  }

  /**
   * Applies a batch, or nothing of it, and wakes who waits for it.
   *
   * @return why the events cannot follow the resource's state; empty if they were applied
   */
  public Optional<String> apply(GroupResource resource, List<RegistryEvent> events) {
    return replica(resource).apply(events);
  }

  /** Resources that have a history, in order. */
  public List<GroupResource> resources() {
    return resources.entrySet().stream()
        .filter(entry -> entry.getValue().state().version() > 0)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Everything there is, at one moment of the applying thread, for a snapshot. */
  public List<ResourceReplica.Past> past() {
    List<ResourceReplica.Past> all = new ArrayList<>();
    for (ResourceReplica replica : resources.values()) {
      if (replica.state().version() > 0) {
        all.add(replica.past());
      }
    }
    return all;
  }

  /** Becomes what a snapshot says; resources that are not in it have not happened. */
  public void reset(List<ResourceReplica.Past> all) {
    for (GroupResource resource : resources()) {
      if (all.stream().noneMatch(past -> past.state().resource().equals(resource))) {
        replica(resource).reset(emptyState(resource), List.of());
      }
    }
    for (ResourceReplica.Past past : all) {
      replica(past.state().resource()).reset(past.state(), past.changes());
    }
  }

  /** Takes this replica's windows out of the shared budget. */
  public void close() {
    resources.values().forEach(budget::leave);
  }

  /** The resource at a version that has been reached; Expired if it is no longer kept. */
  public Outcome<ResourceSnapshot> at(GroupResource resource, long version) {
    return replica(resource).at(version);
  }

  /** Completes when the resource has reached {@code version}. Complete it to give up. */
  public CompletableFuture<Void> reached(GroupResource resource, long version) {
    return replica(resource).reached(version);
  }

  /** See {@link io.luotsi.core.store.Store#watch}. */
  public Outcome<WatchCursor> watch(GroupResource resource, long fromVersion) {
    ResourceReplica replica = replica(resource);
    Optional<Rejection> obstacle = replica.obstacle(fromVersion);
    return obstacle.isPresent()
        ? Outcome.rejected(obstacle.get())
        : Outcome.done(new ReplicaCursor(replica, fromVersion));
  }

  /**
   * Events behind {@code version} as they were journalled, for a registry that recovers while one
   * more is committed.
   *
   * @return empty if they are no longer kept
   */
  public Optional<List<RegistryEvent>> eventsAfter(GroupResource resource, long version) {
    ResourceReplica replica = replica(resource);
    return replica
        .changesAfter(version)
        .map(changes -> changes.stream().map(c -> event(replica.state(), c)).toList());
  }

  private static RegistryEvent event(RegistryState state, Change change) {
    if (change.event().isEmpty()) {
      return new RegistryEvent.Created(change.version(), change.timeMillis());
    }
    return switch (change.event().get()) {
      case io.luotsi.core.store.WatchEvent.Added(StoredObject object) ->
          new RegistryEvent.Stored(object, state.schemaGeneration(object), change.timeMillis());
      case io.luotsi.core.store.WatchEvent.Modified(StoredObject object, StoredObject previous) ->
          new RegistryEvent.Stored(object, state.schemaGeneration(object), change.timeMillis());
      case io.luotsi.core.store.WatchEvent.Deleted(StoredObject object) ->
          new RegistryEvent.Removed(
              object.key(), object.uid(), change.version(), change.timeMillis());
    };
  }
}
