package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a definition may say under {@code openAPIV3Schema}, keyword by keyword.
 *
 * @see "Source: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go"
 */
final class SchemaValidation {
  private static final List<String> TYPES =
      List.of("array", "boolean", "integer", "number", "object", "string");
  private static final Set<String> META_FIELDS = Set.of("metadata", "kind", "apiVersion");
  private static final List<String> REASONS =
      List.of(
          "FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired");
  private static final String SET_ITEM =
      "must be atomic as item of a list with x-kubernetes-list-type=set";

  /**
   * Where a schema stands.
   *
   * @param noDefaults why there may be no default, empty if there may
   */
  private record Place(boolean root, boolean insideMeta, String noDefaults) {
    Place below() {
      return new Place(false, insideMeta, noDefaults);
    }
  }

  private final List<FieldError> errors = new ArrayList<>();

  private SchemaValidation() {}

  static List<FieldError> validate(JsonNode schema, String path) {
    SchemaValidation validation = new SchemaValidation();
    validation.schema(schema, path, new Place(true, false, ""));
    return validation.errors;
  }

  private void schema(JsonNode schema, String path, Place place) {
    if (!schema.isObject()) {
      return;
    }
    unsupported(schema, path, place);
    if (schema.path("uniqueItems").asBoolean()) {
      forbid(
          path + ".uniqueItems",
          "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
    }
    additionalProperties(schema, path, place);
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      schema(
          property.getValue(),
          path + ".properties[" + property.getKey() + "]",
          ofProperty(schema, property.getKey(), place));
    }
    schema(schema.path("not"), path + ".not", place.below());
    for (String junctor : List.of("allOf", "oneOf", "anyOf")) {
      for (int i = 0; i < schema.path(junctor).size(); i++) {
        schema(schema.path(junctor).get(i), path + "." + junctor + "[" + i + "]", place.below());
      }
    }
    schema(schema.path("items"), path + ".items", place.below());
    extensions(schema, path);
    ListKeys.check(errors, schema, path);
    rules(schema.path("x-kubernetes-validations"), path + ".x-kubernetes-validations");
  }

  private static Place ofProperty(JsonNode schema, String name, Place place) {
    boolean embedded = schema.path("x-kubernetes-embedded-resource").asBoolean();
    if (!(place.root() || embedded) || !META_FIELDS.contains(name)) {
      return place.below();
    }
    return new Place(false, true, place.root() ? "in top-level " + name : place.noDefaults());
  }

  private void forbid(String path, String why) {
    errors.add(FieldError.forbidden(path, why));
  }

  private void unsupported(JsonNode schema, String path, Place place) {
    String type = schema.path("type").asText("");
    if (!type.isEmpty() && !TYPES.contains(type)) {
      errors.add(FieldError.notSupported(path + ".type", type, TYPES));
    }
    if (schema.hasNonNull("default") && !place.noDefaults().isEmpty()) {
      forbid(path + ".default", "must not be set " + place.noDefaults());
    }
    if (!schema.path("id").asText("").isEmpty()) {
      forbid(path + ".id", "id is not supported");
    }
    for (String word : List.of("additionalItems", "dependencies", "$ref")) {
      if (schema.hasNonNull(word)) {
        forbid(path + "." + word, word + " is not supported");
      }
    }
    for (String word : List.of("patternProperties", "definitions")) {
      if (!schema.path(word).isEmpty()) {
        forbid(path + "." + word, word + " is not supported");
      }
    }
    if (type.equals("null")) {
      forbid(path + ".type", "type cannot be set to null, use nullable as an alternative");
    }
    if (schema.path("items").isArray() && !schema.path("items").isEmpty()) {
      forbid(path + ".items", "items must be a schema object and not an array");
    }
    if (place.insideMeta() && schema.path("x-kubernetes-embedded-resource").asBoolean()) {
      forbid(path + ".x-kubernetes-embedded-resource", "must not be used inside of resource meta");
    }
  }

