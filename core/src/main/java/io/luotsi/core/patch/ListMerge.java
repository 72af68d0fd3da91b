package io.luotsi.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.StructuralSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Lists of a strategic merge patch: which items come out, and in which order. The items of the
 * patch keep the patch's order, the others the live list's, and where an item of the one was before
 * an item of the other in the live list, it stays so, as far as that can be.
 */
final class ListMerge {
  private ListMerge() {}

  /** Merges or replaces, as the schema says. */
  static ArrayNode merge(ArrayNode live, ArrayNode patch, StructuralSchema schema)
      throws PatchRefused {
    if (!schema.patchStrategies().contains("merge")) {
      return patch;
    }
    if (live.isEmpty() && patch.isEmpty()) {
      return live;
    }
    refuseListsOfLists(live);
    refuseListsOfLists(patch);
    List<JsonNode> order = items(live);
    if (!anyObject(live) && !anyObject(patch)) {
      Set<JsonNode> both = new LinkedHashSet<>(order);
      patch.forEach(both::add);
      return ordered(new ArrayList<>(both), items(patch), order, Optional.empty());
    }
    String key = mergeKey(schema);
    List<ObjectNode> merged = objects(live);
    List<ObjectNode> changes = new ArrayList<>();
    boolean replaces = false;
    for (ObjectNode change : objects(patch)) {
      switch (change.path(StrategicMergePatch.DIRECTIVE).asText("")) {
        case "" -> changes.add(change);
        case "replace" -> replaces = true;
        case "delete" -> {
          JsonNode identity = identity(change, key);
          merged.removeIf(item -> item.path(key).equals(identity));
        }
        case "merge" ->
            throw PatchRefused.malformed("merging lists cannot yet be specified in the patch");
        default ->
            throw PatchRefused.malformed(
                "unknown patch type: %s in map: %s"
                    .formatted(change.get(StrategicMergePatch.DIRECTIVE).asText(), change));
      }
    }
    if (replaces) {
      return array(changes);
    }
    mergeItems(merged, changes, key, schema.element());
    return ordered(new ArrayList<>(merged), List.copyOf(changes), order, Optional.of(key));
  }

  /**
   * Merges a list whose order the patch says.
   *
   * @param order the merge keys (in objects) or the scalars that the client knows, in its order
   */
  static ArrayNode mergeInOrder(
      Optional<ArrayNode> live, Optional<ArrayNode> patch, ArrayNode order, StructuralSchema schema)
      throws PatchRefused {
    Optional<String> key =
        schema.patchMergeKey().isEmpty() ? Optional.empty() : Optional.of(schema.patchMergeKey());
    if (patch.isPresent()) {
      checkOrder(patch.get(), order, key);
    }
    JsonNode merged;
    if (live.isPresent() && patch.isPresent()) {
      merged = merge(live.get().deepCopy(), patch.get(), schema);
    } else if (live.isPresent()) {
      merged = live.get();
    } else {
      merged = Directives.stripField(patch.orElseThrow()).orElseThrow();
    }
    return ordered(
        items(merged), items(order), live.map(ListMerge::items).orElseGet(List::of), key);
  }

  /** The patch's items, but for those that it deletes, must come in the order that it says. */
  private static void checkOrder(ArrayNode patch, ArrayNode order, Optional<String> key)
      throws PatchRefused {
    List<JsonNode> items = items(patch);
    items.removeIf(item -> item.has(StrategicMergePatch.DIRECTIVE));
    int found = 0;
    for (JsonNode step : order) {
      if (found < items.size() && identity(items.get(found), key).equals(identity(step, key))) {
        found++;
      }
    }
    if (found < items.size()) {
      throw PatchRefused.malformed(
          "The order in patch list:\n%s\n doesn't match $setElementOrder list:\n%s\n"
              .formatted(patch, order));
    }
  }

