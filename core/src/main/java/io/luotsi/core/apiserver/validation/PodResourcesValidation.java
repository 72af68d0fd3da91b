package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.quota.ResourceLists;
import java.util.List;
import java.util.Map;

/**
 * What a pod asks for as a whole: enough for its containers together, and no less than any of them
 * may have.
 *
 * @see "Source: pkg/apis/core/validation validatePodResources"
 */
final class PodResourcesValidation {
  private PodResourcesValidation() {}

  /**
   * @param path of the pod's spec
   */
  static void validate(List<FieldError> errors, String path, JsonNode spec) {
    JsonNode resources = spec.path("resources");
    String here = path + ".resources";
    if (!resources.isObject()) {
      return;
    }
    if (OsValidation.isWindows(spec)) {
      errors.add(FieldError.forbidden(here, "may not be set for a windows pod"));
      return;
    }
    if (resources.has("claims")) {
      errors.add(
          FieldError.forbidden(
              here + ".claims", "claims may not be set for Resources at pod-level"));
    }
    ContainerResourcesValidation.amounts(errors, here, resources, ResourceNames::ofPods);
    atLeast(
        errors,
        here + ".requests",
        resources.path("requests"),
        ResourceLists.ofContainers(spec, "requests"),
        "must be greater than or equal to aggregate container requests of ");
    Map<String, Quantity> limits = ResourceLists.ofContainers(spec, "limits");
    limits.keySet().removeIf(name -> !name.startsWith(ContainerResourcesValidation.HUGE_PAGES));
    atLeast(
        errors,
        here + ".limits",
        resources.path("limits"),
        limits,
        "must be greater than or equal to aggregate container limits of ");
    containers(errors, here, spec, resources.path("limits"));
  }

  private static void atLeast(
      List<FieldError> errors,
      String path,
      JsonNode list,
      Map<String, Quantity> ofContainers,
      String detail) {
    ofContainers.forEach(
        (name, together) -> {
          if (list.has(name) && together.compareTo(amount(list, name)) > 0) {
            errors.add(
                FieldError.invalid(
                    path + "[" + name + "]", amount(list, name).toString(), detail + together));
          }
        });
  }

  /** The order of the path's parts is upstream's. */
  private static void containers(
      List<FieldError> errors, String path, JsonNode spec, JsonNode limits) {
    int i = 0;
    for (JsonNode container : spec.path("containers")) {
      String here = path + ".containers[" + i++ + "]";
      JsonNode own = container.path("resources").path("limits");
      for (Map.Entry<String, JsonNode> limit : own.properties()) {
        String name = limit.getKey();
        if (limits.has(name) && amount(own, name).compareTo(amount(limits, name)) > 0) {
          errors.add(
              FieldError.invalid(
                  here + "[" + name + "].limits",
                  amount(own, name).toString(),
                  "must be less than or equal to pod limits of " + amount(limits, name)));
        }
      }
    }
  }

  private static Quantity amount(JsonNode list, String name) {
    return Quantity.parse(list.path(name).asText());
  }
}
