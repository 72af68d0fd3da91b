package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.StructuralSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Puts a configuration over an object: its leaves replace, its items and fields join. Trees that go
 * in become parts of the result.
 *
 * @see "Source: structured-merge-diff typed/merge.go"
 */
final class Merging {
  private static final JsonNode NOTHING = MissingNode.getInstance();

  private Merging() {}

  /**
   * @param live or config may be missing, not both
   * @return missing if nothing is left
   */
  static JsonNode merge(JsonNode live, JsonNode config, StructuralSchema schema) {
    boolean silent = config.isMissingNode();
    Form form = Form.of(schema, silent ? live : config);
    boolean unlike = !silent && !live.isMissingNode() && Form.of(schema, live) != form;
    if (form == Form.LEAF || !unlike && Form.isVoid(live) && Form.isVoid(config)) {
      return silent ? live : config;
    }
    return form == Form.FIELDS ? fields(live, config, schema) : items(live, config, schema);
  }

  private static JsonNode fields(JsonNode live, JsonNode config, StructuralSchema schema) {
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : live.properties()) {
      put(merged, field.getKey(), field.getValue(), config.path(field.getKey()), schema);
    }
    for (Map.Entry<String, JsonNode> field : config.properties()) {
      if (!live.has(field.getKey())) {
        put(merged, field.getKey(), NOTHING, field.getValue(), schema);
      }
    }
    return merged.isEmpty() ? NOTHING : merged;
  }

  private static void put(
      ObjectNode merged, String field, JsonNode live, JsonNode config, StructuralSchema schema) {
    JsonNode value = Form.field(schema, field).map(type -> merge(live, config, type)).orElse(live);
    if (!value.isMissingNode()) {
      merged.set(field, value);
    }
  }

  /** One list while it is merged: its items' steps, in order, and what each leads to. */
  private record Items(List<PathElement> order, Map<PathElement, JsonNode> byElement) {
    static Items of(JsonNode list, StructuralSchema type) {
      Items items = new Items(new ArrayList<>(list.size()), new TreeMap<>());
      for (JsonNode item : list) {
        Optional<PathElement> at = list.isArray() ? Form.item(type, item) : Optional.empty();
        if (at.isPresent()) {
          // What is there twice is not merged: nobody could say with which of the two.
          boolean again = items.byElement.putIfAbsent(at.get(), item) != null;
          if (again) {
            items.byElement.put(at.get(), JsonNodeFactory.instance.nullNode());
          }
          items.order.add(at.get());
        }
      }
      return items;
    }

    boolean has(PathElement at) {
      return byElement.containsKey(at);
    }

    JsonNode get(PathElement at) {
      return byElement.getOrDefault(at, NOTHING);
    }
  }

  /**
   * Items of both stand in the configuration's order; those that only the live list has keep their
   * place among them as far as they can.
   */
  private static JsonNode items(JsonNode live, JsonNode config, StructuralSchema list) {
    return new ItemMerge(live, list, Items.of(live, list), Items.of(config, list)).merged();
  }

  /** The merge of two lists under way. */
  private static final class ItemMerge {
    private final JsonNode liveList;
    private final StructuralSchema list;
    private final Items live;
    private final Items config;
    private final Deque<PathElement> shared = new ArrayDeque<>();
    private final TreeSet<PathElement> done = new TreeSet<>();
    private final ArrayNode merged = JsonNodeFactory.instance.arrayNode();
    private int at;
    private int configAt;

    ItemMerge(JsonNode liveList, StructuralSchema list, Items live, Items config) {
      this.liveList = liveList;
      this.list = list;
      this.live = live;
      this.config = config;
      config.order().stream().filter(live::has).forEach(shared::add);
    }

    JsonNode merged() {
      while (at < live.order().size() || configAt < config.order().size()) {
        if (!takeBoth() && !takeLive() && configAt < config.order().size()) {
          takeConfig();
        }
      }
      return merged.isEmpty() ? NOTHING : merged;
    }

    /** Both lists stand at the same item, or the live one at an item whose turn comes later. */
    private boolean takeBoth() {
      if (at >= live.order().size() || configAt >= config.order().size()) {
        return false;
      }
      PathElement here = live.order().get(at);
      if (here.compareTo(config.order().get(configAt)) == 0) {
        done.add(here);
        add(live.get(here), config.get(here));
        at++;
        configAt++;
        shared.poll();
        return true;
      }
      PathElement next = shared.peek();
      if (config.has(here) && next != null && next.compareTo(here) != 0) {
        at++;
        return true;
      }
      return false;
    }

    private boolean takeLive() {
      if (at >= live.order().size()) {
        return false;
      }
      PathElement here = live.order().get(at);
      if (!config.has(here)) {
        add(liveList.get(at), NOTHING);
        at++;
        return true;
      }
      if (done.contains(here)) {
        at++;
      }
      return false;
    }

    private void takeConfig() {
      PathElement here = config.order().get(configAt++);
      done.add(here);
      add(live.get(here), config.get(here));
      PathElement next = shared.peek();
      if (next != null && next.compareTo(here) == 0) {
        shared.poll();
      }
    }

    private void add(JsonNode mine, JsonNode theirs) {
      JsonNode item = merge(mine, theirs, list.element());
      if (!item.isMissingNode()) {
        merged.add(item);
      }
    }
  }
}
