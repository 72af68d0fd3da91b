package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.catalog.CustomDecoding;
import io.luotsi.core.catalog.CustomSchemas;
import io.luotsi.core.catalog.custom.ValueCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Defaults are values that the schema itself would accept.
 *
 * @see "Source: apiextensions-apiserver pkg/apiserver/schema/defaulting/validation.go"
 */
final class SchemaDefaultsValidation {
  private final CustomSchemas schemas;
  private final List<FieldError> errors = new ArrayList<>();

  private SchemaDefaultsValidation(CustomSchemas schemas) {
    this.schemas = schemas;
  }

  /**
   * @param schema a structural one
   */
  static List<FieldError> validate(CustomSchemas schemas, JsonNode schema, String path) {
    SchemaDefaultsValidation validation = new SchemaDefaultsValidation(schemas);
    validation.walk(schema, path);
    return validation.errors;
  }

  private void walk(JsonNode schema, String path) {
    if (!schema.isObject()) {
      return;
    }
    if (schema.hasNonNull("default")) {
      check(schema, schema.get("default"), path + ".default");
    }
    walk(schema.path("items"), path + ".items");
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      walk(property.getValue(), path + ".properties[" + property.getKey() + "]");
    }
  }

  private void check(JsonNode schema, JsonNode value, String path) {
    if (!CustomDecoding.isPruned(value, schemas.of(schema))) {
      errors.add(FieldError.invalid(path, value, "must not have unknown fields"));
    }
    errors.addAll(ValueCheck.of(schema).check(path, value));
  }
}
