package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.StructuralSchema.ListType;
import io.luotsi.core.catalog.StructuralSchema.Type;
import io.luotsi.core.patch.apply.PathElement.KeyField;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How two values of a type become one.
 *
 * @see "Source: kube-openapi pkg/schemaconv; structured-merge-diff typed/helpers.go"
 */
enum Form {
  /** One of them, as a whole. */
  LEAF,
  /** Item by item: a set, or a list whose items have keys. */
  ITEMS,
  /** Field by field. */
  FIELDS;

  private static final String RAW_EXTENSION = "io.k8s.apimachinery.pkg.runtime.RawExtension";

  /**
   * @param value decides where the schema takes anything
   */
  static Form of(StructuralSchema schema, JsonNode value) {
    return switch (schema.type().structure()) {
      case OBJECT, MAP -> schema.atomic() ? LEAF : FIELDS;
      case ARRAY -> schema.listType() == ListType.ATOMIC ? LEAF : ITEMS;
      case OPEN -> {
        boolean whole =
            schema.type() == Type.ANY
                ? !value.isObject()
                : schema.definition().equals(RAW_EXTENSION);
        yield whole ? LEAF : FIELDS;
      }
      case SCALAR -> LEAF;
    };
  }

  /** Whether there is nothing in a container: it is absent, null, empty or none at all. */
  static boolean isVoid(JsonNode container) {
    return container.isEmpty();
  }

  /** Whether a field is named by the type, and not a key of the client's choice. */
  static boolean declares(StructuralSchema schema, String field) {
    return schema.properties().containsKey(field);
  }

  /** The type of a field; empty if the type has no such field. */
  static Optional<StructuralSchema> field(StructuralSchema schema, String name) {
    return switch (schema.type().structure()) {
      case OBJECT -> {
        Optional<StructuralSchema> property = schema.property(name);
        yield property.isPresent() || !schema.preservesUnknown()
            ? property
            : Optional.of(StructuralSchema.ANYTHING);
      }
      case MAP -> Optional.of(schema.element());
      case OPEN -> Optional.of(StructuralSchema.ANYTHING);
      case ARRAY, SCALAR -> Optional.empty();
    };
  }

  /**
   * The step to an item of a list that merges by items. A key that the item leaves out is the key's
   * default, if it has one.
   *
   * @return empty if the item cannot be told from its like: {@link #problem} says why
   */
  static Optional<PathElement> item(StructuralSchema list, JsonNode item) {
    if (list.listType() == ListType.SET) {
      return item.isValueNode() && !item.isNull()
          ? Optional.of(new PathElement.Value(item))
          : Optional.empty();
    }
    if (!item.isObject()) {
      return Optional.empty();
    }
    List<KeyField> fields = new ArrayList<>(list.listMapKeys().size());
    for (String key : list.listMapKeys()) {
      JsonNode value = item.get(key);
      if (value != null) {
        fields.add(new KeyField(key, value));
      } else {
        list.element()
            .property(key)
            .flatMap(StructuralSchema::defaultValue)
            .ifPresent(assumed -> fields.add(new KeyField(key, assumed)));
      }
    }
    return fields.isEmpty() ? Optional.empty() : Optional.of(new PathElement.Key(fields));
  }

  /** Why an item has no step that leads to it. */
  static String problem(StructuralSchema list, JsonNode item) {
    if (list.listType() == ListType.SET) {
      return switch (item.getNodeType()) {
        case OBJECT -> "associative list without keys has an element that's a map type";
        case ARRAY -> "not supported: associative list with lists as elements";
        case NULL, MISSING, STRING, NUMBER, BOOLEAN, BINARY, POJO ->
            "associative list without keys has an element that's an explicit null";
      };
    }
    if (item.isNull()) {
      return "associative list with keys may not have a null element";
    }
    if (!item.isObject()) {
      return "associative list with keys may not have non-map elements";
    }
    String keys =
        list.listMapKeys().stream()
            .map(JsonValues::quoted)
            .reduce((one, other) -> one + " " + other)
            .orElse("");
    return "associative list with keys has an element that omits all key fields ["
        + keys
        + "] (and doesn't have default values for any key fields)";
  }
}
