package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.catalog.Conversion;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.patch.apply.Managers.Managed;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Keeps {@code metadata.managedFields} of one kind, written through one subresource, and merges
 * what is applied.
 *
 * <p>An object that has no managers and is there already is not tracked: it begins to be when
 * somebody applies it, and whatever was there before then belongs to {@code before-first-apply}.
 *
 * @see "Source: apimachinery pkg/util/managedfields/internal"
 */
public final class FieldManager {
  private static final String BEFORE_FIRST_APPLY = "before-first-apply";

  /** Of nobody: the server keeps them, or they say which object it is. */
  private static final FieldSet STRIPPED =
      Stream.of(
              "name",
              "namespace",
              "creationTimestamp",
              "selfLink",
              "uid",
              "clusterName",
              "generation",
              "managedFields",
              "resourceVersion")
          .map(field -> FieldSet.ofNames("metadata", field))
          .reduce(FieldSet::union)
          .orElseThrow()
          .union(FieldSet.ofNames("metadata"))
          .union(FieldSet.ofNames("apiVersion"))
          .union(FieldSet.ofNames("kind"));

  /**
   * One version of the kind.
   *
   * @param resets what a request in it cannot write, as paths of field names
   * @param conversion to and from what all versions have in common
   */
  public record Version(
      GroupVersionKind kind,
      StructuralSchema schema,
      List<List<String>> resets,
      Conversion conversion) {}

  private final GroupVersionKind kind;
  private final StructuralSchema schema;
  private final String subresource;
  private final Ownership ownership;

  /** What a new object is compared with; not changed. */
  private final ObjectNode zero;

  /**
   * One of a kind that has one version.
   *
   * @param subresource empty for the object itself
   * @param resets what a request of this kind cannot write, as paths of field names
   */
  public FieldManager(
      GroupVersionKind kind,
      StructuralSchema schema,
      String subresource,
      List<List<String>> resets) {
    this(new Version(kind, schema, resets, Conversion.NONE), subresource, List.of());
  }

  /**
   * @param own that of the requests
   * @param subresource empty for the object itself
   * @param others in which others may have written; entries of any more are forgotten
   */
  public FieldManager(Version own, String subresource, List<Version> others) {
    this.kind = own.kind();
    this.schema = own.schema();
    this.subresource = subresource;
    VersionedFields fields = VersionedFields.of(own);
    this.zero = fields.zero();
    this.ownership = new Ownership(fields, others.stream().map(VersionedFields::of).toList());
  }

  /**
   * Writes into a new object whose it is.
   *
   * @param object decoded and defaulted; changed in place
   */
  public void create(ObjectNode object, String manager, Instant now) {
    update(zero, object, manager, now);
  }

  /**
   * Writes into an object whose it is after a change of it.
   *
   * @param live what it was; not changed
   * @param object what it is to be, decoded and defaulted; changed in place
   */
  public void update(ObjectNode live, ObjectNode object, String manager, Instant now) {
    Managers managers = managers(live, object);
    ObjectNode metadata = object.withObject("metadata");
    metadata.remove("managedFields");
    boolean isNew = !live.path("metadata").has("uid");
    if (isNew || !managers.isEmpty()) {
      managers = updated(live, object, managers, manager, now);
    }
    managers.writeTo(metadata);
  }

  /** Those that the client sent, if they make sense; else those that there were. */
  private Managers managers(ObjectNode live, ObjectNode object) {
    JsonNode sent = object.path("metadata").path("managedFields");
    if (!subresource.isEmpty()
        || sent.isMissingNode()
        || sent.isNull()
        || sent.equals(live.path("metadata").path("managedFields"))) {
      return Managers.of(live);
    }
    return isReset(sent)
        ? Managers.none()
        : Managers.check(sent).orElseGet(() -> Managers.of(live));
  }

  /** An empty list, or one empty entry, asks to forget all managers. */
  private static boolean isReset(JsonNode managedFields) {
    return managedFields.isEmpty() || managedFields.size() == 1 && managedFields.get(0).isEmpty();
  }

  private Managers updated(
      ObjectNode live, ObjectNode object, Managers before, String manager, Instant now) {
    Managers managers = ownership.current(before);
    FieldSet written = ownership.update(live, object, managers).difference(STRIPPED);
    if (!written.isEmpty()) {
      ManagerId self = ManagerId.updater(manager, kind.apiVersion(), subresource);
      Managed previous = managers.byId().get(self);
      managers
          .byId()
          .put(
              self,
              previous == null
                  ? new Managed(kind.apiVersion(), written, time(now))
                  : previous.and(written).at(time(now)));
    }
    AncientChanges.cap(managers);
    return managers;
  }

