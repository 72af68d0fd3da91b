package io.luotsi.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Compares all that is generated with upstream's OpenAPI document, where that lies beside the
 * project; skipped where it does not.
 */
class UpstreamOracleTest {
  private static final Path DOCUMENT =
      Path.of(System.getProperty("luotsi.oracle", "../../shared/k8s"), "swagger-1.36.json");

  /** Documentation of unions, which no part of the machinery reads. */
  private static final String UNIONS = "x-kubernetes-unions";

  /** Groups of which only the webhooks' requests exist, so that no definition is of them. */
  private static final Set<String> WEBHOOK_GROUPS =
      Set.of("admission.k8s.io", "imagepolicy.k8s.io");

  private final Definitions definitions = Definitions.load();

  @Test
  void everyDefinitionIsAsUpstreamPublishesIt() throws IOException {
    Map<String, JsonNode> upstream = upstream();
    Map<String, String> differences = new TreeMap<>();
    for (String name : definitions.names()) {
      JsonNode expected = upstream.get(name);
      ObjectNode actual = swaggerOf(definitions.get(name));
      if (!actual.equals(expected)) {
        differences.put(name, "upstream " + expected + "\n ours " + actual);
      }
    }

    assertThat(differences).isEmpty();
    assertThat(definitions.names()).hasSizeGreaterThan(550);
  }

  @Test
  void noDefinitionOfAGenerallyAvailableGroupIsMissing() throws IOException {
    Set<String> missing =
        upstream().keySet().stream()
            .filter(name -> !name.matches(".*\\.v[0-9]+(alpha|beta)[0-9]+\\..*"))
            .filter(name -> !definitions.names().contains(name))
            .collect(Collectors.toCollection(TreeSet::new));

    assertThat(missing).isEmpty();
  }

  /** Upstream's definitions without prose, unions and what it says of alpha and beta groups. */
  private static Map<String, JsonNode> upstream() throws IOException {
    assumeThat(DOCUMENT).as("the oracle beside the project").exists();
    JsonNode document = new ObjectMapper().readTree(Files.readAllBytes(DOCUMENT));
    Map<String, JsonNode> found = new TreeMap<>();
    document
        .get("definitions")
        .properties()
        .forEach(entry -> found.put(entry.getKey(), comparable(entry.getValue())));
    return found;
  }

  private static JsonNode comparable(JsonNode definition) {
    ObjectNode bare = definition.deepCopy();
    bare.remove(List.of("description", UNIONS));
    bare.path("properties").forEach(property -> ((ObjectNode) property).remove("description"));
    if (bare.get("required") instanceof ArrayNode required) {
      bare.set("required", sorted(required));
    }
    if (bare.get("x-kubernetes-group-version-kind") instanceof ArrayNode kinds) {
      ArrayNode served = JsonNodeFactory.instance.arrayNode();
      kinds.forEach(
          kind -> {
            if (kind.get("version").textValue().matches("v[0-9]+")
                && !WEBHOOK_GROUPS.contains(kind.get("group").textValue())) {
              served.add(kind);
            }
          });
      bare.set("x-kubernetes-group-version-kind", sorted(served));
    }
    return bare;
  }

  private static ArrayNode sorted(ArrayNode array) {
    Map<String, JsonNode> byText = new TreeMap<>();
    array.forEach(item -> byText.put(item.toString(), item));
    return JsonNodeFactory.instance.arrayNode().addAll(byText.values());
  }

  private static ObjectNode swaggerOf(Definition definition) {
    ObjectNode swagger = JsonNodeFactory.instance.objectNode();
    type(swagger, definition.type());
    if (!definition.mapType().isEmpty()) {
      swagger.put("x-kubernetes-map-type", definition.mapType());
    }
    if (!definition.kinds().isEmpty()) {
      ArrayNode kinds = JsonNodeFactory.instance.arrayNode();
      for (Definition.Kind kind : definition.kinds()) {
        kinds
            .addObject()
            .put("group", kind.group())
            .put("kind", kind.kind())
            .put("version", kind.version());
      }
      swagger.set("x-kubernetes-group-version-kind", sorted(kinds));
    }
    ArrayNode required = JsonNodeFactory.instance.arrayNode();
    ObjectNode properties = JsonNodeFactory.instance.objectNode();
    for (Property property : definition.properties()) {
      if (property.required()) {
        required.add(property.name());
      }
      properties.set(property.name(), swaggerOf(property));
    }
    if (!properties.isEmpty()) {
      swagger.set("properties", properties);
    }
    if (!required.isEmpty()) {
      swagger.set("required", sorted(required));
    }
    return swagger;
  }

  private static ObjectNode swaggerOf(Property property) {
    ObjectNode swagger = JsonNodeFactory.instance.objectNode();
    type(swagger, property.type());
    MergeRules merge = property.merge();
    put(swagger, "x-kubernetes-list-type", merge.listType());
    put(swagger, "x-kubernetes-map-type", merge.mapType());
    put(swagger, "x-kubernetes-patch-strategy", String.join(",", merge.patchStrategies()));
    put(swagger, "x-kubernetes-patch-merge-key", merge.patchMergeKey());
    if (!merge.listMapKeys().isEmpty()) {
      ArrayNode keys = swagger.putArray("x-kubernetes-list-map-keys");
      merge.listMapKeys().forEach(keys::add);
    }
    return swagger;
  }

  private static void put(ObjectNode swagger, String name, String value) {
    if (!value.isEmpty()) {
      swagger.put(name, value);
    }
  }

  private static void type(ObjectNode swagger, ValueType type) {
    switch (type) {
      case ValueType.Scalar(String name, String format) -> {
        swagger.put("type", name);
        put(swagger, "format", format);
      }
      case ValueType.Reference(String definition) ->
          swagger.put("$ref", "#/definitions/" + definition);
      case ValueType.ListOf(ValueType items) ->
          type(swagger.put("type", "array").putObject("items"), items);
      case ValueType.MapOf(ValueType values) ->
          type(swagger.put("type", "object").putObject("additionalProperties"), values);
      case ValueType.FreeForm() -> swagger.put("type", "object");
      case ValueType.Struct() -> swagger.put("type", "object");
      case ValueType.Any() -> {}
    }
  }
}
