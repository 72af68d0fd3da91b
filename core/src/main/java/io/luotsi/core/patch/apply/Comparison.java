package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.StructuralSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What tells an object from what it was.
 *
 * @param removed fields that only the former has
 * @param modified fields that both have, unlike
 * @param added fields that only the latter has
 * @see "Source: structured-merge-diff typed/compare.go"
 */
record Comparison(FieldSet removed, FieldSet modified, FieldSet added) {

  /** All that the latter says by itself. */
  FieldSet written() {
    return modified.union(added);
  }

  /**
   * @param schema of both
   * @param ignored paths below which nobody looks
   */
  static Comparison of(JsonNode before, JsonNode after, StructuralSchema schema, FieldSet ignored) {
    Found found = fields(before, after, schema, ignored);
    return new Comparison(
        FieldSet.of(found.removed), FieldSet.of(found.modified), FieldSet.of(found.added));
  }

  /** What was found at one level. */
  private static final class Found {
    static final Found NOTHING = new Found();
    final List<FieldSet.Node> removed = new ArrayList<>(0);
    final List<FieldSet.Node> modified = new ArrayList<>(0);
    final List<FieldSet.Node> added = new ArrayList<>(0);

    void add(PathElement at, Change change, Found below) {
      add(removed, at, change == Change.REMOVED, below.removed);
      add(modified, at, change == Change.MODIFIED, below.modified);
      add(added, at, change == Change.ADDED, below.added);
    }

    private static void add(
        List<FieldSet.Node> list, PathElement at, boolean member, List<FieldSet.Node> below) {
      if (member || !below.isEmpty()) {
        list.add(new FieldSet.Node(at, member, FieldSet.of(below)));
      }
    }
  }

  /** What happened to a value itself, whatever happened inside it. */
  private enum Change {
    NONE,
    REMOVED,
    MODIFIED,
    ADDED
  }

  private static Found fields(
      JsonNode before, JsonNode after, StructuralSchema schema, FieldSet ignored) {
    Found found = new Found();
    if (after instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        field(
            found, field.getKey(), before.path(field.getKey()), field.getValue(), schema, ignored);
      }
    }
    if (before instanceof ObjectNode object) {
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        if (!after.has(field.getKey())) {
          field(
              found, field.getKey(), field.getValue(), MissingNode.getInstance(), schema, ignored);
        }
      }
    }
    return found;
  }

  private static void field(
      Found found,
      String name,
      JsonNode before,
      JsonNode after,
      StructuralSchema parent,
      FieldSet ignored) {
    Optional<StructuralSchema> schema = Form.field(parent, name);
    if (before == after || schema.isEmpty()) {
      return;
    }
    PathElement at = new PathElement.Name(name);
    if (ignored.isEmpty()) {
      value(found, at, before, after, schema.get(), FieldSet.EMPTY);
    } else if (!ignored.has(at)) {
      value(found, at, before, after, schema.get(), ignored.below(at));
    }
  }

  private static void value(
      Found found,
      PathElement at,
      JsonNode before,
      JsonNode after,
      StructuralSchema schema,
      FieldSet ignored) {
    Change change = Change.NONE;
    if (before.isMissingNode()) {
      change = Change.ADDED;
    } else if (after.isMissingNode()) {
      change = Change.REMOVED;
    }
    Form form = Form.of(schema, change == Change.REMOVED ? before : after);
    Found below = Found.NOTHING;
    if (change == Change.NONE && Form.of(schema, before) != form) {
      change = Change.MODIFIED; // where anything may stand, and something else does
      below = fields(before, after, schema, ignored);
    } else if (form == Form.LEAF || Form.isVoid(before) && Form.isVoid(after)) {
      if (change == Change.NONE && !JsonValues.equal(before, after)) {
        change = Change.MODIFIED;
      }
    } else {
      below =
          form == Form.FIELDS
              ? fields(before, after, schema, ignored)
              : items(before, after, schema);
    }
    found.add(at, change, below);
  }

  private static Found items(JsonNode before, JsonNode after, StructuralSchema list) {
    Map<PathElement, List<JsonNode>> were = byElement(before, list);
    Map<PathElement, List<JsonNode>> are = byElement(after, list);
    Found found = new Found();
    were.forEach(
        (at, items) -> item(found, at, items, are.getOrDefault(at, List.of()), list.element()));
    are.forEach(
        (at, items) -> {
          if (!were.containsKey(at)) {
            item(found, at, List.of(), items, list.element());
          }
        });
    return found;
  }

  /** Items that cannot be told from their like are left out, as upstream does. */
  private static Map<PathElement, List<JsonNode>> byElement(JsonNode list, StructuralSchema type) {
    Map<PathElement, List<JsonNode>> items = new TreeMap<>();
    if (list.isArray()) {
      for (JsonNode item : list) {
        Form.item(type, item)
            .ifPresent(at -> items.computeIfAbsent(at, k -> new ArrayList<>(1)).add(item));
      }
    }
    return items;
  }

  /** Items that are there more than once are compared as a whole. */
  private static void item(
      Found found,
      PathElement at,
      List<JsonNode> were,
      List<JsonNode> are,
      StructuralSchema schema) {
    JsonNode was = were.isEmpty() ? MissingNode.getInstance() : were.getFirst();
    JsonNode is = are.isEmpty() ? MissingNode.getInstance() : are.getFirst();
    if (were.size() <= 1 && are.size() <= 1) {
      value(found, at, was, is, schema, FieldSet.EMPTY);
    } else if (were.size() > 1 && are.size() > 1) {
      if (!equal(were, are)) {
        found.add(at, Change.MODIFIED, Found.NOTHING);
      }
    } else {
      Found below = new Found();
      if (were.size() > 1) {
        value(below, at, MissingNode.getInstance(), is, schema, FieldSet.EMPTY);
        below.removed.add(new FieldSet.Node(at, true, FieldSet.EMPTY));
      } else {
        value(below, at, was, MissingNode.getInstance(), schema, FieldSet.EMPTY);
        below.added.add(new FieldSet.Node(at, true, FieldSet.EMPTY));
      }
      found.removed.addAll(below.removed);
      found.added.addAll(below.added);
    }
  }

  private static boolean equal(List<JsonNode> were, List<JsonNode> are) {
    boolean equal = were.size() == are.size();
    for (int i = 0; equal && i < were.size(); i++) {
      equal = JsonValues.equal(were.get(i), are.get(i));
    }
    return equal;
  }
}
