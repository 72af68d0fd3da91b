package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Bodies.Strictness;
import io.luotsi.core.catalog.Defaulting;
import io.luotsi.core.catalog.ResourceType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * The first steps of every write, in the version of the request: decoding, defaults, managedFields;
 * then the object becomes one of the version that is stored, which all later steps are about.
 */
final class Completion {
  private final FieldManagers fields;
  private final InstantSource clock;

  /**
   * @param object of the stored version, defaulted
   */
  record Complete(ObjectNode object, List<String> warnings) {}

  Completion(FieldManagers fields, InstantSource clock) {
    this.fields = fields;
    this.clock = clock;
  }

  /**
   * @param body changed in place
   * @param change what made the body of nothing
   */
  Outcome<Complete> ofNew(Target target, Body body, Change change, WriteOptions options) {
    return complete(
        target,
        body,
        change,
        change.strictness(target, Json.object(), body, options),
        change.ownsFields()
            ? () -> {}
            : () ->
                fields
                    .of(target.type(), "")
                    .create(body.object(), options.fieldManager(), clock.instant()));
  }

  /**
   * @param body changed in place
   * @param current what it replaces, in the version of the request
   * @param change what made the body of it
   */
  Outcome<Complete> of(
      Target target, Body body, ObjectNode current, Change change, WriteOptions options) {
    return complete(
        target,
        body,
        change,
        change.strictness(target, current, body, options),
        change.ownsFields()
            ? () -> {}
            : () ->
                fields
                    .of(target.type(), target.subresource())
                    .update(current, body.object(), options.fieldManager(), clock.instant()));
  }

  private static Outcome<Complete> complete(
      Target target, Body body, Change change, Strictness strictness, Runnable manageFields) {
    ResourceType type = target.type();
    ObjectNode object = body.object();
    return Bodies.complete(type, object, strictness)
        .map(
            found -> {
              List<String> warnings = new ArrayList<>(found);
              OwnerReferences.removeDuplicates(object, change.isPatch()).ifPresent(warnings::add);
              manageFields.run();
              ObjectNode stored = stored(type, object);
              warnings.addAll(NotActedOn.warnings(target, stored));
              return new Complete(stored, warnings);
            });
  }

  private static ObjectNode stored(ResourceType type, ObjectNode object) {
    if (type.isStored()) {
      return object;
    }
    ObjectNode stored = type.conversion().toStored(object);
    Defaulting.apply(type.stored(), stored);
    return stored;
  }
}
