package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.StructuralSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The fields that an object says.
 *
 * @see "Source: structured-merge-diff typed/tofieldset.go, fieldpath/set.go,
 *     typed/reconcile_schema.go"
 */
final class SaidFields {
  private SaidFields() {}

  /**
   * What an applied configuration claims: its leaves, the items of its lists, the keys of its maps.
   * Structs come with their fields and are not claimed themselves, unless they are empty.
   */
  static FieldSet of(JsonNode value, StructuralSchema schema) {
    return switch (Form.of(schema, value)) {
      case LEAF -> FieldSet.EMPTY;
      case FIELDS -> value instanceof ObjectNode object ? fields(object, schema) : FieldSet.EMPTY;
      case ITEMS -> value.isArray() ? items(value, schema) : FieldSet.EMPTY;
    };
  }

  private static FieldSet fields(ObjectNode object, StructuralSchema schema) {
    List<FieldSet.Node> nodes = new ArrayList<>(object.size());
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      Optional<StructuralSchema> type = Form.field(schema, field.getKey());
      if (type.isPresent()) {
        JsonNode value = field.getValue();
        boolean claimed =
            Form.of(type.get(), value) == Form.LEAF
                || value.isNull()
                || value.isObject() && value.isEmpty()
                || !Form.declares(schema, field.getKey());
        nodes.add(
            new FieldSet.Node(
                new PathElement.Name(field.getKey()), claimed, of(value, type.get())));
      }
    }
    return FieldSet.of(nodes);
  }

  /** Of an item that is there more than once, only that it is. */
  private static FieldSet items(JsonNode list, StructuralSchema schema) {
    Map<PathElement, FieldSet> items = new TreeMap<>();
    Set<PathElement> twice = new TreeSet<>();
    for (JsonNode item : list) {
      Form.item(schema, item)
          .ifPresent(
              at -> {
                if (items.put(at, of(item, schema.element())) != null) {
                  twice.add(at);
                }
              });
    }
    List<FieldSet.Node> nodes = new ArrayList<>(items.size());
    items.forEach(
        (at, below) ->
            nodes.add(new FieldSet.Node(at, true, twice.contains(at) ? FieldSet.EMPTY : below)));
    return FieldSet.of(nodes);
  }

  /** The set with every struct field in it that the set has something below of. */
  static FieldSet withStructs(FieldSet set, StructuralSchema schema) {
    List<FieldSet.Node> nodes = new ArrayList<>(set.nodes().size());
    for (FieldSet.Node node : set.nodes()) {
      boolean struct =
          node.element() instanceof PathElement.Name(String name) && Form.declares(schema, name);
      FieldSet below =
          type(node.element(), schema)
              .map(type -> withStructs(node.below(), type))
              .orElse(node.below());
      nodes.add(new FieldSet.Node(node.element(), node.member() || struct, below));
    }
    return FieldSet.of(nodes);
  }

  /**
   * The set as it would be had the schema always been what it is: of what became atomic, the whole
   * instead of its parts.
   */
  static FieldSet reconciled(FieldSet set, StructuralSchema schema) {
    List<FieldSet.Node> nodes = new ArrayList<>(set.nodes().size());
    for (FieldSet.Node node : set.nodes()) {
      nodes.add(
          type(node.element(), schema)
              .filter(type -> !node.below().isEmpty())
              .map(type -> reconciled(node, type))
              .orElse(node));
    }
    return FieldSet.of(nodes);
  }

  private static FieldSet.Node reconciled(FieldSet.Node node, StructuralSchema type) {
    boolean atomic =
        switch (type.type().structure()) {
          case OBJECT, MAP, ARRAY -> Form.of(type, NO_VALUE) == Form.LEAF;
          case SCALAR, OPEN -> false;
        };
    return atomic
        ? new FieldSet.Node(node.element(), true, FieldSet.EMPTY)
        : new FieldSet.Node(node.element(), node.member(), reconciled(node.below(), type));
  }

  private static final JsonNode NO_VALUE = MissingNode.getInstance();

  private static Optional<StructuralSchema> type(PathElement element, StructuralSchema schema) {
    return switch (element) {
      case PathElement.Name(String name) -> Form.field(schema, name);
      case PathElement.Key key -> element(schema);
      case PathElement.Value value -> Optional.empty();
      case PathElement.Index index -> Optional.empty();
    };
  }

  private static Optional<StructuralSchema> element(StructuralSchema schema) {
    return schema.type() == StructuralSchema.Type.ARRAY
        ? Optional.of(schema.element())
        : Optional.empty();
  }
}
