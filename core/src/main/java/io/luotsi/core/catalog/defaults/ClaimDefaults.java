package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** Defaults of claims on devices: one of each unless they say how many. */
public final class ClaimDefaults {
  private static final String EXACTLY = "ExactCount";

  private ClaimDefaults() {}

  public static void fillClaim(ObjectNode claim) {
    fillRequests(claim.path("spec"));
  }

  public static void fillTemplate(ObjectNode template) {
    fillRequests(template.path("spec").path("spec"));
  }

  private static void fillRequests(JsonNode spec) {
    Trees.object(spec, "devices")
        .ifPresent(
            devices -> {
              for (ObjectNode request : Trees.objects(devices, "requests")) {
                Trees.object(request, "exactly").ifPresent(ClaimDefaults::fillCount);
                Trees.objects(request, "firstAvailable").forEach(ClaimDefaults::fillCount);
              }
            });
  }

  private static void fillCount(ObjectNode request) {
    if (Trees.isUnset(request, "allocationMode")) {
      request.put("allocationMode", EXACTLY);
    }
    if (Trees.text(request, "allocationMode").equals(EXACTLY) && Trees.isZero(request, "count")) {
      request.put("count", 1);
    }
  }
}
