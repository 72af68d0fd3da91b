package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.ListOptions;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WatchOptions;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.store.WatchCursor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** The {@link ApiClient} of one user in the API server's own process. */
public final class PipelineClient implements ApiClient {
  private final Api api;
  private final UserInfo user;
  private final WriteOptions writes;

  public PipelineClient(Api api, UserInfo user) {
    this(api, user, user.fieldManager());
  }

  /**
   * @param fieldManager what managedFields calls the user
   */
  public PipelineClient(Api api, UserInfo user, String fieldManager) {
    this.api = api;
    this.user = user;
    // Our own code writes what it read, so there is nobody to warn of unknown fields.
    this.writes = new WriteOptions(false, fieldManager, FieldValidation.IGNORE);
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> get(GroupVersionResource resource, ObjectKey key) {
    return at(resource, key, "", target -> api.get(target, OptionalLong.empty()));
  }

  @Override
  public CompletionStage<Outcome<ObjectList>> list(
      GroupVersionResource resource, Selection selection) {
    ListOptions options = new ListOptions(selection, OptionalLong.empty(), Optional.empty(), 0, "");
    return in(resource, selection, target -> api.list(target, options))
        .thenApply(outcome -> outcome.map(page -> new ObjectList(page.version(), page.items())));
  }

  @Override
  public CompletionStage<Outcome<WatchCursor>> watch(
      GroupVersionResource resource, Selection selection, long fromVersion) {
    if (fromVersion < 1) {
      throw new IllegalArgumentException("a watch starts from a list's version");
    }
    WatchOptions options =
        new WatchOptions(
            selection, OptionalLong.of(fromVersion), Optional.empty(), Optional.empty());
    return in(resource, selection, target -> api.watch(target, options))
        .thenApply(outcome -> outcome.map(Api.WatchStart::cursor));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> create(
      GroupVersionResource resource, String namespace, ObjectNode body) {
    return on(resource, namespace, "", "", target -> api.create(target, read(body), writes))
        .thenApply(outcome -> outcome.map(Api.Written::object));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> createSubresource(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    return at(resource, key, subresource, target -> api.create(target, read(body), writes))
        .thenApply(outcome -> outcome.map(Api.Written::object));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> update(
      GroupVersionResource resource, ObjectKey key, String subresource, ObjectNode body) {
    return at(resource, key, subresource, target -> api.update(target, read(body), writes))
        .thenApply(outcome -> outcome.map(Api.Written::object));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> patch(
      GroupVersionResource resource,
      ObjectKey key,
      String subresource,
      PatchType type,
      JsonNode patch) {
    return at(
            resource,
            key,
            subresource,
            target -> api.patch(target, type, Json.asRead(patch), false, writes))
        .thenApply(outcome -> outcome.map(Api.Written::object));
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> delete(
      GroupVersionResource resource, ObjectKey key, DeleteOptions options) {
    return at(resource, key, "", target -> api.delete(target, options, false))
        .thenApply(outcome -> outcome.map(Api.Deleted::object));
  }

  private static Body read(ObjectNode body) {
    return new Body((ObjectNode) Json.asRead(body), List.of());
  }

  private <T> CompletionStage<Outcome<T>> in(
      GroupVersionResource resource,
      Selection selection,
      Function<Target, CompletionStage<Outcome<T>>> request) {
    return on(resource, selection.namespace().orElse(""), "", "", request);
  }

  private <T> CompletionStage<Outcome<T>> at(
      GroupVersionResource resource,
      ObjectKey key,
      String subresource,
      Function<Target, CompletionStage<Outcome<T>>> request) {
    return on(resource, key.namespace(), key.name(), subresource, request);
  }

  private <T> CompletionStage<Outcome<T>> on(
      GroupVersionResource resource,
      String namespace,
      String name,
      String subresource,
      Function<Target, CompletionStage<Outcome<T>>> request) {
    return api.catalog()
        .find(resource)
        .map(type -> request.apply(new Target(user, type, namespace, name, subresource)))
        .orElseGet(
            () ->
                CompletableFuture.completedFuture(
                    Outcome.rejected(new Rejection.NoSuchResource())));
  }
}
