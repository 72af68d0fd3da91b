package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.PatchBody;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.patch.apply.FieldManager;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Makes what a client wants stored of what is stored. */
interface Change {
  /**
   * @param current not changed
   * @return a tree of its own, which the caller may change
   */
  Outcome<Body> apply(ObjectNode current);

  /**
   * What is to be created if nothing is stored; empty if that cannot be.
   *
   * @param updateCreates whether an update of the type may create what it does not find
   */
  default Optional<Outcome<Body>> ofNothing(boolean updateCreates) {
    return Optional.empty();
  }

  /**
   * What is wrong with the change, whatever is stored.
   *
   * @param target that is not there
   */
  default Optional<Rejection> wrong(Target target, WriteOptions options) {
    return Optional.empty();
  }

  /**
   * What is done about fields of the result that are not as they should be.
   *
   * @param current what the change was applied to
   * @param body the result
   */
  default Bodies.Strictness strictness(
      Target target, ObjectNode current, Body body, WriteOptions options) {
    return Bodies.Strictness.ofWhole(
        target.type().kind(), body.complaints(), options.fieldValidation());
  }

  /** Whether it says what is to be different, not what there is to be. */
  default boolean isPatch() {
    return true;
  }

  /** Whether the result's managedFields are already as the change leaves them. */
  default boolean ownsFields() {
    return false;
  }

  /** Replaces whatever is there. */
  record Whole(Body body) implements Change {
    @Override
    public Outcome<Body> apply(ObjectNode current) {
      return Outcome.done(copy(body));
    }

    @Override
    public Optional<Outcome<Body>> ofNothing(boolean updateCreates) {
      return updateCreates ? Optional.of(Outcome.done(copy(body))) : Optional.empty();
    }

    @Override
    public Optional<Rejection> wrong(Target target, WriteOptions options) {
      ObjectNode object = body.object().deepCopy();
      return switch (Bodies.complete(
          target.type(), object, body.complaints(), options.fieldValidation())) {
        case Outcome.Rejected<List<String>>(Rejection why) -> Optional.of(why);
        case Outcome.Done<List<String>> readable -> MetadataRules.checkIdentity(target, object);
      };
    }

    @Override
    public boolean isPatch() {
      return false;
    }
  }

  /**
   * Patches what is there.
   *
   * @param type any but {@link PatchType#APPLY}
   */
  record Patch(StructuralSchema schema, PatchType type, PatchBody text) implements Change {
    @Override
    public Outcome<Body> apply(ObjectNode current) {
      return patched(current).map(object -> new Body(object, text.complaints()));
    }

    /** As upstream, which shows what the patch makes, or the patch if it is a strategic one. */
    @Override
    public Bodies.Strictness strictness(
        Target target, ObjectNode current, Body body, WriteOptions options) {
      return new Bodies.Strictness(
          options.fieldValidation(),
          body.complaints(),
          true,
          error ->
              new Rejection.Invalid(
                  new GroupVersionKind("", "", ""),
                  "",
                  List.of(FieldError.invalid("patch", shown(current), error))));
    }

    private String shown(ObjectNode current) {
      return type == PatchType.STRATEGIC_MERGE
          ? GoText.of(text.patch())
          : new String(Json.write(patched(current).orElseThrow()), StandardCharsets.UTF_8);
    }

    private Outcome<ObjectNode> patched(ObjectNode current) {
      JsonNode patch = text.patch();
      boolean concernsManagers =
          type == PatchType.JSON || patch.path("metadata").has("managedFields");
      ObjectNode from = concernsManagers ? current : withoutManagedFields(current);
      return Patches.apply(schema, type, from, patch);
    }

    /** Left out they stay as they are, and are neither copied nor looked at. */
    private static ObjectNode withoutManagedFields(ObjectNode object) {
      if (!object.path("metadata").has("managedFields")) {
        return object;
      }
      ObjectNode metadata = object.objectNode();
      metadata.setAll((ObjectNode) object.get("metadata"));
      metadata.remove("managedFields");
      ObjectNode bare = object.objectNode();
      bare.setAll(object);
      bare.set("metadata", metadata);
      return bare;
    }
  }

  /**
   * Merges an applied configuration, of nothing makes the object.
   *
   * @param force whether fields are taken from other managers
   */
  record Apply(
      FieldManager fields,
      JsonNode config,
      boolean force,
      Target target,
      WriteOptions options,
      InstantSource clock)
      implements Change {
    @Override
    public Outcome<Body> apply(ObjectNode current) {
      return merged(Optional.of(current));
    }

    @Override
    public Optional<Outcome<Body>> ofNothing(boolean updateCreates) {
      if (!target.subresource().isEmpty()) {
        return Optional.empty();
      }
      String uid = config.path("metadata").path("uid").asText("");
      return Optional.of(
          merged(Optional.empty())
              .flatMap(
                  body ->
                      uid.isEmpty()
                          ? Outcome.done(body)
                          : Outcome.rejected(
                              MetadataRules.conflict(
                                  target,
                                  "uid mismatch: the provided object specified uid "
                                      + uid
                                      + ", and no existing object was found"))));
    }

    private Outcome<Body> merged(Optional<ObjectNode> live) {
      return config instanceof ObjectNode object
          ? fields
              .apply(live, object, options.fieldManager(), force, clock.instant())
              .map(Change::body)
          : Outcome.rejected(
              new Rejection.BadRequest("error decoding YAML: the configuration is no object"));
    }

    @Override
    public boolean ownsFields() {
      return true;
    }
  }

  /** A body to plan with, while the client's own stays as it is for another plan. */
  static Body copy(Body body) {
    return new Body(body.object().deepCopy(), body.complaints());
  }

  private static Body body(ObjectNode object) {
    return new Body(object, List.of());
  }
}
