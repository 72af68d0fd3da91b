package io.luotsi.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * JSON patch, RFC 6902, as upstream applies it: all operations or none; an index may be negative
 * and counts from the end; what copies add is bounded.
 */
public final class JsonPatch {
  /** A patch of more operations is refused with RequestEntityTooLarge. */
  public static final int MAX_OPERATIONS = 10_000;

  /** Bytes that all copies of one patch may add, so that a small patch cannot grow without end. */
  private static final int MAX_COPIED_BYTES = 3 * 1024 * 1024;

  private final ObjectNode document;
  private int copiedBytes;

  private JsonPatch(ObjectNode document) {
    this.document = document;
  }

  /** One operation; a value that is not given is null. */
  private record Operation(String op, List<String> path, List<String> from, JsonNode value) {}

  /**
   * @param current not changed
   * @return rejections: BadRequest for what is no JSON patch, RequestEntityTooLarge for too many
   *     operations, Unprocessable for one that does not apply or a test that fails
   */
  public static Outcome<ObjectNode> apply(ObjectNode current, JsonNode patch) {
    return PatchRefused.outcomeOf(
        () -> {
          List<Operation> operations = parse(patch);
          JsonPatch work = new JsonPatch(current.deepCopy());
          for (Operation operation : operations) {
            work.apply(operation);
          }
          return work.document;
        });
  }

  private static List<Operation> parse(JsonNode patch) throws PatchRefused {
    if (!(patch instanceof ArrayNode array)) {
      throw PatchRefused.malformed(
          "json: cannot unmarshal "
              + JsonWords.kindOf(patch)
              + " into Go value of type jsonpatch.Patch");
    }
    if (array.size() > MAX_OPERATIONS) {
      throw PatchRefused.tooLarge(
          "The allowed maximum operations in a JSON patch is %d, got %d"
              .formatted(MAX_OPERATIONS, array.size()));
    }
    List<Operation> operations = new ArrayList<>(array.size());
    for (JsonNode item : array) {
      if (!(item instanceof ObjectNode operation)) {
        throw PatchRefused.malformed(
            "json: cannot unmarshal "
                + JsonWords.kindOf(item)
                + " into Go value of type jsonpatch.Operation");
      }
      operations.add(
          new Operation(
              operation.path("op").asText(""),
              pointer(operation.path("path")),
              operation.has("from") ? pointer(operation.path("from")) : List.of(),
              operation.has("value")
                  ? operation.get("value")
                  : JsonNodeFactory.instance.nullNode()));
    }
    return operations;
  }

  /** RFC 6901; the root itself cannot be patched. */
  private static List<String> pointer(JsonNode text) throws PatchRefused {
    String pointer = text.asText("");
    if (!text.isTextual() || !pointer.startsWith("/")) {
      throw PatchRefused.inapplicable();
    }
    List<String> steps = new ArrayList<>();
    for (String step : pointer.substring(1).split("/", -1)) {
      steps.add(step.replace("~1", "/").replace("~0", "~"));
    }
    return steps;
  }

  private void apply(Operation operation) throws PatchRefused {
    switch (operation.op()) {
      case "add" -> add(operation.path(), operation.value().deepCopy());
      case "remove" -> remove(operation.path());
      case "replace" -> replace(operation.path(), operation.value().deepCopy());
      case "move" -> {
        require(!operation.from().isEmpty());
        add(operation.path(), remove(operation.from()));
      }
      case "copy" -> {
        require(!operation.from().isEmpty());
        JsonNode copied = find(operation.from()).deepCopy();
        require(!copied.isMissingNode());
        copiedBytes += Json.write(copied).length;
        require(copiedBytes <= MAX_COPIED_BYTES);
        add(operation.path(), copied);
      }
      case "test" -> test(operation);
      default -> throw PatchRefused.inapplicable();
    }
  }

  private static void require(boolean condition) throws PatchRefused {
    if (!condition) {
      throw PatchRefused.inapplicable();
    }
  }

  private void add(List<String> path, JsonNode value) throws PatchRefused {
    String last = path.getLast();
    switch (parent(path)) {
      case ObjectNode object -> object.set(last, value);
      case ArrayNode array when last.equals("-") -> array.add(value);
      case ArrayNode array -> array.insert(index(last, array.size() + 1), value);
      case JsonNode other -> throw PatchRefused.inapplicable();
    }
  }

  private JsonNode remove(List<String> path) throws PatchRefused {
    String last = path.getLast();
    return switch (parent(path)) {
      case ObjectNode object when object.has(last) -> object.remove(last);
      case ArrayNode array -> array.remove(index(last, array.size()));
      case JsonNode other -> throw PatchRefused.inapplicable();
    };
  }

  private void replace(List<String> path, JsonNode value) throws PatchRefused {
    String last = path.getLast();
    switch (parent(path)) {
      case ObjectNode object when object.has(last) -> object.set(last, value);
      case ArrayNode array -> array.set(index(last, array.size()), value);
      case JsonNode other -> throw PatchRefused.inapplicable();
    }
  }

  /** What is not there equals null. */
  private void test(Operation operation) throws PatchRefused {
    JsonNode actual = find(operation.path());
    boolean absent = actual.isMissingNode() || actual.isNull();
    require(absent ? operation.value().isNull() : sameValue(actual, operation.value()));
  }

  /** Numbers are equal by value: 1 and 1.0. */
  private static boolean sameValue(JsonNode one, JsonNode other) {
    return one.equals(
        (a, b) ->
            a.equals(b)
                    || a.isNumber()
                        && b.isNumber()
                        && a.decimalValue().compareTo(b.decimalValue()) == 0
                ? 0
                : 1,
        other);
  }

  private JsonNode parent(List<String> path) throws PatchRefused {
    return find(path.subList(0, path.size() - 1));
  }

  private JsonNode find(List<String> path) throws PatchRefused {
    JsonNode at = document;
    for (String step : path) {
      at =
          switch (at) {
            case ArrayNode array -> array.path(index(step, array.size()));
            case JsonNode other -> other.path(step);
          };
    }
    return at;
  }

  /**
   * @param size of the array after the operation
   */
  private static int index(String step, int size) throws PatchRefused {
    try {
      int index = Integer.parseInt(step);
      require(index < size && index >= -size);
      return index < 0 ? index + size : index;
    } catch (NumberFormatException e) {
      throw PatchRefused.inapplicable();
    }
  }
}