  private void additionalProperties(JsonNode schema, String path, Place place) {
    JsonNode additional = schema.path("additionalProperties");
    if (additional.isMissingNode() || additional.isNull()) {
      return;
    }
    if (!schema.path("properties").isEmpty()
        && (additional.isObject() || !additional.asBoolean())) {
      forbid(
          path + ".additionalProperties",
          "additionalProperties and properties are mutual exclusive");
    }
    Place inside =
        place.insideMeta()
            ? new Place(false, true, "inside additionalProperties applying to object metadata")
            : place.below();
    schema(additional, path + ".additionalProperties", inside);
  }

  private void extensions(JsonNode schema, String path) {
    String type = schema.path("type").asText("");
    if (schema.hasNonNull("x-kubernetes-preserve-unknown-fields")
        && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
      errors.add(
          FieldError.invalid(
              path + ".x-kubernetes-preserve-unknown-fields", false, "must be true or undefined"));
    }
    if (schema.hasNonNull("x-kubernetes-map-type")) {
      String said = schema.path("x-kubernetes-map-type").asText();
      typeIs(type, "object", path, "x-kubernetes-map-type");
      if (!List.of("atomic", "granular").contains(said)) {
        errors.add(
            FieldError.notSupported(
                path + ".x-kubernetes-map-type", said, List.of("atomic", "granular")));
      }
    }
    if (schema.hasNonNull("x-kubernetes-list-type")) {
      listType(schema, type, path);
    }
  }

  private void typeIs(String type, String expected, String path, String because) {
    String detail = "must be " + expected + " if " + because + " is specified";
    if (type.isEmpty()) {
      errors.add(FieldError.required(path + ".type", detail));
    } else if (!type.equals(expected)) {
      errors.add(FieldError.invalid(path + ".type", type, detail));
    }
  }

  private void listType(JsonNode schema, String type, String path) {
    String said = schema.path("x-kubernetes-list-type").asText();
    JsonNode items = schema.path("items");
    if (!type.equals("array")) {
      typeIs(type, "array", path, "x-kubernetes-list-type");
    } else if (said.equals("set")) {
      String itemType = items.path("type").asText("");
      String itemList = items.path("x-kubernetes-list-type").asText("atomic");
      if (itemType.equals("array") && !itemList.equals("atomic")) {
        errors.add(FieldError.invalid(path + ".items.x-kubernetes-list-type", itemList, SET_ITEM));
      }
      String itemMap = items.path("x-kubernetes-map-type").asText("granular");
      if (itemType.equals("object") && !itemMap.equals("atomic")) {
        errors.add(FieldError.invalid(path + ".items.x-kubernetes-map-type", itemMap, SET_ITEM));
      }
    }
    if (!List.of("atomic", "set", "map").contains(said)) {
      errors.add(
          FieldError.notSupported(
              path + ".x-kubernetes-list-type", said, List.of("atomic", "set", "map")));
    }
  }

  private void rules(JsonNode rules, String path) {
    for (int i = 0; i < rules.size(); i++) {
      rule(rules.get(i), path + "[" + i + "]");
    }
  }

  private void rule(JsonNode rule, String path) {
    String text = rule.path("rule").asText("").strip();
    String message = rule.path("message").asText("");
    String bare = message.strip();
    if (text.isEmpty()) {
      errors.add(FieldError.required(path + ".rule", "rule is not specified"));
    } else if (!message.isEmpty() && bare.isEmpty()) {
      errors.add(FieldError.invalid(path + ".message", message, "must be non-empty if specified"));
    } else if (hasLineBreak(bare)) {
      errors.add(FieldError.invalid(path + ".message", message, "must not contain line breaks"));
    } else if (hasLineBreak(text) && bare.isEmpty()) {
      errors.add(
          FieldError.required(
              path + ".message", "message must be specified if rule contains line breaks"));
    }
    String expression = rule.path("messageExpression").asText("");
    if (!expression.isEmpty() && expression.isBlank()) {
      errors.add(
          FieldError.required(
              path + ".messageExpression", "messageExpression must be non-empty if specified"));
    }
    if (rule.hasNonNull("reason") && !REASONS.contains(rule.get("reason").asText())) {
      errors.add(FieldError.notSupported(path + ".reason", rule.get("reason").asText(), REASONS));
    }
    String fieldPath = rule.path("fieldPath").asText("");
    if (!fieldPath.isEmpty() && fieldPath.isBlank()) {
      errors.add(
          FieldError.invalid(path + ".fieldPath", fieldPath, "must be non-empty if specified"));
    }
    if (hasLineBreak(fieldPath)) {
      errors.add(
          FieldError.invalid(path + ".fieldPath", fieldPath, "must not contain line breaks"));
    }
  }

