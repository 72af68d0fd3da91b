package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.patch.apply.Managers.Managed;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who owns what after a write. Whoever changes a field owns it; whoever applies owns what it
 * applies, together with others who apply the same.
 *
 * <p>What was changed is looked at in the version of each manager's entry. Entries in a version
 * that is not served go, as upstream's.
 *
 * @see "Source: structured-merge-diff merge/update.go"
 */
final class Ownership {
  private final VersionedFields own;

  /** By apiVersion, the own one included. */
  private final Map<String, VersionedFields> versions = new LinkedHashMap<>();

  /**
   * @param own the version of the requests
   * @param others versions in which others may have written
   */
  Ownership(VersionedFields own, List<VersionedFields> others) {
    this.own = own;
    versions.put(own.apiVersion(), own);
    others.forEach(other -> versions.put(other.apiVersion(), other));
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

  /** What a write changes, as each version sees it. */
  private final class Changes {
    private final JsonNode live;
    private final JsonNode object;
    private final Map<String, Comparison> byVersion = new HashMap<>();

    Changes(JsonNode live, JsonNode object) {
      this.live = live;
      this.object = object;
    }

    Comparison in(String apiVersion) {
      return byVersion.computeIfAbsent(apiVersion, this::compare);
    }

    private Comparison compare(String apiVersion) {
      VersionedFields version = versions.getOrDefault(apiVersion, own);
      return version.compare(version.from(own, live), version.from(own, object));
    }

    FieldSet written(String apiVersion) {
      return in(apiVersion).written();
    }

    FieldSet touched(String apiVersion) {
      return written(apiVersion).union(in(apiVersion).removed());
    }
  }

  /**
   * Takes from all managers what was changed or removed, in place.
   *
   * @return what was changed
   */
  FieldSet update(JsonNode live, JsonNode object, Managers managers) {
    Changes changes = new Changes(live, object);
    take(changes, managers);
    return changes.written(own.apiVersion());
  }

  private static void take(Changes changes, Managers managers) {
    managers.replaceFields(
        managed -> {
          FieldSet touched = changes.touched(managed.apiVersion());
          return touched.isEmpty() ? managed : managed.without(touched);
        });
  }

  /** The managers whose entries still mean something. */
  Managers current(Managers managers) {
    Managers current = managers.copy();
    current.byId().values().removeIf(managed -> !versions.containsKey(managed.apiVersion()));
    return current;
  }

  /**
   * @param managers not changed
   */
  Applied apply(
      JsonNode live, JsonNode config, Managers managers, ManagerId applier, boolean force) {
    Managers after = current(managers);
    after.replaceFields(
        managed -> managed.with(SaidFields.reconciled(managed.fields(), schema(managed))));
    Optional<Managed> before = Optional.ofNullable(after.byId().get(applier));
    FieldSet said = SaidFields.of(config, own.schema()).recursiveDifference(own.resets());
    after
        .byId()
        .put(applier, new Managed(own.apiVersion(), said, before.map(Managed::time).orElse("")));
    JsonNode merged = Merging.merge(live, config, own.schema());
    JsonNode object = before.map(last -> prune(merged, last, after)).orElse(merged);
    Changes changes = new Changes(live, object);
    SortedMap<ManagerId, FieldSet> conflicts = new TreeMap<>();
    after
        .byId()
        .forEach(
            (id, managed) -> {
              FieldSet contested =
                  managed.fields().intersection(changes.written(managed.apiVersion()));
              if (!id.equals(applier) && !contested.isEmpty()) {
                conflicts.put(id, contested);
              }
            });
    if (!force && !conflicts.isEmpty()) {
      return new Applied.Refused(Conflict.of(conflicts));
    }
    Managed mine = after.byId().remove(applier);
    take(changes, after);
    if (!mine.isEmpty()) {
      after.byId().put(applier, mine);
    }
    return new Applied.Merged(
        JsonValues.equal(live, object) ? Optional.empty() : Optional.of(object), after);
  }

  private StructuralSchema schema(Managed managed) {
    return versions.get(managed.apiVersion()).schema();
  }

  /**
   * Takes out what the applier said last time, does not say now, and nobody else owns.
   *
   * @param last what it said last time, in whichever version
   * @param managers with what it says now
   */
  private JsonNode prune(JsonNode merged, Managed last, Managers managers) {
    if (last.isEmpty()) {
      return merged;
    }
    VersionedFields then = versions.get(last.apiVersion());
    FieldSet lastSaid = SaidFields.withStructs(last.fields(), then.schema());
    JsonNode all = then.from(own, merged);
    JsonNode left = Removal.without(all, lastSaid, then.schema());
    // First in that version, lest what a conversion needs is missing.
    left = withOwned(all, left, then, managers);
    for (VersionedFields version : versions.values()) {
      if (version != then && isWrittenIn(version, managers)) {
        left =
            then.from(
                version,
                withOwned(version.from(then, all), version.from(then, left), version, managers));
      }
    }
    // What was never the applier's to remove stays, though nobody owns it.
    FieldSet gone = said(all, then).difference(said(left, then));
    return own.from(then, Removal.without(all, gone.intersection(lastSaid), then.schema()));
  }

  private static boolean isWrittenIn(VersionedFields version, Managers managers) {
    return managers.byId().values().stream()
        .anyMatch(managed -> managed.apiVersion().equals(version.apiVersion()));
  }

  /** What is left, and what managers own in a version. */
  private static JsonNode withOwned(
      JsonNode all, JsonNode left, VersionedFields version, Managers managers) {
    FieldSet kept = said(left, version).union(owned(version, managers));
    return Removal.without(all, said(all, version).difference(kept), version.schema());
  }

  private static FieldSet said(JsonNode object, VersionedFields version) {
    return SaidFields.withStructs(SaidFields.of(object, version.schema()), version.schema());
  }

  private static FieldSet owned(VersionedFields version, Managers managers) {
    FieldSet owned = FieldSet.EMPTY;
    for (Managed managed : managers.byId().values()) {
      if (managed.apiVersion().equals(version.apiVersion())) {
        owned = owned.union(managed.fields());
      }
    }
    return SaidFields.withStructs(owned, version.schema());
  }
}
