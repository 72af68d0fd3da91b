package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code pods/binding}: gives a pod its node, once. */
final class Bindings {
  private static final GroupVersionKind BINDING = GroupVersionKind.of("v1", "Binding");
  private static final GroupResource OF_PODS = new GroupResource("", "pods/binding");

  /** The same from before there were subresources. */
  static final GroupResource RESOURCE = new GroupResource("", "bindings");

  static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");

  private Bindings() {}

  /**
   * @param pod not changed
   * @return the pod with its node; Conflict if it has one already, goes, or waits for a gate
   */
  static Outcome<ObjectNode> bind(ObjectNode pod, ObjectNode binding, Instant now) {
    return refusal(pod, binding)
        .<Outcome<ObjectNode>>map(Outcome::rejected)
        .orElseGet(() -> Outcome.done(bound(pod, binding, now)));
  }

  private static Optional<Rejection> refusal(ObjectNode pod, ObjectNode binding) {
    String name = ObjectMeta.name(pod);
    String said = ObjectMeta.name(binding);
    if (!said.isEmpty() && !said.equals(name)) {
      return Optional.of(
          new Rejection.BadRequest("name in URL does not match name in Binding object"));
    }
    List<FieldError> errors = new ArrayList<>();
    String kind = binding.at("/target/kind").asText("");
    if (!kind.isEmpty() && !kind.equals("Node")) {
      errors.add(
          new FieldError(
              FieldError.Type.NOT_SUPPORTED,
              "target.kind",
              "\"" + kind + "\"",
              "supported values: \"Node\", \"<empty>\""));
    }
    if (binding.at("/target/name").asText("").isEmpty()) {
      errors.add(FieldError.required("target.name", ""));
    }
    if (!errors.isEmpty()) {
      return Optional.of(new Rejection.Invalid(BINDING, name, errors));
    }
    return conflict(pod, binding, name).map(why -> new Rejection.Conflict(OF_PODS, name, why));
  }

  private static Optional<String> conflict(ObjectNode pod, ObjectNode binding, String name) {
    String uid = ObjectMeta.text(binding, "uid");
    if (!uid.isEmpty() && !uid.equals(ObjectMeta.text(pod, "uid"))) {
      return Optional.of(
          "Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + ObjectMeta.text(pod, "uid"));
    }
    if (ObjectMeta.isDeleting(pod)) {
      return Optional.of("pod " + name + " is being deleted, cannot be assigned to a host");
    }
    String node = pod.at("/spec/nodeName").asText("");
    if (!node.isEmpty()) {
      return Optional.of("pod " + name + " is already assigned to node \"" + node + "\"");
    }
    return pod.at("/spec/schedulingGates").isEmpty()
        ? Optional.empty()
        : Optional.of("pod " + name + " has non-empty .spec.schedulingGates");
  }

  private static ObjectNode bound(ObjectNode pod, ObjectNode binding, Instant now) {
    ObjectNode bound = pod.deepCopy();
    bound.withObject("spec").put("nodeName", binding.at("/target/name").asText());
    JsonNode annotations = binding.at("/metadata/annotations");
    annotations
        .properties()
        .forEach(
            entry ->
                ObjectMeta.of(bound)
                    .withObject("annotations")
                    .set(entry.getKey(), entry.getValue()));
    ArrayNode conditions = bound.withObject("status").withArray("conditions");
    for (int i = 0; i < conditions.size(); i++) {
      if (conditions.get(i).path("type").asText().equals("PodScheduled")) {
        conditions.remove(i);
        break;
      }
    }
    conditions
        .addObject()
        .put("type", "PodScheduled")
        .put("status", "True")
        .putNull("lastProbeTime")
        .put("lastTransitionTime", ObjectMeta.time(now));
    return bound;
  }
}