  private static boolean hasLineBreak(String text) {
    return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
  }

  /** Lists whose items are told apart, by keys or as a whole. */
  private static final class ListKeys {
    private ListKeys() {}

    static void check(List<FieldError> errors, JsonNode schema, String path) {
      String listType = schema.path("x-kubernetes-list-type").asText("");
      JsonNode keys = schema.path("x-kubernetes-list-map-keys");
      String typePath = path + ".x-kubernetes-list-type";
      String mustBeMap = "must be map if x-kubernetes-list-map-keys is non-empty";
      if (!keys.isEmpty() && listType.isEmpty()) {
        errors.add(FieldError.required(typePath, mustBeMap));
      } else if (!keys.isEmpty() && !listType.equals("map")) {
        errors.add(FieldError.invalid(typePath, listType, mustBeMap));
      }
      if (listType.equals("map")) {
        ofMap(errors, schema, keys, path);
      }
      if (listType.equals("map") || listType.equals("set")) {
        notNullable(errors, schema.path("items"), keys, listType, path);
      }
    }

    private static void ofMap(
        List<FieldError> errors, JsonNode schema, JsonNode keys, String path) {
      String keysPath = path + ".x-kubernetes-list-map-keys";
      JsonNode items = schema.path("items");
      if (keys.isEmpty()) {
        errors.add(
            FieldError.required(keysPath, "must not be empty if x-kubernetes-list-type is map"));
      }
      if (!items.isObject()) {
        errors.add(
            FieldError.required(
                path + ".items", "must have a schema if x-kubernetes-list-type is map"));
        return;
      }
      String type = items.path("type").asText("");
      if (!type.equals("object")) {
        errors.add(
            FieldError.invalid(
                path + ".items.type",
                type,
                "must be object if parent array's x-kubernetes-list-type is map"));
        return;
      }
      Set<String> seen = new HashSet<>();
      for (JsonNode key : keys) {
        JsonNode property = items.path("properties").path(key.asText());
        String of = property.path("type").asText("");
        if (property.isMissingNode()) {
          errors.add(
              FieldError.invalid(keysPath, keys, "entries must all be names of item properties"));
        } else if (of.equals("array") || of.equals("object")) {
          errors.add(
              FieldError.invalid(
                  path + ".items.properties[" + key.asText() + "].type",
                  type,
                  "must be a scalar type if parent array's x-kubernetes-list-type is map"));
        }
        if (!seen.add(key.asText())) {
          errors.add(FieldError.invalid(keysPath, keys, "must not contain duplicate entries"));
        }
      }
    }

    private static void notNullable(
        List<FieldError> errors, JsonNode items, JsonNode keys, String listType, String path) {
      if (items.path("nullable").asBoolean()) {
        errors.add(
            FieldError.forbidden(
                path + ".items.nullable",
                "cannot be nullable when x-kubernetes-list-type is " + listType));
      }
      if (!listType.equals("map")) {
        return;
      }
      List<String> required = Checks.texts(items.path("required"));
      for (JsonNode key : keys) {
        JsonNode property = items.path("properties").path(key.asText());
        String at = path + ".items.properties[" + key.asText() + "]";
        if (property.isMissingNode()) {
          continue;
        }
        if (!required.contains(key.asText()) && !property.hasNonNull("default")) {
          errors.add(
              FieldError.required(
                  at + ".default",
                  "this property is in x-kubernetes-list-map-keys, so it must have a default or"
                      + " be a required property"));
        }
        if (property.path("nullable").asBoolean()) {
          errors.add(
              FieldError.forbidden(
                  at + ".nullable",
                  "this property is in x-kubernetes-list-map-keys, so it cannot be nullable"));
        }
      }
    }
  }
}
