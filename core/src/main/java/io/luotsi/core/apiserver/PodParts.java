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
   * Containers are told apart by their names; what is asked of one that is not there is left out,
   * and found by the validation of their order.
   *
   * @param object changed in place
   */
  static void keepAllButResources(ObjectNode object, ObjectNode current) {
    ObjectNode spec = current.withObject("spec").deepCopy();
    for (String list : List.of("containers", "initContainers")) {
      for (JsonNode wanted : object.path("spec").path(list)) {
        for (JsonNode container : spec.path(list)) {
          boolean same = container.path("name").equals(wanted.path("name"));
          if (same && container instanceof ObjectNode kept && wanted instanceof ObjectNode from) {
            RESIZABLE.forEach(field -> ObjectMeta.copy(from, kept, field));
          }
        }
      }
    }
    keep(object, current, spec);
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
