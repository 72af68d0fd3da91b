package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.patch.JsonPatch;
import io.luotsi.core.patch.MergePatch;
import io.luotsi.core.patch.StrategicMergePatch;

/** Carries out a client's patch of an object, as the patch's media type says. */
final class Patches {
  private Patches() {}

  /**
   * @param schema of the object
   * @param patchType any but APPLY, which has its own way: {@link Change.Apply}
   * @param current not changed
   */
  static Outcome<ObjectNode> apply(
      StructuralSchema schema, PatchType patchType, ObjectNode current, JsonNode patch) {
    return switch (patchType) {
      case JSON -> JsonPatch.apply(current, patch);
      case MERGE -> MergePatch.apply(current, patch);
      case STRATEGIC_MERGE -> StrategicMergePatch.apply(current, patch, schema);
      case APPLY -> throw new IllegalArgumentException("an apply is merged by a FieldManager");
    };
  }
}
