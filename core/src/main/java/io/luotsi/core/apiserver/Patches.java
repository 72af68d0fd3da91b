package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.patch.JsonPatch;
import io.luotsi.core.patch.MergePatch;
import io.luotsi.core.patch.StrategicMergePatch;

/** Applies a client's patch to an object, as the patch's media type says. */
final class Patches {
  private Patches() {}

  /**
   * @param schema of the object
   * @param current not changed
   */
  static Outcome<ObjectNode> apply(
      StructuralSchema schema, PatchType patchType, ObjectNode current, JsonNode patch) {
    return switch (patchType) {
      case JSON -> JsonPatch.apply(current, patch);
      case MERGE -> MergePatch.apply(current, patch);
      case STRATEGIC_MERGE -> StrategicMergePatch.apply(current, patch, schema);
      case APPLY ->
          Outcome.rejected(
              new Rejection.UnsupportedMediaType(
                  "the body of the request was in an unknown format - accepted media types"
                      + " include: application/json-patch+json, application/merge-patch+json,"
                      + " application/strategic-merge-patch+json"));
    };
  }
}
