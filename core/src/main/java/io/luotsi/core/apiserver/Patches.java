package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.client.ApiClient.PatchType;

/** Applies a client's patch to an object, as the patch's media type says. */
final class Patches {
  private Patches() {}

  /**
   * @param current not changed
   */
  static Outcome<ObjectNode> apply(
      ResourceType type, PatchType patchType, ObjectNode current, JsonNode patch) {
    return switch (patchType) {
      case MERGE ->
          patch instanceof ObjectNode changes
              ? Outcome.done(merge(current.deepCopy(), changes))
              : Outcome.rejected(new Rejection.BadRequest("a merge patch is an object"));
      case JSON, STRATEGIC_MERGE, APPLY ->
          Outcome.rejected(
              new Rejection.UnsupportedMediaType(
                  "the body of the request was in an unknown format - accepted media types"
                      + " include: application/merge-patch+json"));
    };
  }

  private static ObjectNode merge(ObjectNode object, ObjectNode changes) {
    changes
        .properties()
        .forEach(
            change -> {
              JsonNode value = change.getValue();
              if (value.isNull()) {
                object.remove(change.getKey());
              } else if (value instanceof ObjectNode nested) {
                ObjectNode into =
                    object.get(change.getKey()) instanceof ObjectNode there
                        ? there
                        : object.objectNode();
                object.set(change.getKey(), merge(into, nested));
              } else {
                object.set(change.getKey(), value);
              }
            });
    return object;
  }
}
