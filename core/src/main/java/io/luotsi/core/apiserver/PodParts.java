package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What a write through {@code pods/ephemeralcontainers} and {@code pods/resize} leaves as it was:
 * everything but the one thing that the subresource is about.
 *
 * @see "Source: kubernetes pkg/registry/core/pod strategy.go dropNonEphemeralContainerUpdates,
 *     dropNonResizeUpdates"
 */
final class PodParts {
  private static final String EPHEMERAL = "ephemeralContainers";
  private static final List<String> RESIZABLE = List.of("resources", "resizePolicy");

  private PodParts() {}

  /**
   * @param object changed in place
   */
  static void keepAllButEphemeralContainers(ObjectNode object, ObjectNode current) {
    ObjectNode spec = current.withObject("spec").deepCopy();
    ObjectMeta.copy(object.withObject("spec"), spec, EPHEMERAL);
    keep(object, current, spec);
  }

  /**
   * Of a pod whose containers are others than before nothing is kept: its validation refuses it.
   *
   * @param object changed in place
   */
  static void keepAllButResources(ObjectNode object, ObjectNode current) {
    ObjectNode spec = current.withObject("spec").deepCopy();
    ObjectNode wanted = object.withObject("spec");
    for (String list : List.of("containers", "initContainers")) {
      if (wanted.path(list).size() != spec.path(list).size()) {
        return; // validation says so, and refuses it all
      }
    }
    for (String list : List.of("containers", "initContainers")) {
      if (!spec.path(list).isEmpty()) {
        spec.set(list, resized(wanted.get(list), spec.get(list)));
      }
    }
    ObjectMeta.copy(wanted, spec, "resources");
    keep(object, current, spec);
  }

  /** Those that are wanted if they are others than before. */
  private static JsonNode resized(JsonNode wanted, JsonNode containers) {
    for (int i = 0; i < containers.size(); i++) {
      if (!wanted.get(i).path("name").equals(containers.get(i).path("name"))) {
        return wanted;
      }
      if (wanted.get(i) instanceof ObjectNode from && containers.get(i) instanceof ObjectNode to) {
        RESIZABLE.forEach(field -> ObjectMeta.copy(from, to, field));
      }
    }
    return containers;
  }

  /** Of the metadata a write brings but the version that it replaces and who manages what. */
  private static void keep(ObjectNode object, ObjectNode current, ObjectNode spec) {
    ObjectNode metadata = ObjectMeta.of(current).deepCopy();
    ObjectMeta.copy(ObjectMeta.of(object), metadata, "resourceVersion");
    ObjectMeta.copy(ObjectMeta.of(object), metadata, "managedFields");
    object.set("metadata", metadata);
    object.set("spec", spec);
  }
}
