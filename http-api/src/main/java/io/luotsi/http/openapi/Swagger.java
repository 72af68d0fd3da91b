package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.schemas.Definitions;
import io.luotsi.schemas.Descriptions;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The one document of OpenAPI version 2: all types and all paths. Paths are those of version 3,
 * said in the older words.
 */
final class Swagger {
  private static final String V3_REFERENCES = "#/components/schemas/";
  private static final String V2_REFERENCES = "#/definitions/";

  private Swagger() {}

  static ObjectNode of(Catalog catalog) {
    ObjectNode document = Json.object().put("swagger", "2.0");
    document.putObject("info").put("title", "Kubernetes").put("version", "v1.36.0");
    ObjectNode paths = document.putObject("paths");
    allPaths(catalog).forEach((path, item) -> paths.set(path, pathItem(item)));
    document.set("definitions", definitions(catalog));
    return document;
  }

  private static Map<String, JsonNode> allPaths(Catalog catalog) {
    ObjectNode paths = Json.object();
    RootPaths.core(paths);
    RootPaths.groups(paths);
    RootPaths.server(paths);
    Set<String> groups = new LinkedHashSet<>();
    for (ResourceType type : catalog.types()) {
      if (!type.kind().group().isEmpty() && groups.add(type.kind().group())) {
        RootPaths.group(paths, type.kind().group());
      }
      if (groups.add(type.kind().apiVersion())) {
        RootPaths.version(paths, type.kind());
      }
      new TypePaths(type).write(paths);
    }
    Map<String, JsonNode> sorted = new TreeMap<>();
    paths.properties().forEach(path -> sorted.put(path.getKey(), path.getValue()));
    return sorted;
  }

  private static ObjectNode definitions(Catalog catalog) {
    Definitions upstream = Definitions.load();
    Descriptions descriptions = Descriptions.load();
    PublishedTypes published = new PublishedTypes(PublishedTypes.Form.V2, upstream, descriptions);
    Map<String, JsonNode> all = new TreeMap<>();
    for (String name : published.names()) {
      published.find(name, used -> {}).ifPresent(type -> all.put(name, type));
    }
    Components custom = new Components(upstream, descriptions);
    for (ResourceType type : catalog.types()) {
      if (!all.containsKey(type.definition())) {
        custom.addKind(type);
        custom.addList(type);
      }
    }
    custom
        .schemas()
        .properties()
        .forEach(type -> all.putIfAbsent(type.getKey(), older(type.getValue())));
    ObjectNode json = Json.object();
    all.forEach(json::set);
    return json;
  }

  /** A type of version 3 without what version 2 cannot say. */
  private static JsonNode older(JsonNode type) {
    if (type.isArray()) {
      ArrayNode array = Json.object().arrayNode();
      type.forEach(item -> array.add(older(item)));
      return array;
    }
    if (!type.isObject()) {
      return type;
    }
    ObjectNode json = Json.object();
    for (Map.Entry<String, JsonNode> field : type.properties()) {
      switch (field.getKey()) {
        case "$ref" ->
            json.put("$ref", field.getValue().asText().replace(V3_REFERENCES, V2_REFERENCES));
        case "allOf" -> json.setAll(olderReference(field.getValue()));
        case "default", "nullable", "oneOf", "anyOf", "not" -> {}
        case "properties" -> {
          ObjectNode properties = json.putObject("properties");
          field
              .getValue()
              .properties()
              .forEach(property -> properties.set(property.getKey(), older(property.getValue())));
        }
        default -> json.set(field.getKey(), older(field.getValue()));
      }
    }
    return json;
  }

  /** Of the parts of a type only what it refers to can be said; values are not restricted. */
  private static ObjectNode olderReference(JsonNode parts) {
    ObjectNode json = Json.object();
    for (JsonNode part : parts) {
      if (part.has("$ref")) {
        json.setAll((ObjectNode) older(part));
      }
    }
    return json;
  }

  private static ObjectNode pathItem(JsonNode item) {
    ObjectNode json = Json.object();
    for (Map.Entry<String, JsonNode> field : item.properties()) {
      if (field.getKey().equals("parameters")) {
        json.set("parameters", parameters(field.getValue()));
      } else {
        json.set(field.getKey(), operation(field.getValue()));
      }
    }
    return json;
  }

  private static ArrayNode parameters(JsonNode parameters) {
    ArrayNode json = Json.object().arrayNode();
    for (JsonNode parameter : parameters) {
      ObjectNode flat = json.addObject();
      for (Map.Entry<String, JsonNode> field : parameter.properties()) {
        if (field.getKey().equals("schema")) {
          flat.setAll((ObjectNode) field.getValue());
        } else {
          flat.set(field.getKey(), field.getValue());
        }
      }
    }
    return json;
  }

  private static ObjectNode operation(JsonNode operation) {
    ObjectNode json = Json.object();
    JsonNode content = operation.at("/requestBody/content");
    ArrayNode consumes = json.putArray("consumes");
    content.properties().forEach(body -> consumes.add(body.getKey()));
    if (consumes.isEmpty()) {
      consumes.add("*/*");
    }
    json.set("operationId", operation.get("operationId"));
    ArrayNode parameters = parameters(operation.path("parameters"));
    if (!content.isMissingNode()) {
      ObjectNode body = parameters.addObject().put("in", "body").put("name", "body");
      if (operation.at("/requestBody/required").asBoolean()) {
        body.put("required", true);
      }
      body.set("schema", older(content.iterator().next().path("schema")));
    }
    if (!parameters.isEmpty()) {
      json.set("parameters", parameters);
    }
    ArrayNode produces = json.putArray("produces");
    operation
        .at("/responses/200/content")
        .properties()
        .forEach(answer -> produces.add(answer.getKey()));
    ObjectNode responses = json.putObject("responses");
    for (Map.Entry<String, JsonNode> response : operation.path("responses").properties()) {
      ObjectNode older = responses.putObject(response.getKey());
      older.set("description", response.getValue().get("description"));
      JsonNode answers = response.getValue().path("content");
      if (!answers.isEmpty()) {
        older.set("schema", older(answers.iterator().next().path("schema")));
      }
    }
    json.putArray("schemes").add("https");
    for (String field :
        new String[] {"tags", "x-kubernetes-action", "x-kubernetes-group-version-kind"}) {
      if (operation.has(field)) {
        json.set(field, operation.get(field));
      }
    }
    return json;
  }
}
