package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.Conversion;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.ZeroObjects;
import java.util.Map;

/**
 * The fields of one version of a kind, and how its objects are compared.
 *
 * @param resets what a request in the version cannot write, whoever asks
 * @param zero what every object has at least, see {@link ZeroObjects}; not changed
 */
record VersionedFields(
    String apiVersion,
    StructuralSchema schema,
    FieldSet resets,
    ObjectNode zero,
    Conversion conversion) {
  static VersionedFields of(FieldManager.Version version) {
    FieldSet unwritable =
        version.resets().stream()
            .map(path -> FieldSet.ofNames(path.toArray(String[]::new)))
            .reduce(FieldSet.ofNames("metadata", "managedFields"), FieldSet::union);
    return new VersionedFields(
        version.kind().apiVersion(),
        version.schema(),
        unwritable,
        ZeroObjects.of(version.schema()),
        version.conversion());
  }

  /** An object of another version as this one has it. */
  JsonNode from(VersionedFields other, JsonNode value) {
    return other == this || !(value instanceof ObjectNode object)
        ? value
        : conversion.fromStored(other.conversion.toStored(object));
  }

  /** What a change of an object of this version changes that a request may change. */
  Comparison compare(JsonNode live, JsonNode object) {
    return Comparison.of(filled(live, zero), filled(object, zero), schema, resets);
  }

  /** The object with what it leaves out of what is always there; the same if it has it all. */
  private static JsonNode filled(JsonNode value, ObjectNode zero) {
    if (!(value instanceof ObjectNode object) || value == zero) {
      return value;
    }
    ObjectNode filled = object;
    for (Map.Entry<String, JsonNode> field : zero.properties()) {
      JsonNode is = object.get(field.getKey());
      JsonNode full = is == null ? field.getValue() : is;
      if (is != null && field.getValue() instanceof ObjectNode struct) {
        full = filled(is, struct);
      }
      if (full != is) {
        if (filled == object) {
          filled = object.objectNode();
          filled.setAll(object);
        }
        filled.set(field.getKey(), full);
      }
    }
    return filled;
  }
}
