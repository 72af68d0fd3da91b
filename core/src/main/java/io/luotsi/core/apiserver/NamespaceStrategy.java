package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.validation.ConfigValidation;
import io.luotsi.core.catalog.defaults.CoreDefaults;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import java.time.Instant;
import java.util.List;

/**
 * A namespace goes in two steps: it is told to, and stays until whoever is named in {@code
 * spec.finalizers} has emptied it.
 */
final class NamespaceStrategy implements Strategy {
  static final String TERMINATING = "Terminating";

  private final boolean finalizing;

  /**
   * @param finalizing whether it is the subresource that may change {@code spec.finalizers}
   */
  NamespaceStrategy(boolean finalizing) {
    this.finalizing = finalizing;
  }

  @Override
  public ObjectNode initialStatus(ObjectNode object) {
    return Json.object().put("phase", "Active");
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    CoreDefaults.fillNamespace(object); // a generated name was not there before
    ObjectNode spec = object.withObject("spec");
    if (!ObjectMeta.strings(spec.path("finalizers")).contains("kubernetes")) {
      spec.withArray("finalizers").add("kubernetes");
    }
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode current) {
    if (!finalizing) {
      ObjectMeta.copy(current, object, "spec");
    }
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return ConfigValidation.namespace(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    return ConfigValidation.namespaceUpdate(object, current);
  }

  @Override
  public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
    return ConfigValidation.namespaceStatusUpdate(object, current);
  }

  @Override
  public Deletion delete(ObjectNode current, DeleteOptions options, Instant now) {
    if (current.at("/spec/finalizers").isEmpty()) {
      return Deletion.decide(this, current, options, now);
    }
    if (ObjectMeta.isDeleting(current)) {
      return new Deletion.Pending();
    }
    ObjectNode marked = current.deepCopy();
    ObjectMeta.of(marked).put("deletionTimestamp", ObjectMeta.time(now));
    ObjectMeta.setFinalizers(marked, Deletion.finalizers(this, current, options));
    marked.withObject("status").put("phase", TERMINATING);
    return new Deletion.Mark(marked);
  }

  @Override
  public boolean completesDeletion(ObjectNode updated, ObjectNode current) {
    return Deletion.completes(updated, current) && updated.at("/spec/finalizers").isEmpty();
  }
}