  private static void mergeItems(
      List<ObjectNode> merged, List<ObjectNode> changes, String key, StructuralSchema element)
      throws PatchRefused {
    Map<JsonNode, Integer> positions = positions(merged, Optional.of(key));
    for (ObjectNode change : changes) {
      JsonNode identity = identity(change, key);
      Integer position = positions.get(identity);
      if (position != null) {
        merged.set(
            position, StrategicMergePatch.mergeObject(merged.get(position), change, element));
      } else {
        Directives.stripItem(change)
            .ifPresent(
                added -> {
                  positions.put(identity, merged.size());
                  merged.add((ObjectNode) added);
                });
      }
    }
  }

  /**
   * @param items all that come out, each once
   * @param patchOrder the order of those that the patch knows
   * @param liveOrder the order of the list before
   */
  private static ArrayNode ordered(
      List<JsonNode> items,
      List<? extends JsonNode> patchOrder,
      List<JsonNode> liveOrder,
      Optional<String> key)
      throws PatchRefused {
    Map<JsonNode, Integer> inPatch = positions(patchOrder, key);
    Map<JsonNode, Integer> inLive = positions(liveOrder, key);
    List<JsonNode> known = new ArrayList<>();
    List<JsonNode> others = new ArrayList<>();
    for (JsonNode item : items) {
      (inPatch.containsKey(identity(item, key)) ? known : others).add(item);
    }
    known.sort(Comparator.comparing(item -> inPatch.get(quietIdentity(item, key))));
    // The others are in the live list's order already: merging keeps it.
    ArrayNode result = JsonNodeFactory.instance.arrayNode(items.size());
    int i = 0;
    int j = 0;
    while (i < others.size() && j < known.size()) {
      Integer other = inLive.get(identity(others.get(i), key));
      Integer mine = inLive.get(identity(known.get(j), key));
      boolean otherFirst = other != null && mine != null && other < mine;
      result.add(otherFirst ? others.get(i++) : known.get(j++));
    }
    result.addAll(others.subList(i, others.size()));
    result.addAll(known.subList(j, known.size()));
    return result;
  }

  /** First position of each identity. */
  private static Map<JsonNode, Integer> positions(
      List<? extends JsonNode> items, Optional<String> key) throws PatchRefused {
    Map<JsonNode, Integer> positions = HashMap.newHashMap(items.size());
    for (int i = 0; i < items.size(); i++) {
      positions.putIfAbsent(identity(items.get(i), key), i);
    }
    return positions;
  }

  private static JsonNode identity(JsonNode item, Optional<String> key) throws PatchRefused {
    return key.isPresent() ? identity(item, key.get()) : item;
  }

  private static JsonNode identity(JsonNode item, String key) throws PatchRefused {
    JsonNode identity = item.path(key);
    if (identity.isMissingNode()) {
      throw PatchRefused.malformed(
          "map: %s does not contain declared merge key: %s".formatted(item, key));
    }
    return identity;
  }

  /** Of an item whose identity has been asked for before. */
  private static JsonNode quietIdentity(JsonNode item, Optional<String> key) {
    return key.map(item::path).orElse(item);
  }

  private static String mergeKey(StructuralSchema schema) throws PatchRefused {
    if (schema.patchMergeKey().isEmpty()) {
      throw PatchRefused.malformed(
          "cannot merge lists without merge key for " + schema.element().goName());
    }
    return schema.patchMergeKey();
  }

  private static void refuseListsOfLists(ArrayNode list) throws PatchRefused {
    for (JsonNode item : list) {
      if (item.isArray()) {
        throw PatchRefused.inapplicable();
      }
    }
  }

  private static boolean anyObject(ArrayNode list) {
    return items(list).stream().anyMatch(JsonNode::isObject);
  }

  private static List<ObjectNode> objects(ArrayNode list) throws PatchRefused {
    List<ObjectNode> objects = new ArrayList<>(list.size());
    for (JsonNode item : list) {
      if (!(item instanceof ObjectNode object)) {
        throw PatchRefused.malformed(
            "list element types are not identical: " + JsonWords.kindOf(item) + " and object");
      }
      objects.add(object);
    }
    return objects;
  }

  private static List<JsonNode> items(JsonNode list) {
    List<JsonNode> items = new ArrayList<>(list.size());
    list.forEach(items::add);
    return items;
  }

  private static ArrayNode array(List<ObjectNode> items) {
    return JsonNodeFactory.instance.arrayNode(items.size()).addAll(items);
  }
}
