package io.luotsi.core.catalog.defaults;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Defaults of HorizontalPodAutoscalers: what is measured, and how fast they scale.
 *
 * @see "Source: kubernetes pkg/apis/autoscaling/v2/defaults.go"
 */
public final class AutoscalerDefaults {
  private static final int CPU_PERCENT = 80;
  private static final int PERIOD_SECONDS = 15;
  private static final int PODS_AT_ONCE = 4;

  private AutoscalerDefaults() {}

  public static void fill(ObjectNode autoscaler) {
    Trees.object(autoscaler, "spec")
        .ifPresent(
            spec -> {
              if (spec.path("metrics").isEmpty()) {
                fillMetric(spec.putArray("metrics").addObject());
              }
              Trees.object(spec, "behavior").ifPresent(AutoscalerDefaults::fillBehavior);
            });
  }

  private static void fillMetric(ObjectNode metric) {
    metric.put("type", "Resource");
    ObjectNode resource = metric.putObject("resource");
    resource.put("name", "cpu");
    resource.putObject("target").put("type", "Utilization").put("averageUtilization", CPU_PERCENT);
  }

  /** One rule that says something makes both complete. */
  private static void fillBehavior(ObjectNode behavior) {
    for (String direction : List.of("scaleUp", "scaleDown")) {
      boolean up = direction.equals("scaleUp");
      ObjectNode rules = Trees.objectOrNew(behavior, direction);
      if (up && !rules.hasNonNull("stabilizationWindowSeconds")) {
        rules.put("stabilizationWindowSeconds", 0);
      }
      if (!rules.hasNonNull("selectPolicy")) {
        rules.put("selectPolicy", "Max");
      }
      if (!rules.hasNonNull("policies")) {
        ArrayNode policies = rules.putArray("policies");
        if (up) {
          fillPolicy(policies.addObject(), "Pods", PODS_AT_ONCE);
        }
        fillPolicy(policies.addObject(), "Percent", 100);
      }
    }
  }

  private static void fillPolicy(ObjectNode policy, String type, int value) {
    policy.put("type", type).put("value", value).put("periodSeconds", PERIOD_SECONDS);
  }
}
