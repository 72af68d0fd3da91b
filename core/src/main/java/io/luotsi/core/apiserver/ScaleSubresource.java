package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.patch.apply.FieldManager;
import io.luotsi.core.patch.apply.ScaleFields;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The {@code scale} of a workload: a view of how many replicas it wants and has. */
final class ScaleSubresource {
  private static final GroupVersionKind SCALE = GroupVersionKind.of("autoscaling/v1", "Scale");

  private ScaleSubresource() {}

  static StoredObject of(StoredObject workload) {
    return ObjectDraft.of(of(Json.readObject(workload.json())), SelectableFields.NONE)
        .seal(workload.resourceVersion());
  }

  /** A scale that says no more than whose it is. */
  static ObjectNode empty(ObjectNode workload) {
    ObjectNode scale = Json.object().put("kind", "Scale").put("apiVersion", "autoscaling/v1");
    ObjectNode meta = scale.putObject("metadata");
    for (String field :
        List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp")) {
      ObjectMeta.copy(ObjectMeta.of(workload), meta, field);
    }
    scale.putObject("spec");
    return scale;
  }

  private static ObjectNode of(ObjectNode workload) {
    ObjectNode scale = empty(workload);
    ObjectNode spec = scale.withObject("spec");
    int wanted = workload.at("/spec/replicas").asInt(1);
    if (wanted != 0) {
      spec.put("replicas", wanted);
    }
    scale
        .putObject("status")
        .put("replicas", workload.at("/status/replicas").asInt(0))
        .put("selector", selector(workload).describe());
    return scale;
  }

  /** A ReplicationController's is of the old style: labels, and all of them. */
  private static LabelSelector selector(ObjectNode workload) {
    JsonNode selector = workload.at("/spec/selector");
    if (!workload.path("kind").asText().equals("ReplicationController")) {
      return LabelSelector.ofSpec(selector);
    }
    Map<String, String> labels = new HashMap<>();
    selector.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return LabelSelector.ofLabels(labels);
  }

  /**
   * What a changed scale means for its workload.
   *
   * @param change from the present scale to the wanted one
   * @param fields of scales
   */
  record Scaling(Change change, FieldManager fields, String manager, InstantSource clock)
      implements Change {
    @Override
    public Outcome<Body> apply(ObjectNode workload) {
      ObjectNode present = of(workload);
      ScaleFields.show(workload, present);
      return change
          .apply(present)
          .flatMap(
              body -> {
                ObjectNode scale = body.object().deepCopy();
                if (!change.ownsFields()) {
                  fields.update(present, scale, manager, clock.instant());
                }
                return ScaleSubresource.apply(workload, scale);
              });
    }

    @Override
    public boolean ownsFields() {
      return true;
    }
  }

  private static Outcome<Body> apply(ObjectNode workload, ObjectNode scale) {
    return checked(scale, ObjectMeta.name(workload))
        .map(
            replicas -> {
              ObjectNode scaled = workload.deepCopy();
              scaled.withObject("spec").put("replicas", replicas);
              // Name, uid and version of the scale are those of its workload, and checked as such.
              for (String field : List.of("name", "uid", "resourceVersion")) {
                ObjectMeta.copy(ObjectMeta.of(scale), ObjectMeta.of(scaled), field);
              }
              ScaleFields.takeOver(scaled, scale);
              return new Body(scaled, List.of());
            });
  }

  /** How many replicas a scale wants. */
  static Outcome<Integer> checked(ObjectNode scale, String name) {
    JsonNode replicas = scale.at("/spec/replicas");
    if (!replicas.isMissingNode() && !replicas.canConvertToInt()) {
      return Outcome.rejected(
          new Rejection.BadRequest("Scale in version \"v1\" cannot be handled as a Scale"));
    }
    if (replicas.asInt(0) < 0) {
      return Outcome.rejected(
          new Rejection.Invalid(
              SCALE,
              name,
              List.of(
                  FieldError.invalid(
                      "spec.replicas", replicas.asInt(), "must be greater than or equal to 0"))));
    }
    return Outcome.done(replicas.asInt(0));
  }
}
