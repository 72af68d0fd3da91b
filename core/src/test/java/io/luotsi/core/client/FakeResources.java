package io.luotsi.core.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchCursor;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An API of several resources, each a {@link FakeApiClient}. What may be asked of it beyond reads,
 * creations and patches is for a test to add.
 */
public abstract class FakeResources implements ApiClient {
  private final Map<String, FakeApiClient> resources = new ConcurrentHashMap<>();

  /**
   * @param resource by its plural
   */
  public final FakeApiClient of(String resource) {
    return resources.computeIfAbsent(resource, name -> new FakeApiClient(fields(name)));
  }

  protected SelectableFields fields(String resource) {
    return SelectableFields.NONE;
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> get(GroupVersionResource resource, ObjectKey key) {
    return of(resource.resource()).get(resource, key);
  }

  @Override
  public CompletionStage<Outcome<ObjectList>> list(
      GroupVersionResource resource, Selection selection) {
    return of(resource.resource()).list(resource, selection);
  }

  @Override
  public CompletionStage<Outcome<WatchCursor>> watch(
      GroupVersionResource resource, Selection selection, long fromVersion) {
    return of(resource.resource()).watch(resource, selection, fromVersion);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> create(
      GroupVersionResource resource, String namespace, ObjectNode body) {
    return of(resource.resource()).create(resource, namespace, body);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> createSubresource(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    throw new UnsupportedOperationException("nobody is to create " + resource + "/" + subresource);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> update(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    throw new UnsupportedOperationException("nobody is to update " + resource);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> patch(
      GroupVersionResource resource,
      ObjectKey key,
      String subresource,
      PatchType type,
      JsonNode patch) {
    return of(resource.resource()).patch(resource, key, subresource, type, patch);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> delete(
      GroupVersionResource resource, ObjectKey key, DeleteOptions options) {
    throw new UnsupportedOperationException("nobody is to delete " + resource);
  }
}
