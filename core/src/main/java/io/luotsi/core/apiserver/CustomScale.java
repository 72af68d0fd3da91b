package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.catalog.custom.ScalePaths;
import io.luotsi.core.patch.apply.FieldManager;
import io.luotsi.core.patch.apply.ScaleFields;
import java.time.InstantSource;
import java.util.List;

/**
 * The {@code scale} of custom objects, which have their numbers wherever their definition says.
 *
 * @see "Source: apiextensions-apiserver pkg/registry/customresource/etcd.go"
 */
final class CustomScale {
  private CustomScale() {}

  /**
   * @return InternalError, as upstream, if the object does not say how many replicas it wants
   */
  static Outcome<StoredObject> of(StoredObject stored, ScalePaths paths) {
    ObjectNode object = Json.readObject(stored.json());
    return ScalePaths.at(object, paths.replicas()).isMissingNode()
        ? Outcome.rejected(
            new Rejection.InternalError(
                "Internal error occurred: the spec replicas field "
                    + quoted(paths)
                    + " does not exist"))
        : Outcome.done(sealed(stored, object, paths));
  }

  /** Of an object that was written through its scale. */
  static StoredObject written(StoredObject stored, ScalePaths paths) {
    return sealed(stored, Json.readObject(stored.json()), paths);
  }

  private static String quoted(ScalePaths paths) {
    return "\"." + String.join(".", paths.replicas()) + "\"";
  }

  private static StoredObject sealed(StoredObject stored, ObjectNode object, ScalePaths paths) {
    return ObjectDraft.of(scale(object, paths), SelectableFields.NONE)
        .seal(stored.resourceVersion());
  }

  private static ObjectNode scale(ObjectNode object, ScalePaths paths) {
    ObjectNode scale = ScaleSubresource.empty(object);
    int wanted = ScalePaths.at(object, paths.replicas()).asInt(0);
    if (wanted != 0) {
      scale.withObject("spec").put("replicas", wanted);
    }
    ObjectNode status = scale.putObject("status");
    status.put("replicas", ScalePaths.at(object, paths.statusReplicas()).asInt(0));
    String selector = ScalePaths.at(object, paths.selector()).asText("");
    if (!selector.isEmpty()) {
      status.put("selector", selector);
    }
    return scale;
  }

  /**
   * What a changed scale means for its object.
   *
   * @param change from the present scale to the wanted one
   * @param fields of scales
   */
  record Scaling(
      ScalePaths paths, Change change, FieldManager fields, String manager, InstantSource clock)
      implements Change {
    @Override
    public Outcome<Body> apply(ObjectNode object) {
      ObjectNode present = scale(object, paths);
      ScaleFields.show(object, present, paths.replicas());
      return change
          .apply(present)
          .flatMap(
              body -> {
                ObjectNode scale = body.object().deepCopy();
                if (!change.ownsFields()) {
                  fields.update(present, scale, manager, clock.instant());
                }
                return CustomScale.apply(object, scale, paths);
              });
    }

    @Override
    public boolean ownsFields() {
      return true;
    }
  }

  private static Outcome<Body> apply(ObjectNode object, ObjectNode scale, ScalePaths paths) {
    return ScaleSubresource.checked(scale, ObjectMeta.name(object))
        .map(
            replicas -> {
              ObjectNode scaled = object.deepCopy();
              paths.setReplicas(scaled, replicas);
              for (String field : List.of("name", "uid", "resourceVersion")) {
                ObjectMeta.copy(ObjectMeta.of(scale), ObjectMeta.of(scaled), field);
              }
              ScaleFields.takeOver(scaled, scale, paths.replicas());
              return new Body(scaled, List.of());
            });
  }
}
