package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** An API whose watches of one resource are behind: what a busy member's caches look like. */
record SlowWatch(ApiClient api, GroupVersionResource slow, int delayMillis) implements ApiClient {

  @Override
  public CompletionStage<Outcome<WatchCursor>> watch(
      GroupVersionResource resource, Selection selection, long fromVersion) {
    CompletionStage<Outcome<WatchCursor>> started = api.watch(resource, selection, fromVersion);
    return resource.equals(slow)
        ? started.thenApply(outcome -> outcome.map(this::delayed))
        : started;
  }

  private WatchCursor delayed(WatchCursor cursor) {
    Executor later = CompletableFuture.delayedExecutor(delayMillis, TimeUnit.MILLISECONDS);
    return new WatchCursor() {
      @Override
      public CompletionStage<Outcome<List<WatchEvent>>> next() {
        return cursor.next().thenApplyAsync(events -> events, later);
      }

      @Override
      public long version() {
        return cursor.version();
      }

      @Override
      public void close() {
        cursor.close();
      }
    };
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> get(GroupVersionResource resource, ObjectKey key) {
    return api.get(resource, key);
  }

  @Override
  public CompletionStage<Outcome<ObjectList>> list(
      GroupVersionResource resource, Selection selection) {
    return api.list(resource, selection);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> create(
      GroupVersionResource resource, String namespace, ObjectNode body) {
    return api.create(resource, namespace, body);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> createSubresource(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    return api.createSubresource(resource, key, subresource, body);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> update(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    return api.update(resource, key, subresource, body);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> patch(
      GroupVersionResource resource,
      ObjectKey key,
      String subresource,
      PatchType type,
      JsonNode patch) {
    return api.patch(resource, key, subresource, type, patch);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> delete(
      GroupVersionResource resource, ObjectKey key, DeleteOptions options) {
    return api.delete(resource, key, options);
  }
}
