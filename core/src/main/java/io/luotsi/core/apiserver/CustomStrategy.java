package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.apiserver.validation.CustomValidation;
import io.luotsi.core.catalog.ResourceType;
import java.time.Instant;
import java.util.List;

/**
 * What all custom kinds have in common.
 *
 * @see "Source: apiextensions-apiserver pkg/registry/customresource/{strategy,status_strategy}.go"
 */
record CustomStrategy(ResourceType type) implements Strategy {
  @Override
  public boolean countsGenerations() {
    return true;
  }

  /** Without a subresource of its own the status is a field like any other. */
  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode current) {
    if (!object.path("status").equals(current.path("status"))
        && !MetadataRules.changesSpec(object, current)) {
      ObjectMeta.countGeneration(object);
    }
  }

  /** A write of the status changes no metadata. */
  @Override
  public void prepareForStatusUpdate(ObjectNode object, ObjectNode current, Instant now) {
    ObjectNode kept = ObjectMeta.of(current).deepCopy();
    ObjectMeta.copy(ObjectMeta.of(object), kept, "managedFields");
    object.set("metadata", kept);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return CustomValidation.validate(type, object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    return CustomValidation.validateUpdate(type, object, current);
  }

  @Override
  public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
    return CustomValidation.validateStatusUpdate(type, object, current);
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return false;
  }
}
