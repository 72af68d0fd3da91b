package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.quota.ResourceLists;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Upstream's plugin RuntimeClass: a pod that names a class of runtimes needs what that class adds,
 * and goes where it is to be had.
 *
 * @see "Source: plugin/pkg/admission/runtimeclass admission.go"
 */
final class RuntimeClassAdmission implements Admission {
  private static final GroupResource CLASSES = new GroupResource("node.k8s.io", "runtimeclasses");

  @Override
  public Optional<Rejection> admit(Request request) {
    Optional<ObjectNode> pod = request.creationOf("pods");
    if (pod.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode spec = pod.get().withObject("spec");
    String name = spec.path("runtimeClassName").asText("");
    if (name.isEmpty()) {
      return spec.has("overhead")
          ? refused(
              request,
              "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead")
          : Optional.empty();
    }
    return switch (request.reads().find(CLASSES, ObjectKey.of(name))) {
      case Outcome.Rejected<Optional<StoredObject>>(Rejection why) -> Optional.of(why);
      case Outcome.Done<Optional<StoredObject>>(Optional<StoredObject> found) ->
          found.isEmpty()
              ? refused(request, "pod rejected: RuntimeClass \"" + name + "\" not found")
              : apply(request, spec, Json.readObject(found.get().json()));
    };
  }

  private static Optional<Rejection> refused(Request request, String why) {
    return Optional.of(AdmissionRules.forbidden(request, why, List.of()));
  }

  private static Optional<Rejection> apply(Request request, ObjectNode spec, ObjectNode type) {
    JsonNode overhead = type.path("overhead").path("podFixed");
    JsonNode said = spec.path("overhead");
    if (!overhead.isObject() && said.isObject()) {
      return refused(
          request,
          "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead");
    }
    if (overhead.isObject()) {
      if (said.isObject() && !ResourceLists.read(said).equals(ResourceLists.read(overhead))) {
        return refused(
            request, "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead");
      }
      spec.set("overhead", overhead);
    }
    return schedule(request, spec, type.path("scheduling"));
  }

  private static Optional<Rejection> schedule(
      Request request, ObjectNode spec, JsonNode scheduling) {
    for (Map.Entry<String, JsonNode> label : scheduling.path("nodeSelector").properties()) {
      String key = label.getKey();
      String value = label.getValue().asText();
      String own = spec.path("nodeSelector").path(key).asText(value);
      if (!own.equals(value)) {
        return refused(
            request,
            "conflict: runtimeClass.scheduling.nodeSelector[%s] = %s; pod.spec.nodeSelector[%s] = %s"
                .formatted(key, value, key, own));
      }
      spec.withObject("nodeSelector").put(key, value);
    }
    for (JsonNode toleration : scheduling.path("tolerations")) {
      ArrayNode tolerations = spec.withArray("tolerations");
      if (tolerations.valueStream().noneMatch(toleration::equals)) {
        tolerations.add(toleration);
      }
    }
    return Optional.empty();
  }
}