  /**
   * Merges an applied configuration into an object.
   *
   * @param live what there is; empty if there is nothing
   * @param config as the client wrote it; not changed
   * @return what is to be stored, neither decoded nor defaulted, which may share parts with the
   *     arguments; ApplyConflict if others own what it changes
   */
  public Outcome<ObjectNode> apply(
      Optional<ObjectNode> live, ObjectNode config, String manager, boolean force, Instant now) {
    return refusal(config)
        .<Outcome<ObjectNode>>map(Outcome::rejected)
        .orElseGet(() -> applied(live.orElse(zero), config, manager, force, now));
  }

  private Optional<Rejection> refusal(ObjectNode config) {
    String apiVersion = config.path("apiVersion").asText("");
    String said = config.path("kind").asText("");
    if (!apiVersion.equals(kind.apiVersion()) || !said.equals(kind.kind())) {
      GroupVersionKind other = GroupVersionKind.of(apiVersion, said);
      return Optional.of(new Rejection.BadRequest("invalid object type: " + printed(other)));
    }
    JsonNode metadata = config.path("metadata");
    if (metadata.hasNonNull("managedFields")) {
      return Optional.of(new Rejection.BadRequest("metadata.managedFields must be nil"));
    }
    return ConfigurationCheck.problems(config, schema)
        .map(
            problems ->
                new Rejection.Unclassified(
                    "failed to create typed patch object (%s/%s; %s): %s"
                        .formatted(
                            metadata.path("namespace").asText(""),
                            metadata.path("name").asText(""),
                            printed(kind),
                            problems)));
  }

  /** As Go prints a kind. */
  private static String printed(GroupVersionKind kind) {
    return "%s/%s, Kind=%s".formatted(kind.group(), kind.version(), kind.kind());
  }

  private Outcome<ObjectNode> applied(
      ObjectNode live, ObjectNode config, String manager, boolean force, Instant now) {
    Managers managers = known(live, now);
    ManagerId applier = ManagerId.applier(manager, subresource);
    Ownership.Applied result = ownership.apply(live, config, managers, applier, force);
    if (manager.equals(LastApplied.KUBECTL)
        && result instanceof Ownership.Applied.Refused(List<Conflict> conflicts)) {
      FieldSet allowed = LastApplied.unchanged(live, schema, kind.apiVersion());
      List<Conflict> real = conflicts.stream().filter(c -> !allowed.has(c.path())).toList();
      result =
          real.isEmpty()
              ? ownership.apply(live, config, managers, applier, true)
              : new Ownership.Applied.Refused(real);
    }
    return switch (result) {
      case Ownership.Applied.Refused(List<Conflict> conflicts) ->
          Outcome.rejected(Conflict.rejection(conflicts));
      case Ownership.Applied.Merged(Optional<JsonNode> object, Managers after) ->
          Outcome.done(merged(live, object, config, after, applier, now));
    };
  }

  /** The managers of an object that is applied; of one that had none, who wrote it before. */
  private Managers known(ObjectNode live, Instant now) {
    Managers managers = Managers.of(live);
    return managers.isEmpty() ? updated(zero, live, managers, BEFORE_FIRST_APPLY, now) : managers;
  }

  private static ObjectNode merged(
      ObjectNode live,
      Optional<JsonNode> object,
      ObjectNode config,
      Managers managers,
      ManagerId applier,
      Instant now) {
    managers
        .byId()
        .computeIfPresent(
            applier,
            (id, managed) -> {
              Managed own = managed.without(STRIPPED);
              return own.isEmpty() ? null : object.isPresent() ? own.at(time(now)) : own;
            });
    ObjectNode merged = ((ObjectNode) object.orElse(live)).deepCopy();
    managers.writeTo(merged.withObject("metadata"));
    if (applier.manager().equals(LastApplied.KUBECTL)) {
      LastApplied.keep(merged, config);
    }
    return merged;
  }

  private static String time(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /**
   * Takes back times of managers if they are all that a write would change, so that it changes
   * nothing.
   *
   * @param object changed in place
   * @see "Source: apiserver pkg/endpoints/handlers/fieldmanager/equality.go"
   */
  public static void keepTimes(ObjectNode object, ObjectNode current) {
    JsonNode is = object.path("metadata").path("managedFields");
    JsonNode was = current.path("metadata").path("managedFields");
    if (was.isEmpty() || is.equals(was) || !equalButTimes(is, was)) {
      return;
    }
    ObjectNode metadata = (ObjectNode) object.get("metadata");
    metadata.set("managedFields", was);
    if (!object.equals(current)) {
      metadata.set("managedFields", is);
    }
  }

  private static boolean equalButTimes(JsonNode is, JsonNode was) {
    if (is.size() != was.size()) {
      return false;
    }
    for (int i = 0; i < is.size(); i++) {
      if (!(is.get(i) instanceof ObjectNode one)
          || !(was.get(i) instanceof ObjectNode other)
          || !withoutTime(one).equals(withoutTime(other))) {
        return false;
      }
    }
    return true;
  }

  private static ObjectNode withoutTime(ObjectNode entry) {
    ObjectNode timeless = entry.objectNode();
    timeless.setAll(entry);
    timeless.remove("time");
    return timeless;
  }
}
