package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.catalog.custom.LinearPattern;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether a schema is structural: every field has one type, said at one place, so that a tree can
 * be walked along it; what stands below {@code allOf}, {@code anyOf}, {@code oneOf} and {@code not}
 * only restricts values.
 *
 * @see "Source: apiextensions-apiserver pkg/apiserver/schema/{validation,complete}.go"
 */
final class StructuralValidation {
  private static final String META_ONLY_NAMES =
      "must not specify anything other than name and generateName, but metadata is implicitly"
          + " specified";

  /** Where a schema stands. */
  private enum Level {
    ROOT,
    ITEM,
    FIELD
  }

  private final List<FieldError> errors = new ArrayList<>();

  private StructuralValidation() {}

  /** All that is wrong, in the order of the messages. */
  static List<FieldError> validate(JsonNode schema, String path) {
    StructuralValidation validation = new StructuralValidation();
    validation.schema(schema, Level.ROOT, path);
    validation.complete(schema, path);
    validation.errors.sort(Comparator.comparing(FieldError::message));
    return validation.errors;
  }

  private void schema(JsonNode schema, Level level, String path) {
    if (!schema.isObject()) {
      return;
    }
    String type = type(schema);
    if (type.equals("array") && !schema.path("items").isObject()) {
      required(path + ".items", "must be specified");
    }
    schema(schema.path("items"), Level.ITEM, path + ".items");
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      schema(property.getValue(), Level.FIELD, path + ".properties[" + property.getKey() + "]");
    }
    additional(schema.path("additionalProperties"), level, path + ".additionalProperties");
    extensions(schema, path);
    values(schema, path, isIntOrString(schema.path("anyOf")), firstIsIntOrString(schema));
    typeIsSaid(schema, type, level, path);
    metadata(schema, level, path);
  }

  private static String type(JsonNode schema) {
    return schema.path("type").asText("");
  }

  private static boolean is(JsonNode schema, String extension) {
    return schema.path("x-kubernetes-" + extension).asBoolean();
  }

  private void required(String path, String detail) {
    errors.add(FieldError.required(path, detail));
  }

  private void forbid(String path, String detail) {
    errors.add(FieldError.forbidden(path, detail));
  }

  private void additional(JsonNode additional, Level level, String path) {
    if (additional.isMissingNode() || additional.isNull()) {
      return;
    }
    if (level == Level.ROOT) {
      forbid(path, "must not be used at the root");
    }
    schema(additional, Level.FIELD, path);
  }

  private void extensions(JsonNode schema, String path) {
    for (String other : List.of("preserve-unknown-fields", "embedded-resource")) {
      if (is(schema, "int-or-string") && is(schema, other)) {
        errors.add(
            FieldError.invalid(
                path + ".x-kubernetes-" + other,
                true,
                "must be false if x-kubernetes-int-or-string is true"));
      }
    }
  }

  private void typeIsSaid(JsonNode schema, String type, Level level, String path) {
    boolean embedded = is(schema, "embedded-resource");
    String mustBeObject = "must be object if x-kubernetes-embedded-resource is true";
    if (embedded && type.isEmpty()) {
      required(path + ".type", mustBeObject);
    } else if (embedded && !type.equals("object")) {
      errors.add(FieldError.invalid(path + ".type", type, mustBeObject));
    } else if (type.isEmpty()
        && !is(schema, "int-or-string")
        && !is(schema, "preserve-unknown-fields")) {
      required(
          path + ".type",
          switch (level) {
            case ROOT -> "must not be empty at the root";
            case ITEM -> "must not be empty for specified array items";
            case FIELD -> "must not be empty for specified object fields";
          });
    }
    if (embedded && schema.hasNonNull("additionalProperties")) {
      forbid(
          path + ".additionalProperties",
          "must not be used if x-kubernetes-embedded-resource is set");
    }
    if (level == Level.ROOT && !type.isEmpty() && !type.equals("object")) {
      errors.add(FieldError.invalid(path + ".type", type, "must be object at the root"));
    }
    if (embedded && !is(schema, "preserve-unknown-fields") && schema.path("properties").isEmpty()) {
      required(
          path + ".properties",
          "must not be empty if x-kubernetes-embedded-resource is true without"
              + " x-kubernetes-preserve-unknown-fields");
    }
  }

  private void metadata(JsonNode schema, Level level, String path) {
    boolean isObject = level == Level.ROOT || is(schema, "embedded-resource");
    JsonNode properties = schema.path("properties");
    for (String field : List.of("kind", "apiVersion")) {
      if (isObject && properties.has(field) && !type(properties.get(field)).equals("string")) {
        errors.add(
            FieldError.invalid(
                path + ".properties[" + field + "].type",
                type(properties.get(field)),
                "must be string"));
      }
    }
    if (!properties.has("metadata")) {
      return;
    }
    JsonNode metadata = properties.get("metadata");
    String at = path + ".properties[metadata]";
    if (isObject && !type(metadata).equals("object")) {
      errors.add(FieldError.invalid(at + ".type", type(metadata), "must be object"));
    }
    if (level == Level.ROOT && !saysOnlyNames(metadata)) {
      forbid(at, META_ONLY_NAMES);
    }
  }

  private static boolean saysOnlyNames(JsonNode metadata) {
    for (Map.Entry<String, JsonNode> word : metadata.properties()) {
      boolean fine =
          switch (word.getKey()) {
            case "type", "default" -> true;
            case "properties" ->
                word.getValue().properties().stream()
                    .allMatch(p -> Set.of("name", "generateName").contains(p.getKey()));
            default -> false;
          };
      if (!fine) {
        return false;
      }
    }
    return true;
  }

  private static boolean isIntOrString(JsonNode anyOf) {
    return anyOf.size() == 2
        && anyOf.get(0).size() == 1
        && anyOf.get(1).size() == 1
        && type(anyOf.get(0)).equals("integer")
        && type(anyOf.get(1)).equals("string");
  }

  private static boolean firstIsIntOrString(JsonNode schema) {
    return isIntOrString(schema.path("allOf").path(0).path("anyOf"));
  }

  /** What restricts values, at any depth of junctors. */
  private void values(JsonNode schema, String path, boolean skipAnyOf, boolean skipFirstAllOf) {
    if (!skipAnyOf) {
      each(schema.path("anyOf"), path + ".anyOf");
    }
    for (int i = 0; i < schema.path("allOf").size(); i++) {
      nested(
          schema.path("allOf").get(i),
          path + ".allOf[" + i + "]",
          Level.FIELD,
          skipFirstAllOf && i == 0);
    }
    each(schema.path("oneOf"), path + ".oneOf");
    nested(schema.path("not"), path + ".not", Level.FIELD, false);
    String pattern = schema.path("pattern").asText("");
    if (!pattern.isEmpty()) {
      try {
        LinearPattern.compile(pattern);
      } catch (IllegalArgumentException e) {
        errors.add(
            FieldError.invalid(
                path + ".pattern",
                pattern,
                "must be a valid regular expression, but isn't: " + e.getMessage()));
      }
    }
  }

  private void each(JsonNode schemas, String path) {
    for (int i = 0; i < schemas.size(); i++) {
      nested(schemas.get(i), path + "[" + i + "]", Level.FIELD, false);
    }
  }

  private void nested(JsonNode schema, String path, Level level, boolean skipAnyOf) {
    if (!schema.isObject()) {
      return;
    }
    values(schema, path, skipAnyOf, false);
    nested(schema.path("items"), path + ".items", Level.ITEM, false);
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      nested(
          property.getValue(), path + ".properties[" + property.getKey() + "]", Level.FIELD, false);
    }
    for (String word : List.of("type", "title", "description")) {
      if (!schema.path(word).asText("").isEmpty()) {
        forbid(path + "." + word, "must be empty to be structural");
      }
    }
    for (String word : List.of("additionalProperties", "default")) {
      if (schema.hasNonNull(word)) {
        forbid(path + "." + word, "must be undefined to be structural");
      }
    }
    for (String word :
        List.of(
            "nullable",
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-embedded-resource",
            "x-kubernetes-int-or-string")) {
      if (schema.path(word).asBoolean()) {
        forbid(path + "." + word, "must be false to be structural");
      }
    }
    for (String word : List.of("x-kubernetes-list-map-keys", "x-kubernetes-validations")) {
      if (!schema.path(word).isEmpty()) {
        forbid(path + "." + word, "must be empty to be structural");
      }
    }
    for (String word : List.of("x-kubernetes-list-type", "x-kubernetes-map-type")) {
      if (schema.hasNonNull(word)) {
        forbid(path + "." + word, "must be undefined to be structural");
      }
    }
    if (schema.path("properties").has("metadata")) {
      forbid(path + ".properties[metadata]", "must not be specified in a nested context");
    }
  }

  /**
   * Every field that a junctor at the root restricts must be said outside of it, too; as upstream,
   * nobody looks at junctors further below.
   */
  private void complete(JsonNode schema, String path) {
    for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
      JsonNode all = schema.path(junctor);
      for (int i = 0; i < all.size(); i++) {
        saidOutside(all.get(i), schema, path + "." + junctor + "[" + i + "]", path);
      }
    }
    saidOutside(schema.path("not"), schema, path + ".not", path);
  }

  private void saidOutside(JsonNode nested, JsonNode outside, String path, String outsidePath) {
    if (!nested.isObject()) {
      return;
    }
    for (Map.Entry<String, JsonNode> property : nested.path("properties").properties()) {
      String name = property.getKey();
      JsonNode said = outside.path("properties").path(name);
      String at = outsidePath + ".properties[" + name + "]";
      if (said.isMissingNode()) {
        mustBeDefined(at, path + ".properties[" + name + "]");
      } else {
        saidOutside(property.getValue(), said, path + ".properties[" + name + "]", at);
      }
    }
    if (nested.path("items").isObject()) {
      if (outside.path("items").isObject()) {
        saidOutside(
            nested.path("items"), outside.path("items"), path + ".items", outsidePath + ".items");
      } else {
        mustBeDefined(outsidePath + ".items", path + ".items");
      }
    }
    for (String junctor : List.of("allOf", "anyOf", "oneOf")) {
      JsonNode all = nested.path(junctor);
      for (int i = 0; i < all.size(); i++) {
        saidOutside(all.get(i), outside, path + "." + junctor + "[" + i + "]", outsidePath);
      }
    }
    saidOutside(nested.path("not"), outside, path + ".not", outsidePath);
  }

  private void mustBeDefined(String path, String because) {
    required(path, "because it is defined in " + because);
  }
}
