package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
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
   * @param ownsFields whether the body's managedFields are already those of the new object
   */
  Outcome<Complete> ofNew(Target target, Body body, boolean ownsFields, WriteOptions options) {
    return complete(
        target,
        body,
        options,
        ownsFields
            ? () -> {}
            : () ->
                fields
                    .of(target.type(), "")
                    .create(body.object(), options.fieldManager(), clock.instant()));
  }

  /**
   * @param body changed in place
   * @param current what it replaces, in the version of the request
   */
  Outcome<Complete> of(
      Target target, Body body, ObjectNode current, boolean ownsFields, WriteOptions options) {
    return complete(
        target,
        body,
        options,
        ownsFields
            ? () -> {}
            : () ->
                fields
                    .of(target.type(), target.subresource())
                    .update(current, body.object(), options.fieldManager(), clock.instant()));
  }

  private static Outcome<Complete> complete(
      Target target, Body body, WriteOptions options, Runnable manageFields) {
    ResourceType type = target.type();
    ObjectNode object = body.object();
    return Bodies.complete(type, object, body.duplicateFields(), options.fieldValidation())
        .map(
            warnings -> {
              manageFields.run();
              ObjectNode stored = stored(type, object);
              return new Complete(stored, with(warnings, target, stored));
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

  private static List<String> with(List<String> warnings, Target target, ObjectNode object) {
    List<String> more = NotActedOn.warnings(target, object);
    if (more.isEmpty()) {
      return warnings;
    }
    List<String> all = new ArrayList<>(warnings);
    all.addAll(more);
    return all;
  }
}
