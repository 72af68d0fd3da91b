package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a JSON schema allows a value to be, read once.
 *
 * @param types of which a value must be one; empty for any
 * @param texts what a text must be
 * @param numbers what a number must be
 * @param sizes of lists and objects
 * @param items empty if nothing is said of them
 * @param properties in the schema's order
 * @param additional of properties that are not listed; empty if nothing is said of them
 * @param closed whether no other properties may be there
 * @param listKeys by which items of a list are told apart, empty if they are not
 */
record ValueRules(
    List<String> types,
    boolean nullable,
    List<JsonNode> allowed,
    Texts texts,
    Numbers numbers,
    Sizes sizes,
    Optional<ValueRules> items,
    Map<String, ValueRules> properties,
    List<String> required,
    Optional<ValueRules> additional,
    boolean closed,
    List<String> listKeys,
    Junctors junctors) {

  /**
   * @param format empty for none, or one that nobody knows
   */
  record Texts(
      OptionalLong least,
      OptionalLong most,
      String patternText,
      Optional<LinearPattern> pattern,
      String format) {}

  /**
   * @param format of numbers: {@code int32}, {@code float}, or empty
   */
  record Numbers(
      Optional<JsonNode> minimum,
      boolean aboveMinimum,
      Optional<JsonNode> maximum,
      boolean belowMaximum,
      Optional<JsonNode> multipleOf,
      String format) {}

  record Sizes(
      OptionalLong leastItems,
      OptionalLong mostItems,
      boolean unique,
      OptionalLong leastProperties,
      OptionalLong mostProperties) {}

  record Junctors(
      List<ValueRules> allOf,
      List<ValueRules> anyOf,
      List<ValueRules> oneOf,
      Optional<ValueRules> not) {}

  /**
   * @throws IllegalArgumentException if a pattern is no regular expression
   */
  static ValueRules of(JsonNode schema) {
    List<String> types = types(schema);
    JsonNode additional = schema.path("additionalProperties");
    return new ValueRules(
        types,
        schema.path("nullable").asBoolean(),
        children(schema.path("enum")),
        texts(schema, types),
        numbers(schema, types),
        new Sizes(
            number(schema, "minItems"),
            number(schema, "maxItems"),
            schema.path("uniqueItems").asBoolean(),
            number(schema, "minProperties"),
            number(schema, "maxProperties")),
        optional(schema.path("items")),
        properties(schema.path("properties")),
        children(schema.path("required")).stream().map(JsonNode::asText).toList(),
        optional(additional),
        additional.isBoolean() && !additional.booleanValue(),
        schema.path("x-kubernetes-list-type").asText("").equals("map")
            ? children(schema.path("x-kubernetes-list-map-keys")).stream()
                .map(JsonNode::asText)
                .toList()
            : List.of(),
        new Junctors(
            all(schema.path("allOf")),
            all(schema.path("anyOf")),
            all(schema.path("oneOf")),
            optional(schema.path("not"))));
  }

  private static List<String> types(JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return List.of("integer", "string");
    }
    String type = schema.path("type").asText("");
    return type.isEmpty() ? List.of() : List.of(type);
  }

  private static Texts texts(JsonNode schema, List<String> types) {
    String pattern = schema.path("pattern").asText("");
    String format = schema.path("format").asText("");
    boolean ofText = types.isEmpty() || types.equals(List.of("string"));
    return new Texts(
        number(schema, "minLength"),
        number(schema, "maxLength"),
        pattern,
        pattern.isEmpty() ? Optional.empty() : Optional.of(LinearPattern.compile(pattern)),
        ofText && Formats.isKnown(format) ? format : "");
  }

  private static Numbers numbers(JsonNode schema, List<String> types) {
    return new Numbers(
        present(schema, "minimum"),
        schema.path("exclusiveMinimum").asBoolean(),
        present(schema, "maximum"),
        schema.path("exclusiveMaximum").asBoolean(),
        present(schema, "multipleOf"),
        types.equals(List.of("integer")) || types.equals(List.of("number"))
            ? schema.path("format").asText("")
            : "");
  }

  private static Optional<JsonNode> present(JsonNode schema, String field) {
    return schema.path(field).isNumber() ? Optional.of(schema.get(field)) : Optional.empty();
  }

  private static OptionalLong number(JsonNode schema, String field) {
    JsonNode value = schema.path(field);
    return value.isNumber() ? OptionalLong.of(value.longValue()) : OptionalLong.empty();
  }

  private static Optional<ValueRules> optional(JsonNode schema) {
    return schema.isObject() ? Optional.of(of(schema)) : Optional.empty();
  }

  private static List<ValueRules> all(JsonNode schemas) {
    List<ValueRules> rules = new ArrayList<>(schemas.size());
    schemas.forEach(schema -> rules.add(of(schema)));
    return List.copyOf(rules);
  }

  private static Map<String, ValueRules> properties(JsonNode schemas) {
    Map<String, ValueRules> rules = new LinkedHashMap<>();
    schemas.properties().forEach(one -> rules.put(one.getKey(), of(one.getValue())));
    return Collections.unmodifiableMap(rules);
  }

  private static List<JsonNode> children(JsonNode list) {
    List<JsonNode> children = new ArrayList<>(list.size());
    list.forEach(children::add);
    return List.copyOf(children);
  }
}
