package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.ListOptions;
import io.luotsi.core.apiserver.Api.Page;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Components.Health;
import io.luotsi.core.catalog.ResourceType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How the parts of the cluster are, as objects that are made when they are asked for. They are
 * stored nowhere and have no version; a list is never divided.
 *
 * @see "Source: pkg/registry/core/componentstatus rest.go"
 */
final class ComponentStatuses {
  private final Components components;

  ComponentStatuses(Components components) {
    this.components = components;
  }

  static boolean concern(ResourceType type) {
    return type.groupResource().toString().equals("componentstatuses");
  }

  CompletionStage<Outcome<StoredObject>> get(Target target) {
    return components
        .ask()
        .thenApply(
            all ->
                all.stream()
                    .filter(health -> health.name().equals(target.name()))
                    .findFirst()
                    .map(health -> Outcome.done(object(target.type(), health)))
                    .orElseGet(
                        () ->
                            Outcome.rejected(
                                new Rejection.Unclassified(
                                    "Component not found: " + target.name()))));
  }

  CompletionStage<Outcome<Page>> list(Target target, ListOptions options) {
    Selection selection = options.selection();
    Optional<Rejection> refusal = ReadPath.checkFields(target.type(), selection);
    if (refusal.isPresent()) {
      return CompletableFuture.completedFuture(Outcome.rejected(refusal.get()));
    }
    return components.ask().thenApply(all -> Outcome.done(page(target.type(), all, selection)));
  }

  private static Page page(ResourceType type, List<Health> all, Selection selection) {
    List<StoredObject> items =
        all.stream().map(health -> object(type, health)).filter(selection::matches).toList();
    return new Page(0, items, "", OptionalLong.empty());
  }

  private static StoredObject object(ResourceType type, Health health) {
    ObjectNode status =
        Json.object().put("kind", type.kind().kind()).put("apiVersion", type.kind().apiVersion());
    status.putObject("metadata").put("name", health.name());
    ObjectNode condition =
        status
            .putArray("conditions")
            .addObject()
            .put("type", "Healthy")
            .put("status", health.healthy() ? "True" : "False");
    if (!health.message().isEmpty()) {
      condition.put("message", health.message());
    }
    if (!health.error().isEmpty()) {
      condition.put("error", health.error());
    }
    return StoredObject.answer(status, health.name());
  }
}
