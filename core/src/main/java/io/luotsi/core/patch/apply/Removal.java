package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.StructuralSchema;
import java.util.Map;
import java.util.Optional;

/**
 * Takes fields out of an object. The object is not changed, but shares what is left with the
 * result; a container of which nothing is left is null.
 *
 * @see "Source: structured-merge-diff typed/remove.go"
 */
final class Removal {
  private Removal() {}

  static JsonNode without(JsonNode value, FieldSet removed, StructuralSchema schema) {
    return switch (Form.of(schema, value)) {
      case LEAF -> value.isContainerNode() ? NullNode.getInstance() : value;
      case FIELDS -> fields(value, removed, schema);
      case ITEMS -> items(value, removed, schema);
    };
  }

  private static JsonNode fields(JsonNode value, FieldSet removed, StructuralSchema schema) {
    ObjectNode left = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : value.properties()) {
      PathElement at = new PathElement.Name(field.getKey());
      if (!removed.has(at)) {
        FieldSet below = removed.below(at);
        Optional<StructuralSchema> type = Form.field(schema, field.getKey());
        left.set(
            field.getKey(),
            below.isEmpty() || type.isEmpty()
                ? field.getValue()
                : without(field.getValue(), below, type.get()));
      }
    }
    return left.isEmpty() ? NullNode.getInstance() : left;
  }

  private static JsonNode items(JsonNode value, FieldSet removed, StructuralSchema list) {
    ArrayNode left = JsonNodeFactory.instance.arrayNode();
    for (JsonNode item : value) {
      Optional<PathElement> at = Form.item(list, item);
      if (at.isEmpty() || !removed.has(at.get())) {
        FieldSet below = at.map(removed::below).orElse(FieldSet.EMPTY);
        left.add(below.isEmpty() ? item : without(item, below, list.element()));
      }
    }
    return left.isEmpty() ? NullNode.getInstance() : left;
  }
}
