package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.patch.apply.Managers.Managed;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who owns what after a write. Whoever changes a field owns it; whoever applies owns what it
 * applies, together with others who apply the same.
 *
 * <p>Of entries in another version of the kind than the request's nothing can be said here, since
 * every kind is served in one: they go, as upstream lets those go whose version it does not serve.
 *
 * @see "Source: structured-merge-diff merge/update.go"
 */
final class Ownership {
  private final StructuralSchema schema;
  private final String apiVersion;
  private final FieldSet resets;
  private final ObjectNode zero;

  /**
   * @param resets what the request cannot write, whoever asks
   * @param zero what every object has at least, see {@link io.luotsi.core.catalog.ZeroObjects}; not
   *     changed
   */
  Ownership(StructuralSchema schema, String apiVersion, FieldSet resets, ObjectNode zero) {
    this.schema = schema;
    this.apiVersion = apiVersion;
    this.resets = resets;
    this.zero = zero;
  }

  /** What came of an apply. */
  sealed interface Applied {
    /**
     * @param object the live object with the configuration in it; empty if it is as it was
     */
    record Merged(Optional<JsonNode> object, Managers managers) implements Applied {}

    /** Others own what the configuration changes. */
    record Refused(List<Conflict> conflicts) implements Applied {}
  }

  /**
   * Takes from all managers what was changed or removed, in place.
   *
   * @return what was changed
   */
  FieldSet update(JsonNode live, JsonNode object, Managers managers) {
    Comparison comparison = compare(live, object);
    FieldSet written = comparison.written();
    FieldSet touched = written.union(comparison.removed());
    if (!touched.isEmpty()) {
      managers.replaceFields(managed -> managed.without(touched));
    }
    return written;
  }

  private Comparison compare(JsonNode live, JsonNode object) {
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

  /** The managers whose entries still mean something. */
  Managers current(Managers managers) {
    Managers current = managers.copy();
    current.byId().values().removeIf(managed -> !managed.apiVersion().equals(apiVersion));
    return current;
  }

  /**
   * @param managers not changed
   */
  Applied apply(
      JsonNode live, JsonNode config, Managers managers, ManagerId applier, boolean force) {
    Managers after = current(managers);
    after.replaceFields(managed -> managed.with(SaidFields.reconciled(managed.fields(), schema)));
    Optional<Managed> before = Optional.ofNullable(after.byId().get(applier));
    FieldSet said = SaidFields.of(config, schema).recursiveDifference(resets);
    after.byId().put(applier, new Managed(apiVersion, said, before.map(Managed::time).orElse("")));
    JsonNode merged = Merging.merge(live, config, schema);
    JsonNode object = before.map(last -> prune(merged, last.fields(), after)).orElse(merged);
    Comparison comparison = compare(live, object);
    SortedMap<ManagerId, FieldSet> conflicts = new TreeMap<>();
    FieldSet written = comparison.written();
    after
        .byId()
        .forEach(
            (id, managed) -> {
              FieldSet contested = managed.fields().intersection(written);
              if (!id.equals(applier) && !contested.isEmpty()) {
                conflicts.put(id, contested);
              }
            });
    if (!force && !conflicts.isEmpty()) {
      return new Applied.Refused(Conflict.of(conflicts));
    }
    FieldSet lost = written.union(comparison.removed());
    Managed own = after.byId().remove(applier);
    after.replaceFields(managed -> managed.without(lost));
    if (!own.isEmpty()) {
      after.byId().put(applier, own);
    }
    return new Applied.Merged(
        JsonValues.equal(live, object) ? Optional.empty() : Optional.of(object), after);
  }

  /**
   * Takes out what the applier said last time, does not say now, and nobody else owns.
   *
   * @param last what it said last time
   * @param managers with what it says now
   */
  private JsonNode prune(JsonNode merged, FieldSet last, Managers managers) {
    if (last.isEmpty()) {
      return merged;
    }
    FieldSet lastSaid = SaidFields.withStructs(last, schema);
    JsonNode pruned = Removal.without(merged, lastSaid, schema);
    FieldSet all = SaidFields.withStructs(SaidFields.of(merged, schema), schema);
    JsonNode owned =
        Removal.without(merged, all.difference(left(pruned).union(owned(managers))), schema);
    // What was never the applier's to remove stays, though nobody owns it.
    return Removal.without(merged, all.difference(left(owned)).intersection(lastSaid), schema);
  }

  private FieldSet left(JsonNode object) {
    return SaidFields.withStructs(SaidFields.of(object, schema), schema);
  }

  private FieldSet owned(Managers managers) {
    FieldSet owned = FieldSet.EMPTY;
    for (Managed managed : managers.byId().values()) {
      owned = owned.union(managed.fields());
    }
    return SaidFields.withStructs(owned, schema);
  }
}
