package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.catalog.ResourceType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the server itself writes into metadata, and what it takes from no client. */
final class MetadataRules {
  /** What is left of 63 characters before a generated suffix. */
  private static final int MAX_GENERATED_BASE = 58;

  private MetadataRules() {}

  /**
   * Gives an object that does not say so the namespace of the URL.
   *
   * @return a refusal if it is not the object that the URL names
   */
  static Optional<Rejection> checkIdentity(Target target, ObjectNode object) {
    ObjectNode meta = ObjectMeta.of(object);
    return checkNamespace(target, meta).or(() -> checkName(target, meta));
  }

  /**
   * Completes the metadata of an object that is to be created.
   *
   * @return a refusal if it has what only the server gives
   */
  static Optional<Rejection> prepareForCreate(
      ObjectNode object, Identities identities, Instant now) {
    ObjectNode meta = ObjectMeta.of(object);
    if (!meta.path("resourceVersion").asText("").isEmpty()) {
      return Optional.of(
          new Rejection.BadRequest("resourceVersion should not be set on objects to be created"));
    }
    for (String field :
        List.of(
            "resourceVersion",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "generation")) {
      meta.remove(field);
    }
    String name = meta.path("name").asText("");
    String base = meta.path("generateName").asText("");
    if (name.isEmpty() && !base.isEmpty()) {
      String kept =
          base.length() > MAX_GENERATED_BASE ? base.substring(0, MAX_GENERATED_BASE) : base;
      meta.put("name", kept + identities.nameSuffix());
    }
    meta.put("uid", identities.uid());
    meta.put("creationTimestamp", ObjectMeta.time(now));
    return Optional.empty();
  }

  /** Whether the server is to choose the name. */
  static boolean generatesName(ObjectNode object) {
    return ObjectMeta.name(object).isEmpty() && !ObjectMeta.text(object, "generateName").isEmpty();
  }

  /** The URL of a creation has no name, unless an update creates. */
  private static Optional<Rejection> checkName(Target target, ObjectNode meta) {
    String name = meta.path("name").asText("");
    if (target.name().isEmpty()) {
      return Optional.empty();
    }
    if (name.isEmpty()) {
      return Optional.of(
          new Rejection.BadRequest(
              "the name of the object ("
                  + target.name()
                  + " based on URL) was undeterminable: name must be provided"));
    }
    return name.equals(target.name())
        ? Optional.empty()
        : Optional.of(
            new Rejection.BadRequest(
                "the name of the object ("
                    + name
                    + ") does not match the name on the URL ("
                    + target.name()
                    + ")"));
  }

  private static Optional<Rejection> checkNamespace(Target target, ObjectNode meta) {
    if (!target.type().namespaced()) {
      meta.remove("namespace");
      return Optional.empty();
    }
    String said = meta.path("namespace").asText("");
    if (said.isEmpty()) {
      meta.put("namespace", target.namespace());
      return Optional.empty();
    }
    return said.equals(target.namespace())
        ? Optional.empty()
        : Optional.of(
            new Rejection.BadRequest(
                "the namespace of the provided object does not match the namespace sent on the"
                    + " request"));
  }

  /**
   * Fills what a client may leave out of an object that replaces {@code current}.
   *
   * @return a refusal if it is not the object that the URL names, or not the version that is stored
   */
  static Optional<Rejection> prepareForUpdate(
      Target target, Strategy strategy, ObjectNode object, ObjectNode current) {
    ObjectNode meta = ObjectMeta.of(object);
    ObjectNode old = ObjectMeta.of(current);
    Optional<Rejection> refusal =
        checkIdentity(target, object).or(() -> checkVersion(target, strategy, meta, old));
    if (refusal.isPresent()) {
      return refusal;
    }
    meta.remove("selfLink");
    ObjectMeta.copy(old, meta, "resourceVersion");
    ObjectMeta.copy(old, meta, "generation");
    for (String field : List.of("uid", "deletionGracePeriodSeconds")) {
      if (!meta.hasNonNull(field)) {
        ObjectMeta.copy(old, meta, field);
      }
    }
    for (String field : List.of("creationTimestamp", "deletionTimestamp")) {
      if (old.hasNonNull(field)) { // what a client says then does not matter
        ObjectMeta.copy(old, meta, field);
      }
    }
    return Optional.empty();
  }

  /**
   * Whoever replaces an object means the one that has the uid it says. Of one that is patched the
   * uid is a field like others, and found by its validation.
   */
  static Optional<Rejection> checkUid(Target target, ObjectNode object, ObjectNode current) {
    String uid = ObjectMeta.text(object, "uid");
    String real = ObjectMeta.text(current, "uid");
    return uid.isEmpty() || uid.equals(real)
        ? Optional.empty()
        : Optional.of(
            conflict(
                target,
                "Precondition failed: UID in precondition: "
                    + uid
                    + ", UID in object meta: "
                    + real));
  }

  private static Optional<Rejection> checkVersion(
      Target target, Strategy strategy, ObjectNode meta, ObjectNode old) {
    String version = meta.path("resourceVersion").asText("");
    if (version.isEmpty() || version.equals("0")) {
      return strategy.allowsUnconditionalUpdate()
          ? Optional.empty()
          : Optional.of(
              new Rejection.Invalid(
                  target.type().kind(),
                  target.name(),
                  List.of(
                      new FieldError(
                          FieldError.Type.INVALID,
                          "metadata.resourceVersion",
                          "0x0",
                          "must be specified for an update"))));
    }
    return version.equals(old.path("resourceVersion").asText())
        ? Optional.empty()
        : Optional.of(modified(target));
  }

  static Rejection modified(Target target) {
    return conflict(
        target,
        "the object has been modified; please apply your changes to the latest version and try"
            + " again");
  }

  static Rejection conflict(Target target, String message) {
    return new Rejection.Conflict(target.type().groupResource(), target.name(), message);
  }

  /** Takes over everything that a status update may not touch. */
  static void keepAllButStatus(ResourceType type, ObjectNode object, ObjectNode current) {
    for (String field : List.copyOf(fields(object))) {
      if (!field.equals("metadata") && !field.equals("status")) {
        object.remove(field);
      }
    }
    for (String field : fields(current)) {
      if (!field.equals("metadata") && !field.equals("status")) {
        object.set(field, current.get(field));
      }
    }
    ObjectMeta.copy(ObjectMeta.of(current), ObjectMeta.of(object), "ownerReferences");
    if (type.plural().equals("deployments")) {
      ObjectMeta.copy(ObjectMeta.of(current), ObjectMeta.of(object), "labels");
    }
  }

  /** Whether anything but metadata and status differs. */
  static boolean changesSpec(ObjectNode object, ObjectNode current) {
    List<String> fields = fields(object);
    List<String> before = fields(current);
    for (String field : fields) {
      if (!isBookkeeping(field) && !object.get(field).equals(current.get(field))) {
        return true;
      }
    }
    return before.stream().anyMatch(field -> !isBookkeeping(field) && !object.has(field));
  }

  private static boolean isBookkeeping(String field) {
    return switch (field) {
      case "metadata", "status", "apiVersion", "kind" -> true;
      default -> false;
    };
  }

  private static List<String> fields(ObjectNode object) {
    return object.properties().stream().map(java.util.Map.Entry::getKey).toList();
  }
}
