package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.validation.DefinitionValidation;
import io.luotsi.core.catalog.custom.Definitions;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * CustomResourceDefinitions: which versions were ever stored is remembered, and one that is told to
 * go stays until its objects are gone.
 *
 * @see "Source: apiextensions-apiserver pkg/registry/customresourcedefinition"
 */
final class DefinitionStrategy implements Strategy {
  @Override
  public boolean countsGenerations() {
    return true;
  }

  @Override
  public ObjectNode initialStatus(ObjectNode object) {
    ObjectNode status = Json.object();
    status.putObject("acceptedNames").put("kind", "").put("plural", "");
    ArrayNode stored = status.putArray("storedVersions");
    Definitions.storageVersion(object).ifPresent(stored::add);
    return status;
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode current) {
    Definitions.storageVersion(object)
        .ifPresent(
            version -> {
              for (JsonNode stored : object.at("/status/storedVersions")) {
                if (stored.asText().equals(version)) {
                  return;
                }
              }
              ObjectNode status = object.withObject("status").deepCopy();
              status.withArrayProperty("storedVersions").add(version);
              object.set("status", status);
            });
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return DefinitionValidation.validate(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    return DefinitionValidation.validateUpdate(object, current);
  }

  @Override
  public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
    return DefinitionValidation.validateStatusUpdate(object, current);
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return false;
  }

  /** The first request to delete only says that the objects are to go before. */
  @Override
  public Deletion delete(ObjectNode current, DeleteOptions options, Instant now) {
    if (ObjectMeta.isDeleting(current)) {
      return Strategy.super.delete(current, options, now);
    }
    ObjectNode marked = current.deepCopy();
    ObjectMeta.of(marked).put("deletionTimestamp", ObjectMeta.time(now));
    List<String> finalizers = new ArrayList<>(ObjectMeta.finalizers(marked));
    if (!finalizers.contains(Definitions.CLEANUP)) {
      finalizers.add(Definitions.CLEANUP);
    }
    ObjectMeta.setFinalizers(marked, finalizers);
    Definitions.setCondition(
        marked.withObject("status"),
        new Definitions.Condition(
            "Terminating",
            true,
            "InstanceDeletionPending",
            "CustomResourceDefinition marked for deletion; CustomResource deletion will begin"
                + " soon"),
        ObjectMeta.time(now));
    return new Deletion.Mark(marked);
  }
}
