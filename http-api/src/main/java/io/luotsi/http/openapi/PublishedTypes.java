package io.luotsi.http.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.schemas.Definition;
import io.luotsi.schemas.Definitions;
import io.luotsi.schemas.Descriptions;
import io.luotsi.schemas.MergeRules;
import io.luotsi.schemas.Property;
import io.luotsi.schemas.ValueType;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Upstream's types as documents of either version of OpenAPI have them. What only one of the two
 * can say (defaults, alternatives) is left out of the other, as upstream leaves it out.
 */
final class PublishedTypes {
  /** A version of OpenAPI. */
  enum Form {
    V2("#/definitions/"),
    V3("#/components/schemas/");

    private final String references;

    Form(String references) {
      this.references = references;
    }

    /** A place where a named type is used. */
    ObjectNode reference(String name) {
      ObjectNode json = Json.object();
      switch (this) {
        case V2 -> json.put("$ref", references + name);
        case V3 -> json.putArray("allOf").addObject().put("$ref", references + name);
      }
      return json;
    }
  }

  private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";

  private final Form form;
  private final Definitions definitions;
  private final Descriptions descriptions;

  PublishedTypes(Form form, Definitions definitions, Descriptions descriptions) {
    this.form = form;
    this.definitions = definitions;
    this.descriptions = descriptions;
  }

  Set<String> names() {
    return definitions.names();
  }

  /**
   * @param uses is told the names of all types that this one leads to
   * @return empty if upstream has none of that name
   */
  Optional<ObjectNode> find(String name, Consumer<String> uses) {
    return definitions.find(name).map(definition -> of(definition, uses));
  }

  private ObjectNode of(Definition definition, Consumer<String> uses) {
    ObjectNode json = Json.object();
    put(json, "description", descriptions.of(definition.name()));
    if (form == Form.V3 && definition.name().equals(QUANTITY)) {
      alternatives(json, "string", "number");
    } else {
      type(json, definition.type(), uses);
    }
    ArrayNode required = Json.object().arrayNode();
    ObjectNode properties = Json.object();
    for (Property property : definition.properties()) {
      if (property.required()) {
        required.add(property.name());
      }
      properties.set(
          property.name(),
          property(property, descriptions.of(definition.name(), property.name()), uses));
    }
    if (!properties.isEmpty()) {
      json.set("properties", properties);
    }
    if (!required.isEmpty()) {
      json.set("required", required);
    }
    put(json, "x-kubernetes-map-type", definition.mapType());
    if (!definition.kinds().isEmpty()) {
      ArrayNode kinds = json.putArray("x-kubernetes-group-version-kind");
      for (Definition.Kind kind : definition.kinds()) {
        kinds
            .addObject()
            .put("group", kind.group())
            .put("kind", kind.kind())
            .put("version", kind.version());
      }
    }
    return json;
  }

  private ObjectNode property(Property property, String description, Consumer<String> uses) {
    ObjectNode json = Json.object();
    type(json, property.type(), uses);
    put(json, "description", description);
    if (form == Form.V3 && !property.defaultJson().isEmpty()) {
      setDefault(json, property.defaultJson());
    }
    MergeRules merge = property.merge();
    put(json, "x-kubernetes-list-type", merge.listType());
    if (!merge.listMapKeys().isEmpty()) {
      ArrayNode keys = json.putArray("x-kubernetes-list-map-keys");
      merge.listMapKeys().forEach(keys::add);
    }
    put(json, "x-kubernetes-map-type", merge.mapType());
    put(json, "x-kubernetes-patch-strategy", String.join(",", merge.patchStrategies()));
    put(json, "x-kubernetes-patch-merge-key", merge.patchMergeKey());
    return json;
  }

  private static void setDefault(ObjectNode json, String text) {
    try {
      json.set("default", Json.mapper().readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a default in the table is no JSON: " + text, e);
    }
  }

  private void type(ObjectNode json, ValueType type, Consumer<String> uses) {
    switch (type) {
      case ValueType.Scalar(String name, String format)
          when form == Form.V3 && format.equals("int-or-string") ->
          alternatives(json.put("format", format), "integer", "string");
      case ValueType.Scalar(String name, String format) -> {
        json.put("type", name);
        put(json, "format", format);
      }
      case ValueType.Reference(String definition) -> {
        uses.accept(definition);
        json.setAll(form.reference(definition));
      }
      case ValueType.ListOf(ValueType items) ->
          type(json.put("type", "array").putObject("items"), items, uses);
      case ValueType.MapOf(ValueType values) ->
          type(json.put("type", "object").putObject("additionalProperties"), values, uses);
      case ValueType.FreeForm() -> json.put("type", "object");
      case ValueType.Struct() -> json.put("type", "object");
      case ValueType.Any() -> {}
    }
  }

  private static void alternatives(ObjectNode json, String first, String second) {
    ArrayNode types = json.putArray("oneOf");
    types.addObject().put("type", first);
    types.addObject().put("type", second);
  }

  private static void put(ObjectNode json, String name, String value) {
    if (!value.isEmpty()) {
      json.put(name, value);
    }
  }
}
