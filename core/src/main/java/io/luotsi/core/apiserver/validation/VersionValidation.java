package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.catalog.CustomSchemas;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One version of a CustomResourceDefinition.
 *
 * @see "Source: apiextensions-apiserver pkg/apis/apiextensions/validation/validation.go"
 */
final class VersionValidation {
  private static final List<String> COLUMN_TYPES =
      List.of("boolean", "date", "integer", "number", "string");
  private static final List<String> COLUMN_FORMATS =
      List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
  private static final int MOST_SELECTABLE_FIELDS = 8;
  private static final int LONGEST_WARNING = 256;

  /** What may stand at the root beside a status of its own. */
  private static final Set<String> AT_ROOT_WITH_STATUS =
      Set.of(
          "description",
          "type",
          "format",
          "title",
          "maximum",
          "exclusiveMaximum",
          "minimum",
          "exclusiveMinimum",
          "maxLength",
          "minLength",
          "pattern",
          "maxItems",
          "minItems",
          "uniqueItems",
          "multipleOf",
          "required",
          "items",
          "properties",
          "externalDocs",
          "example",
          "x-kubernetes-preserve-unknown-fields",
          "x-kubernetes-validations");

  private static final String ONLY_AT_ROOT =
      "only [Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum"
          + " MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items"
          + " Properties ExternalDocs Example XPreserveUnknownFields XValidations] fields are"
          + " allowed at the root of the schema if the status subresource is enabled";

  private VersionValidation() {}

  static void validate(
      List<FieldError> errors, CustomSchemas schemas, JsonNode version, String path) {
    deprecation(errors, version, path);
    JsonNode schema = version.at("/schema/openAPIV3Schema");
    boolean hasStatus = version.path("subresources").has("status");
    if (schema.isObject()) {
      schema(errors, schemas, schema, hasStatus, path + ".schema.openAPIV3Schema");
    }
    scale(errors, version.at("/subresources/scale"), path + ".subresources.scale");
    int i = 0;
    for (JsonNode column : version.path("additionalPrinterColumns")) {
      column(errors, column, path + ".additionalPrinterColumns[" + i++ + "]");
    }
    selectable(errors, version.path("selectableFields"), schema, path + ".selectableFields");
  }

  private static void deprecation(List<FieldError> errors, JsonNode version, String path) {
    if (!version.hasNonNull("deprecationWarning")) {
      return;
    }
    String warning = version.get("deprecationWarning").asText();
    String at = path + ".deprecationWarning";
    if (!version.path("deprecated").asBoolean()) {
      errors.add(FieldError.invalid(at, warning, "can only be set for deprecated versions"));
      return;
    }
    if (warning.length() > LONGEST_WARNING) {
      errors.add(FieldError.invalid(at, warning, "must be <= 256 characters long"));
    }
    if (warning.isEmpty()) {
      errors.add(FieldError.invalid(at, warning, "must not be an empty string"));
    }
    int strange = 0;
    while (strange < warning.length() && !Character.isISOControl(warning.charAt(strange))) {
      strange++;
    }
    if (strange < warning.length()) {
      errors.add(
          FieldError.invalid(
              at,
              warning,
              "must only contain printable UTF-8 characters; non-printable character found at"
                  + " index "
                  + strange));
    }
  }

  private static void schema(
      List<FieldError> errors,
      CustomSchemas schemas,
      JsonNode schema,
      boolean hasStatus,
      String path) {
    int before = errors.size();
    if (hasStatus) {
      root(errors, schema, path);
    }
    if (schema.path("nullable").asBoolean()) {
      errors.add(FieldError.forbidden(path + ".nullable", "nullable cannot be true at the root"));
    }
    List<FieldError> structural = StructuralValidation.validate(schema, path);
    errors.addAll(
        structural.isEmpty()
            ? SchemaDefaultsValidation.validate(schemas, schema, path)
            : structural);
    for (FieldError error : SchemaValidation.validate(schema, path)) {
      if (!errors.subList(before, errors.size()).contains(error)) {
        errors.add(error);
      }
    }
  }

  private static void root(List<FieldError> errors, JsonNode schema, String path) {
    for (Map.Entry<String, JsonNode> word : schema.properties()) {
      String type = word.getKey().equals("type") ? word.getValue().asText() : "object";
      if (!type.equals("object")) {
        errors.add(
            FieldError.invalid(
                path + ".type",
                type,
                "only \"object\" is allowed as the type at the root of the schema if the status"
                    + " subresource is enabled"));
        return;
      }
      if (!AT_ROOT_WITH_STATUS.contains(word.getKey())) {
        errors.add(FieldError.invalid(path, schema, ONLY_AT_ROOT));
        return;
      }
    }
  }

