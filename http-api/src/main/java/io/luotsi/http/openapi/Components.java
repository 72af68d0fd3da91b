package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.schemas.Definitions;
import io.luotsi.schemas.Descriptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The types of a document, under upstream's names, each once. */
final class Components {
  private final Descriptions descriptions;
  private final PublishedTypes published;
  private final Map<String, ObjectNode> schemas = new TreeMap<>();
  private final Deque<StructuralSchema> pending = new ArrayDeque<>();

  Components(Definitions definitions, Descriptions descriptions) {
    this.descriptions = descriptions;
    this.published = new PublishedTypes(PublishedTypes.Form.V3, definitions, descriptions);
  }

  /** One of upstream's types with all that it leads to. */
  void add(String name) {
    Deque<String> wanted = new ArrayDeque<>(List.of(name));
    while (!wanted.isEmpty()) {
      String next = wanted.remove();
      if (!schemas.containsKey(next)) {
        schemas.put(
            next,
            published
                .find(next, wanted::add)
                .orElseThrow(() -> new IllegalArgumentException("no type is named " + next)));
      }
    }
  }

  /** All that was added and all that it leads to, by name. */
  ObjectNode schemas() {
    ObjectNode json = Json.object();
    schemas.forEach(json::set);
    return json;
  }

  void add(StructuralSchema schema) {
    pending.add(schema);
    while (!pending.isEmpty()) {
      StructuralSchema next = pending.remove();
      String name = next.definition();
      if (published.names().contains(name)) {
        add(name);
      } else if (!schemas.containsKey(name)) {
        schemas.put(name, Json.object()); // types refer to each other in circles
        ObjectNode json = type(next);
        String description = descriptions.of(name);
        if (!description.isEmpty()) {
          json.put("description", description);
        }
        schemas.put(name, json);
      }
    }
  }

  void addKind(ResourceType type) {
    if (type.custom().isPresent()) {
      add(GroupDocument.META + "ObjectMeta");
      schemas.put(type.definition(), CustomComponents.schema(type));
    } else {
      addKind(type.schema(), type.kind());
    }
  }

  void addKind(StructuralSchema schema, GroupVersionKind kind) {
    add(schema);
    ObjectNode json = schemas.get(schema.definition());
    if (json != null && !json.has("x-kubernetes-group-version-kind")) {
      json.putArray("x-kubernetes-group-version-kind").add(groupVersionKind(kind));
    }
  }

  void addList(ResourceType type) {
    if (published.names().contains(listName(type))) {
      add(listName(type));
    } else {
      addUnpublishedList(type);
    }
  }

  /** The list of a custom type, which no schema describes. */
  private void addUnpublishedList(ResourceType type) {
    ObjectNode json = Json.object().put("type", "object");
    json.put("description", type.kind().kind() + "List is a list of " + type.plural() + ".");
    json.putArray("required").add("items");
    ObjectNode properties = json.putObject("properties");
    properties.putObject("apiVersion").put("type", "string");
    ObjectNode items = properties.putObject("items").put("type", "array");
    items.set("items", reference(type.definition()));
    properties.putObject("kind").put("type", "string");
    properties.set("metadata", reference(GroupDocument.META + "ListMeta"));
    GroupVersionKind kind =
        new GroupVersionKind(
            type.kind().group(), type.kind().version(), type.kind().kind() + "List");
    json.putArray("x-kubernetes-group-version-kind").add(groupVersionKind(kind));
    schemas.put(listName(type), json);
  }

  static String listName(ResourceType type) {
    return type.definition() + "List";
  }

  static ObjectNode groupVersionKind(GroupVersionKind kind) {
    return Json.object()
        .put("group", kind.group())
        .put("kind", kind.kind())
        .put("version", kind.version());
  }

  static ObjectNode reference(String name) {
    return PublishedTypes.Form.V3.reference(name);
  }

  /** A place where a type is used: named types by reference, others spelled out. */
  private ObjectNode use(StructuralSchema schema) {
    String name = schema.definition();
    if (name.isEmpty()) {
      return type(schema);
    }
    if (!schemas.containsKey(name)) {
      pending.add(schema);
    }
    return reference(name);
  }

  private ObjectNode type(StructuralSchema schema) {
    ObjectNode json = Json.object();
    return switch (schema.type()) {
      case OBJECT -> object(schema);
      case MAP -> {
        json.put("type", "object").set("additionalProperties", use(schema.element()));
        yield json;
      }
      case ARRAY -> {
        json.put("type", "array").set("items", use(schema.element()));
        yield json;
      }
      case STRING -> json.put("type", "string");
      case BYTES -> json.put("type", "string").put("format", "byte");
      case TIME, MICRO_TIME -> json.put("type", "string").put("format", "date-time");
      case QUANTITY -> oneOf(json, "string", "number");
      case INT_OR_STRING -> oneOf(json.put("format", "int-or-string"), "integer", "string");
      case INT32 -> json.put("type", "integer").put("format", "int32");
      case INT64 -> json.put("type", "integer").put("format", "int64");
      case NUMBER -> json.put("type", "number").put("format", "double");
      case BOOLEAN -> json.put("type", "boolean");
      case FREE_FORM -> json.put("type", "object");
      case ANY -> json;
    };
  }

  private static ObjectNode oneOf(ObjectNode json, String first, String second) {
    ArrayNode types = json.putArray("oneOf");
    types.addObject().put("type", first);
    types.addObject().put("type", second);
    return json;
  }

  private ObjectNode object(StructuralSchema schema) {
    ObjectNode json = Json.object().put("type", "object");
    if (!schema.required().isEmpty()) {
      ArrayNode required = json.putArray("required");
      schema.required().forEach(required::add);
    }
    if (schema.preservesUnknown()) {
      json.put("x-kubernetes-preserve-unknown-fields", true);
    }
    if (!schema.properties().isEmpty()) {
      ObjectNode properties = json.putObject("properties");
      schema
          .properties()
          .forEach((name, value) -> properties.set(name, property(schema, name, value)));
    }
    return json;
  }

  private ObjectNode property(StructuralSchema owner, String name, StructuralSchema value) {
    ObjectNode json = use(value);
    String description =
        owner.definition().isEmpty() ? "" : descriptions.of(owner.definition(), name);
    if (!description.isEmpty()) {
      json.put("description", description);
    }
    value.defaultValue().map(JsonNode::<JsonNode>deepCopy).ifPresent(d -> json.set("default", d));
    if (value.nullable()) {
      json.put("nullable", true);
    }
    if (value.type() == StructuralSchema.Type.ARRAY) {
      String listType = value.listType().name().toLowerCase(Locale.ROOT);
      if (!listType.equals("atomic") || !value.patchStrategies().contains("merge")) {
        json.put("x-kubernetes-list-type", listType);
      }
      if (!value.listMapKeys().isEmpty()) {
        ArrayNode keys = json.putArray("x-kubernetes-list-map-keys");
        value.listMapKeys().forEach(keys::add);
      }
    } else if (value.atomic()) {
      json.put("x-kubernetes-map-type", "atomic");
    }
    if (!value.patchStrategies().isEmpty()) {
      json.put("x-kubernetes-patch-strategy", String.join(",", value.patchStrategies()));
    }
    if (!value.patchMergeKey().isEmpty()) {
      json.put("x-kubernetes-patch-merge-key", value.patchMergeKey());
    }
    return json;
  }
}
