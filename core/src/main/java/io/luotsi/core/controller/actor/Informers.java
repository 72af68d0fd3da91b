package io.luotsi.core.controller.actor;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.informer.Index;
import io.luotsi.core.informer.Informer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One informer a resource, shared by all controllers. First everybody registers, then all start;
 * the listeners of a resource hear of a change in order of registration. Kinds that are defined
 * while they run are begun with when their definition is served, and ended with when it goes.
 */
final class Informers implements AutoCloseable {
  /** Pods by the node they are bound to. */
  static final Index PODS_BY_NODE = Index.field("spec.nodeName");

  private static final class Wanted {
    private final List<Informer.Listener> listeners = new ArrayList<>();
    private final Set<Index> indexes = new LinkedHashSet<>();
  }

  /** Who listens to every resource of some sort, those included that are defined later. */
  private record Every(
      Predicate<ResourceType> sort,
      Function<GroupVersionResource, Informer.Listener> listener,
      List<Index> indexes) {}

  private final ApiClient api;
  private final Supplier<? extends Catalog> catalog;
  private final Map<GroupVersionResource, Wanted> wanted = new LinkedHashMap<>();
  private final List<Every> everything = new ArrayList<>();
  private volatile Map<GroupVersionResource, Informer> running = Map.of();
  private boolean closed;

  /**
   * @param catalog the kinds that there are, asked again when definitions change
   */
  Informers(ApiClient api, Supplier<? extends Catalog> catalog) {
    this.api = api;
    this.catalog = catalog;
  }

  /**
   * Before {@link #start}.
   *
   * @param listener of one resource; resources are those that are stored, each in one version
   */
  void listenToEvery(
      Predicate<ResourceType> sort,
      Function<GroupVersionResource, Informer.Listener> listener,
      Index... indexes) {
    everything.add(new Every(sort, listener, List.of(indexes)));
  }

  /** Before {@link #start}. */
  void listen(GroupVersionResource resource, Informer.Listener listener, Index... indexes) {
    Wanted entry = wanted.computeIfAbsent(resource, absent -> new Wanted());
    entry.listeners.add(listener);
    entry.indexes.addAll(List.of(indexes));
  }

  /** Completes when all first lists are in the caches. */
  CompletionStage<Void> start() {
    if (!everything.isEmpty()) {
      listen(Resources.DEFINITIONS, (key, before, after) -> follow());
    }
    Map<GroupVersionResource, Informer> started = startAll();
    return CompletableFuture.allOf(
        started.values().stream()
            .map(informer -> informer.synced().toCompletableFuture())
            .toArray(CompletableFuture[]::new));
  }

  private synchronized Map<GroupVersionResource, Informer> startAll() {
    stored(catalog.get()).forEach(this::want);
    Map<GroupVersionResource, Informer> started = new LinkedHashMap<>();
    wanted.forEach((resource, entry) -> started.put(resource, start(resource, entry)));
    running = started;
    return started;
  }

  /** The version of each resource to deal with inside. */
  static Stream<ResourceType> stored(Catalog catalog) {
    return catalog.types().stream()
        .filter(
            type ->
                type.isStored()
                    && catalog.stored(type.groupResource()).filter(it -> it == type).isPresent());
  }

  private void want(ResourceType type) {
    for (Every every : everything) {
      if (every.sort().test(type)) {
        GroupVersionResource resource = type.groupVersionResource();
        listen(resource, every.listener().apply(resource), every.indexes().toArray(Index[]::new));
      }
    }
  }

  private Informer start(GroupVersionResource resource, Wanted entry) {
    List<Informer.Listener> listeners = List.copyOf(entry.listeners);
    return Informer.start(
        api,
        resource,
        Selection.EVERYTHING,
        (key, before, after) ->
            listeners.forEach(listener -> listener.onChange(key, before, after)),
        entry.indexes.toArray(Index[]::new));
  }

  /** Starts on kinds that are new, and ends with those that are defined no more. */
  private synchronized void follow() {
    Catalog now = catalog.get();
    if (closed || !now.complete()) {
      return;
    }
    Map<GroupVersionResource, Informer> changed = new LinkedHashMap<>(running);
    stored(now)
        .filter(type -> type.custom().isPresent())
        .filter(type -> !changed.containsKey(type.groupVersionResource()))
        .forEach(
            type -> {
              GroupVersionResource resource = type.groupVersionResource();
              wanted.remove(resource);
              want(type);
              if (wanted.containsKey(resource)) {
                changed.put(resource, start(resource, wanted.get(resource)));
              }
            });
    for (GroupVersionResource resource : List.copyOf(changed.keySet())) {
      if (now.find(resource).isEmpty()) {
        changed.remove(resource).close();
      }
    }
    running = changed;
  }

  /**
   * @throws IllegalArgumentException if nobody registered for the resource
   */
  Informer of(GroupVersionResource resource) {
    return find(resource)
        .orElseThrow(() -> new IllegalArgumentException("nobody listens to " + resource));
  }

  Optional<Informer> find(GroupVersionResource resource) {
    return Optional.ofNullable(running.get(resource));
  }

  /** Those that run for a sort of resources at this moment. */
  List<Informer> ofEvery(Predicate<ResourceType> sort) {
    Map<GroupVersionResource, Informer> now = running;
    return stored(catalog.get())
        .filter(sort)
        .map(type -> now.get(type.groupVersionResource()))
        .filter(Objects::nonNull)
        .toList();
  }

  Optional<StoredObject> get(GroupVersionResource resource, ObjectKey key) {
    return of(resource).get(key);
  }

  @Override
  public synchronized void close() {
    closed = true;
    running.values().forEach(Informer::close);
  }
}
