package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.CustomKind;
import io.luotsi.core.catalog.ResourceType;

/**
 * The types of custom kinds: what their authors wrote, with the fields that every object has.
 *
 * @see "Source: apiextensions-apiserver pkg/controller/openapi/builder"
 */
final class CustomComponents {
  private static final String API_VERSION =
      "The version of the representation, as group and version: servers may convert it, and refuse"
          + " what they do not know.";
  private static final String KIND =
      "The kind of the object, in CamelCase: the resource that clients send it to says it, too, and"
          + " it cannot be changed.";
  private static final String METADATA =
      "What all objects have: name, labels, owners and the like.";

  private CustomComponents() {}

  static ObjectNode schema(ResourceType type) {
    CustomKind custom = type.custom().orElseThrow();
    ObjectNode schema = custom.openApi().deepCopy();
    if (!schema.has("type")) {
      schema.put("type", "object");
    }
    fields(schema);
    embedded(schema.path("properties"));
    schema
        .putArray("x-kubernetes-group-version-kind")
        .add(Components.groupVersionKind(type.kind()));
    if (!type.selectable().fields().isEmpty()) {
      ArrayNode selectable = schema.putArray("x-kubernetes-selectable-fields");
      type.selectable()
          .fields()
          .forEach(field -> selectable.addObject().put("fieldPath", field.path()));
    }
    return schema;
  }

  private static void fields(ObjectNode schema) {
    ObjectNode properties = schema.withObject("properties");
    properties.putObject("apiVersion").put("description", API_VERSION).put("type", "string");
    properties.putObject("kind").put("description", KIND).put("type", "string");
    ObjectNode metadata = Components.reference(GroupDocument.META + "ObjectMeta");
    properties.set("metadata", metadata.put("description", METADATA));
  }

  /** Objects within objects have them, too. */
  private static void embedded(JsonNode schemas) {
    for (JsonNode one : schemas) {
      if (!(one instanceof ObjectNode schema)) {
        continue;
      }
      if (schema.path("x-kubernetes-embedded-resource").asBoolean()) {
        fields(schema);
      }
      embedded(schema.path("properties"));
      embedded(schema.objectNode().<ObjectNode>set("items", schema.path("items")));
      embedded(schema.objectNode().<ObjectNode>set("each", schema.path("additionalProperties")));
    }
  }
}
