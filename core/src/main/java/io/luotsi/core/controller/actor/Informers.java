package io.luotsi.core.controller.actor;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.informer.Index;
import io.luotsi.core.informer.Informer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One informer a resource, shared by all controllers. First everybody registers, then all start;
 * the listeners of a resource hear of a change in order of registration.
 */
final class Informers implements AutoCloseable {
  /** Pods by the node they are bound to. */
  static final Index PODS_BY_NODE = Index.field("spec.nodeName");

  private static final class Wanted {
    private final List<Informer.Listener> listeners = new ArrayList<>();
    private final Set<Index> indexes = new LinkedHashSet<>();
  }

  private final ApiClient api;
  private final Map<GroupVersionResource, Wanted> wanted = new LinkedHashMap<>();
  private volatile Map<GroupVersionResource, Informer> running = Map.of();

  Informers(ApiClient api) {
    this.api = api;
  }

  /** Before {@link #start}. */
  void listen(GroupVersionResource resource, Informer.Listener listener, Index... indexes) {
    Wanted entry = wanted.computeIfAbsent(resource, absent -> new Wanted());
    entry.listeners.add(listener);
    entry.indexes.addAll(List.of(indexes));
  }

  /** Completes when all first lists are in the caches. */
  CompletionStage<Void> start() {
    Map<GroupVersionResource, Informer> started = new LinkedHashMap<>();
    wanted.forEach(
        (resource, entry) -> {
          List<Informer.Listener> listeners = List.copyOf(entry.listeners);
          started.put(
              resource,
              Informer.start(
                  api,
                  resource,
                  Selection.EVERYTHING,
                  (key, before, after) ->
                      listeners.forEach(listener -> listener.onChange(key, before, after)),
                  entry.indexes.toArray(Index[]::new)));
        });
    running = started;
    return CompletableFuture.allOf(
        started.values().stream()
            .map(informer -> informer.synced().toCompletableFuture())
            .toArray(CompletableFuture[]::new));
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

  Optional<StoredObject> get(GroupVersionResource resource, ObjectKey key) {
    return of(resource).get(key);
  }

  @Override
  public void close() {
    running.values().forEach(Informer::close);
  }
}
