package io.luotsi.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.StructuralSchema.Type;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Strategic merge patch: a merge patch that merges lists, too, as the schema says, and that takes
 * directives: {@code $patch}, {@code $retainKeys}, {@code $setElementOrder/…}, {@code
 * $deleteFromPrimitiveList/…}.
 *
 * @see "Source: apimachinery pkg/util/strategicpatch/patch.go"
 */
public final class StrategicMergePatch {
  static final String DIRECTIVE = "$patch";
  private static final String RETAIN_KEYS = "$retainKeys";
  private static final String ORDER = "$setElementOrder";
  private static final String DELETIONS = "$deleteFromPrimitiveList";

  private StrategicMergePatch() {}

  /**
   * @param current not changed
   * @param schema of the whole object
   * @return rejections: BadRequest for directives that make no sense, Unprocessable for lists of
   *     lists
   */
  public static Outcome<ObjectNode> apply(
      ObjectNode current, JsonNode patch, StructuralSchema schema) {
    return PatchRefused.outcomeOf(
        () -> {
          if (!(patch instanceof ObjectNode changes)) {
            throw PatchRefused.malformed(
                "error decoding patch: json: cannot unmarshal "
                    + JsonWords.kindOf(patch)
                    + " into Go value of type map[string]interface {}");
          }
          return mergeObject(current.deepCopy(), changes.deepCopy(), schema);
        });
  }

  /** Both may be changed and become part of the result. */
  static ObjectNode mergeObject(ObjectNode original, ObjectNode patch, StructuralSchema schema)
      throws PatchRefused {
    if (patch.has(DIRECTIVE)) {
      return replaceOrDelete(original, patch);
    }
    retainKeys(original, patch);
    mergeOrderedLists(original, patch, schema);
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      String field = change.getKey();
      if (isDirective(field, DELETIONS)) {
        deleteItems(original, fieldOf(field), change.getValue());
      } else {
        mergeField(original, field, change.getValue(), schema);
      }
    }
    return original;
  }

  private static ObjectNode replaceOrDelete(ObjectNode original, ObjectNode patch)
      throws PatchRefused {
    String directive = patch.path(DIRECTIVE).asText("");
    return switch (directive) {
      case "replace" -> {
        patch.remove(DIRECTIVE);
        yield patch;
      }
      case "delete" -> original.objectNode();
      default ->
          throw PatchRefused.malformed("unknown patch type: " + directive + " in map: " + patch);
    };
  }

  private static void mergeField(
      ObjectNode original, String field, JsonNode change, StructuralSchema schema)
      throws PatchRefused {
    if (change.isNull()) {
      original.remove(field);
      return;
    }
    JsonNode there = original.get(field);
    switch (change) {
      case ObjectNode patch when there instanceof ObjectNode object -> {
        StructuralSchema property = property(schema, field);
        original.set(
            field,
            property.patchStrategies().contains("replace")
                ? patch
                : mergeObject(object, patch, property));
      }
      case ArrayNode patch when there instanceof ArrayNode list ->
          original.set(field, ListMerge.merge(list, patch, property(schema, field)));
      case JsonNode value ->
          Directives.stripField(value)
              .ifPresentOrElse(
                  stripped -> original.set(field, stripped), () -> original.remove(field));
    }
  }

  /** Fields of an object that the directive does not list go; those of the patch must be listed. */
  private static void retainKeys(ObjectNode original, ObjectNode patch) throws PatchRefused {
    if (!patch.has(RETAIN_KEYS)) {
      return;
    }
    if (!(patch.remove(RETAIN_KEYS) instanceof ArrayNode list)) {
      throw PatchRefused.malformed("invalid patch format of retainKeys");
    }
    Set<String> retained = new HashSet<>();
    list.forEach(key -> retained.add(key.asText()));
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      boolean says =
          !change.getValue().isNull()
              && !isDirective(change.getKey(), DELETIONS)
              && !isDirective(change.getKey(), ORDER);
      if (says && !retained.contains(change.getKey())) {
        throw PatchRefused.malformed("invalid patch format of retainKeys");
      }
    }
    original.retain(retained);
  }

  /** Merges the lists whose order the patch says, and takes them out of the patch. */
  private static void mergeOrderedLists(
      ObjectNode original, ObjectNode patch, StructuralSchema schema) throws PatchRefused {
    Map<String, JsonNode> orders = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      if (isDirective(change.getKey(), ORDER)) {
        orders.put(change.getKey(), change.getValue());
      }
    }
    for (Map.Entry<String, JsonNode> entry : orders.entrySet()) {
      patch.remove(entry.getKey());
      String field = fieldOf(entry.getKey());
      if (!(entry.getValue() instanceof ArrayNode order)) {
        throw PatchRefused.malformed("invalid patch format of setElementOrder list");
      }
      Optional<ArrayNode> live = list(original, field);
      Optional<ArrayNode> changes = list(patch, field);
      if (live.isPresent() || changes.isPresent()) {
        StructuralSchema property = property(schema, field);
        original.set(field, ListMerge.mergeInOrder(live, changes, order, property));
        patch.remove(field);
      }
    }
  }

  private static Optional<ArrayNode> list(ObjectNode parent, String field) throws PatchRefused {
    JsonNode value = parent.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (value instanceof ArrayNode list) {
      return Optional.of(list);
    }
    throw PatchRefused.malformed("invalid patch format of setElementOrder list");
  }

  private static void deleteItems(ObjectNode original, String field, JsonNode deletions)
      throws PatchRefused {
    if (!(deletions instanceof ArrayNode items)) {
      throw PatchRefused.malformed("invalid patch format of primitive list");
    }
    if (original.get(field) instanceof ArrayNode list) {
      Set<JsonNode> deleted = new HashSet<>();
      items.forEach(deleted::add);
      ArrayNode left = list.arrayNode();
      for (JsonNode item : list) {
        if (!deleted.contains(item)) {
          left.add(item);
        }
      }
      original.set(field, left);
    }
  }

  /**
   * The schema of a field, or of a map's values. Looked up only where a patch meets what is there,
   * so an unknown field means an object that was not decoded, or an order of nothing.
   */
  private static StructuralSchema property(StructuralSchema schema, String field)
      throws PatchRefused {
    return switch (schema.type().structure()) {
      case MAP -> schema.element();
      case OPEN -> schema;
      case OBJECT, ARRAY, SCALAR -> {
        Optional<StructuralSchema> found =
            schema.type() == Type.OBJECT ? schema.property(field) : Optional.empty();
        yield found.orElseThrow(
            () ->
                PatchRefused.malformed(
                    "unable to find api field in struct %s for the json field \"%s\""
                        .formatted(schema.goName(), field)));
      }
    };
  }

  private static boolean isDirective(String field, String name) {
    return field.startsWith(name)
        && (field.length() == name.length() || field.charAt(name.length()) == '/');
  }

  /** What follows the slash of a directive about a field. */
  private static String fieldOf(String directive) throws PatchRefused {
    int slash = directive.indexOf('/');
    if (slash < 0) {
      throw PatchRefused.malformed(
          directive.equals(ORDER)
              ? "invalid patch format of setElementOrder list"
              : "invalid patch format of primitive list");
    }
    return directive.substring(slash + 1);
  }
}
