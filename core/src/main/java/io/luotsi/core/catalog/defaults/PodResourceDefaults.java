package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.quota.ResourceLists;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a pod that says something of its resources as a whole has of the rest.
 *
 * @see "Source: kubernetes pkg/apis/core/v1/defaults.go defaultHugePagePodLimits,
 *     defaultPodRequests"
 */
final class PodResourceDefaults {
  private static final Set<String> OF_PODS = Set.of("cpu", "memory");
  private static final String HUGE_PAGES = "hugepages-";

  private PodResourceDefaults() {}

  /**
   * @param spec of a pod, whose containers have been given their defaults
   */
  static void fill(ObjectNode spec) {
    Trees.object(spec, "resources")
        .ifPresent(
            resources -> {
              fillHugePages(spec, resources);
              fillRequests(spec, resources);
            });
  }

  /** Pages that only containers limit are limited of the pod, too. */
  private static void fillHugePages(ObjectNode spec, ObjectNode resources) {
    if (resources.path("limits").isEmpty() && resources.path("requests").isEmpty()) {
      return;
    }
    Map<String, Quantity> limits = new TreeMap<>(ResourceLists.ofContainers(spec, "limits"));
    limits.keySet().removeIf(name -> !name.startsWith(HUGE_PAGES));
    limits.keySet().removeIf(resources.path("requests")::has);
    add(resources, "limits", limits);
  }

  /** A pod that limits something requests what its containers do, and else all it may have. */
  private static void fillRequests(ObjectNode spec, ObjectNode resources) {
    if (resources.path("limits").isEmpty()) {
      return;
    }
    Map<String, Quantity> requests = new TreeMap<>(ResourceLists.ofContainers(spec, "requests"));
    requests.keySet().retainAll(OF_PODS);
    ResourceLists.read(resources.path("limits"))
        .forEach(
            (name, limit) -> {
              if (OF_PODS.contains(name) || name.startsWith(HUGE_PAGES)) {
                requests.putIfAbsent(name, limit);
              }
            });
    add(resources, "requests", requests);
  }

  private static void add(ObjectNode resources, String part, Map<String, Quantity> amounts) {
    if (amounts.isEmpty()) {
      return;
    }
    ObjectNode list = Trees.objectOrNew(resources, part);
    amounts.forEach(
        (name, amount) -> {
          if (!list.has(name)) {
            list.put(name, amount.toString());
          }
        });
  }
}
