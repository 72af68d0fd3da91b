package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.StructuralSchema.ListType;
import io.luotsi.core.catalog.StructuralSchema.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Lists that merge by items have each item once.
 *
 * @see "Source: apiextensions-apiserver pkg/apiserver/schema/listtype"
 */
public final class ListCheck {
  private ListCheck() {}

  /** Says the second appearance of each item that a list has more than once. */
  public static List<FieldError> check(ObjectNode object, StructuralSchema schema) {
    List<FieldError> errors = new ArrayList<>(0);
    walk(errors, "", object, schema);
    return errors;
  }

  private static void walk(
      List<FieldError> errors, String path, JsonNode value, StructuralSchema schema) {
    if (value.isObject() && schema.type() == Type.OBJECT && schema.definition().isEmpty()) {
      for (Map.Entry<String, JsonNode> field : value.properties()) {
        StructuralSchema known = schema.properties().get(field.getKey());
        if (known != null && field.getValue().isContainerNode()) {
          String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
          walk(errors, at, field.getValue(), known);
        }
      }
    } else if (value.isObject() && schema.type() == Type.MAP) {
      for (Map.Entry<String, JsonNode> entry : value.properties()) {
        walk(errors, path + "[" + entry.getKey() + "]", entry.getValue(), schema.element());
      }
    } else if (value.isArray() && schema.type() == Type.ARRAY) {
      items(errors, path, value, schema);
      for (int i = 0; i < value.size(); i++) {
        walk(errors, path + "[" + i + "]", value.get(i), schema.element());
      }
    }
  }

  private static void items(
      List<FieldError> errors, String path, JsonNode list, StructuralSchema schema) {
    if (schema.listType() == ListType.ATOMIC) {
      return;
    }
    boolean byKeys = schema.listType() == ListType.MAP;
    Map<JsonNode, Integer> seen = new HashMap<>();
    for (int i = 0; i < list.size(); i++) {
      JsonNode item = list.get(i);
      if (byKeys && !item.isObject() && !item.isNull()) {
        errors.add(
            FieldError.invalid(
                path + "[" + i + "]",
                item.isTextual() ? item.textValue() : item,
                "must be an object for an array of list-type map"));
        return;
      }
      JsonNode key = byKeys ? key(item, schema.listMapKeys()) : item;
      if (seen.merge(key, 1, Integer::sum) == 2) {
        errors.add(
            FieldError.duplicate(path + "[" + i + "]", key.isTextual() ? key.textValue() : key));
      }
    }
  }

  private static JsonNode key(JsonNode item, List<String> fields) {
    ObjectNode key = Json.object();
    for (String field : fields) {
      if (item.has(field)) {
        key.set(field, item.get(field));
      }
    }
    return key;
  }
}
