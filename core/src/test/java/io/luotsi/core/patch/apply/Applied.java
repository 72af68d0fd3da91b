package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.Decoding;
import io.luotsi.core.catalog.Defaulting;
import io.luotsi.core.catalog.ResourceType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One object and those who write it, a second after another. JSON may have single quotes. */
final class Applied {
  private static final BuiltInCatalog CATALOG = BuiltInCatalog.load();

  private final ResourceType type;
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private Optional<ObjectNode> live = Optional.empty();

  private Applied(ResourceType type) {
    this.type = type;
  }

  static Applied of(String apiVersion, String kind) {
    return new Applied(CATALOG.find(GroupVersionKind.of(apiVersion, kind)).orElseThrow());
  }

  static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  ObjectNode live() {
    return live.orElseThrow();
  }

  JsonNode at(String pointer) {
    return live().at(pointer);
  }

  /** An update of the object itself to {@code body}. */
  void update(String manager, String body) {
    update(manager, "", body);
  }

  void update(String manager, String subresource, String body) {
    ObjectNode object = complete((ObjectNode) json(body));
    FieldManager fields = fields(subresource);
    if (live.isPresent()) {
      fields.update(live(), object, manager, now);
    } else {
      fields.create(object, manager, now);
    }
    store(object);
  }

  Outcome<ObjectNode> apply(String manager, String config) {
    return apply(manager, "", false, config);
  }

  Outcome<ObjectNode> force(String manager, String config) {
    return apply(manager, "", true, config);
  }

  Outcome<ObjectNode> apply(String manager, String subresource, boolean force, String config) {
    Outcome<ObjectNode> outcome =
        fields(subresource).apply(live, (ObjectNode) json(config), manager, force, now);
    outcome.ifDone(object -> store(complete(object)));
    return outcome;
  }

  private FieldManager fields(String subresource) {
    List<List<String>> resets =
        subresource.equals("status") ? List.of(List.of("spec")) : List.of(List.of("status"));
    return new FieldManager(type.kind(), type.schema(), subresource, resets);
  }

  /** As a server does with what it stores: decoded, defaulted, known by a uid. */
  private ObjectNode complete(ObjectNode object) {
    object.put("apiVersion", type.kind().apiVersion()).put("kind", type.kind().kind());
    if (!(Decoding.decode(object, type.schema()) instanceof Decoding.Result.Decoded)) {
      throw new IllegalArgumentException("does not decode: " + object);
    }
    Defaulting.apply(type, object);
    return object;
  }

  private void store(ObjectNode object) {
    object.withObject("metadata").put("uid", "1-2-3");
    live.ifPresent(before -> FieldManager.keepTimes(object, before));
    live = Optional.of(object);
    now = now.plus(Duration.ofSeconds(1));
  }

  /** What a manager has, as it is written; missing if it has nothing. */
  JsonNode fieldsOf(String manager) {
    return entry(manager).path("fieldsV1");
  }

  /** The entry of a manager that has one. */
  JsonNode entry(String manager) {
    for (JsonNode entry : live().at("/metadata/managedFields")) {
      if (entry.path("manager").asText().equals(manager)) {
        return entry;
      }
    }
    return json("{}").path("none");
  }

  List<String> managers() {
    List<String> managers = new ArrayList<>();
    live()
        .at("/metadata/managedFields")
        .forEach(
            entry ->
                managers.add(
                    entry.path("manager").asText() + " " + entry.path("operation").asText()));
    return managers;
  }

  static Rejection refused(Outcome<?> outcome) {
    return switch (outcome) {
      case Outcome.Rejected<?>(Rejection why) -> why;
      case Outcome.Done<?>(Object done) -> throw new AssertionError("was done: " + done);
    };
  }

  static String conflict(Outcome<?> outcome) {
    return ((Rejection.ApplyConflict) refused(outcome)).message();
  }
}
