package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The containers of a pod of all three kinds, each with its path. */
final class PodContainers {
  private static final List<String> LISTS =
      List.of("initContainers", "containers", "ephemeralContainers");

  /**
   * @param path such as {@code spec.containers[0]}
   */
  record Placed(String path, JsonNode container) {
    String name() {
      return Checks.text(container, "name");
    }

    JsonNode securityContext() {
      return container.path("securityContext");
    }

    String securityPath() {
      return path + ".securityContext";
    }
  }

  private PodContainers() {}

  /**
   * In the order in which upstream visits them.
   *
   * @param path of the pod's spec
   */
  static List<Placed> of(String path, JsonNode spec) {
    List<Placed> placed = new ArrayList<>();
    for (String list : LISTS) {
      int i = 0;
      for (JsonNode container : spec.path(list)) {
        placed.add(new Placed(path + "." + list + "[" + i++ + "]", container));
      }
    }
    return placed;
  }
}