  private static void scale(List<FieldError> errors, JsonNode scale, String path) {
    if (!scale.isObject()) {
      return;
    }
    replicas(errors, Checks.text(scale, "specReplicasPath"), path + ".specReplicasPath", ".spec");
    replicas(
        errors, Checks.text(scale, "statusReplicasPath"), path + ".statusReplicasPath", ".status");
    String selector = Checks.text(scale, "labelSelectorPath");
    String at = path + ".labelSelectorPath";
    if (!selector.isEmpty()
        && startsWithDot(errors, at, selector)
        && !selector.startsWith(".spec.")
        && !selector.startsWith(".status.")) {
      errors.add(
          FieldError.invalid(at, selector, "should be a json path under either .spec or .status"));
    }
  }

  private static void replicas(List<FieldError> errors, String value, String path, String below) {
    if (value.isEmpty()) {
      errors.add(FieldError.required(path, ""));
    } else if (startsWithDot(errors, path, value) && !value.startsWith(below + ".")) {
      errors.add(FieldError.invalid(path, value, "should be a json path under " + below));
    }
  }

  private static boolean startsWithDot(List<FieldError> errors, String path, String value) {
    if (!value.startsWith(".")) {
      errors.add(FieldError.invalid(path, value, "must be a simple json path starting with ."));
    }
    return value.startsWith(".");
  }

  private static void column(List<FieldError> errors, JsonNode column, String path) {
    Checks.required(errors, path, column, "name");
    String type = Checks.text(column, "type");
    String mustBe = "must be one of " + String.join(",", COLUMN_TYPES);
    if (type.isEmpty()) {
      errors.add(FieldError.required(path + ".type", mustBe));
    } else if (!COLUMN_TYPES.contains(type)) {
      errors.add(FieldError.invalid(path + ".type", type, mustBe));
    }
    String format = Checks.text(column, "format");
    if (!format.isEmpty() && !COLUMN_FORMATS.contains(format)) {
      errors.add(
          FieldError.invalid(
              path + ".format", format, "must be one of " + String.join(",", COLUMN_FORMATS)));
    }
    String jsonPath = Checks.text(column, "jsonPath");
    if (jsonPath.isEmpty()) {
      errors.add(FieldError.required(path + ".JSONPath", ""));
    } else {
      startsWithDot(errors, path + ".JSONPath", jsonPath);
    }
  }

  private static void selectable(
      List<FieldError> errors, JsonNode fields, JsonNode schema, String path) {
    Set<String> seen = new HashSet<>();
    List<FieldError> found = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      String jsonPath = Checks.text(fields.get(i), "jsonPath");
      String at = path + "[" + i + "].jsonPath";
      if (jsonPath.isEmpty()) {
        found.add(FieldError.required(at, ""));
        continue;
      }
      selectable(found, jsonPath, schema, at);
      if (!seen.add(jsonPath)) {
        found.add(FieldError.duplicate(at, jsonPath));
      }
    }
    errors.addAll(found);
    if (seen.size() > MOST_SELECTABLE_FIELDS) {
      errors.add(FieldError.tooMany(path, seen.size(), MOST_SELECTABLE_FIELDS));
    }
  }

  private static void selectable(
      List<FieldError> errors, String jsonPath, JsonNode schema, String at) {
    if (!jsonPath.matches("(\\.[A-Za-z_][A-Za-z0-9_]*)+")) {
      errors.add(
          FieldError.invalid(
              at, jsonPath, "is an invalid path: expected a path of fields such as .spec.field"));
      return;
    }
    String[] steps = jsonPath.substring(1).split("\\.");
    if (steps[0].equals("metadata")) {
      errors.add(FieldError.invalid(at, jsonPath, "must not point to fields in metadata"));
    }
    JsonNode found = schema;
    for (String step : steps) {
      found = found.path("properties").path(step);
      if (found.isMissingNode()) {
        errors.add(
            FieldError.invalid(
                at, jsonPath, "is an invalid path: does not refer to a valid field"));
        return;
      }
    }
    if (!List.of("string", "boolean", "integer").contains(Checks.text(found, "type"))) {
      errors.add(
          FieldError.invalid(
              at,
              jsonPath,
              "must point to a field of type string, boolean or integer. Enum string fields and"
                  + " strings with formats are allowed."));
    }
  }
}
