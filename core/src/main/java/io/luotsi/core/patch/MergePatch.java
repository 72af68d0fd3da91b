package io.luotsi.core.patch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import java.util.Map;

/** JSON merge patch, RFC 7396: objects merge, null removes, everything else replaces. */
public final class MergePatch {
  private MergePatch() {}

  /**
   * @param current not changed
   * @return BadRequest if {@code patch} is no object
   */
  public static Outcome<ObjectNode> apply(ObjectNode current, JsonNode patch) {
    return patch instanceof ObjectNode changes
        ? Outcome.done(merge(current.deepCopy(), changes))
        : Outcome.rejected(
            new Rejection.BadRequest(
                "error decoding patch: json: cannot unmarshal "
                    + JsonWords.kindOf(patch)
                    + " into Go value of type map[string]interface {}"));
  }

  private static ObjectNode merge(ObjectNode into, ObjectNode changes) {
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      String field = change.getKey();
      switch (change.getValue()) {
        case ObjectNode nested -> {
          ObjectNode there =
              into.get(field) instanceof ObjectNode object ? object : into.putObject(field);
          merge(there, nested);
        }
        case JsonNode value when value.isNull() -> into.remove(field);
        case JsonNode value -> into.set(field, value.deepCopy());
      }
    }
    return into;
  }
}
