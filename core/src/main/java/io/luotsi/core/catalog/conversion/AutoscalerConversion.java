package io.luotsi.core.catalog.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.catalog.Conversion;
import java.util.List;
import java.util.Optional;

/**
 * HorizontalPodAutoscalers of {@code autoscaling/v1}, kept as those of {@code v2}. The older
 * version knows one metric, the processors' use in percent; whatever else there is, it carries in
 * annotations, so that who reads and writes back loses nothing.
 *
 * @see "Source: kubernetes pkg/apis/autoscaling/v1/conversion.go,
 *     pkg/apis/autoscaling/annotations.go"
 */
public final class AutoscalerConversion implements Conversion {
  private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
  private static final String METRICS = PREFIX + "metrics";
  private static final String CURRENT_METRICS = PREFIX + "current-metrics";
  private static final String CONDITIONS = PREFIX + "conditions";
  private static final String BEHAVIOR = PREFIX + "behavior";

  /** All that carries what the version cannot say; of those of other versions none is kept. */
  private static final List<String> CARRIERS =
      List.of(
          METRICS,
          CURRENT_METRICS,
          CONDITIONS,
          BEHAVIOR,
          PREFIX + "scale-down-tolerance",
          PREFIX + "scale-up-tolerance");

  /** Those of a spec and of a status that both versions have. */
  private static final List<String> COMMON =
      List.of(
          "scaleTargetRef",
          "minReplicas",
          "maxReplicas",
          "observedGeneration",
          "lastScaleTime",
          "currentReplicas",
          "desiredReplicas");

  @Override
  public ObjectNode fromStored(ObjectNode stored) {
    ObjectNode served = withoutCarriers(stored).put("apiVersion", "autoscaling/v1");
    JsonNode spec = stored.path("spec");
    JsonNode status = stored.path("status");
    if (spec.isObject()) {
      ObjectNode simple = common(spec);
      for (JsonNode metric : spec.path("metrics")) {
        if (AutoscalerMetrics.isCpu(metric)) {
          copyPercent(metric, simple);
          break;
        }
      }
      served.set("spec", simple);
    }
    if (status.isObject()) {
      ObjectNode simple = common(status);
      for (JsonNode metric : status.path("currentMetrics")) {
        AutoscalerMetrics.cpuUtilization(metric)
            .ifPresent(percent -> simple.set("currentCPUUtilizationPercentage", percent));
      }
      served.set("status", simple);
    }
    ArrayNode others = served.arrayNode();
    for (JsonNode metric : spec.path("metrics")) {
      if (!AutoscalerMetrics.isCpuUtilization(metric)) {
        others.add(AutoscalerMetrics.SPECS.toServed(metric));
      }
    }
    ArrayNode current = served.arrayNode();
    status
        .path("currentMetrics")
        .forEach(metric -> current.add(AutoscalerMetrics.STATUSES.toServed(metric)));
    carry(served, METRICS, others);
    carry(served, CURRENT_METRICS, current);
    carry(served, CONDITIONS, status.path("conditions"));
    if (spec.path("behavior").isObject()) {
      carry(served, BEHAVIOR, AutoscalerBehavior.toServed(spec.path("behavior")));
    }
    return served;
  }

  private static void copyPercent(JsonNode metric, ObjectNode spec) {
    if (AutoscalerMetrics.isCpuUtilization(metric)) {
      spec.set("targetCPUUtilizationPercentage", metric.at("/resource/target/averageUtilization"));
    }
  }

  /** Without what the other version has another form of. */
  private static ObjectNode common(JsonNode part) {
    ObjectNode common = ((ObjectNode) part).objectNode();
    for (String field : COMMON) {
      if (part.has(field)) {
        common.set(field, part.get(field));
      }
    }
    return common;
  }

  /** A copy whose annotations are a copy, too. */
  private static ObjectNode withoutCarriers(ObjectNode object) {
    ObjectNode copy = object.objectNode();
    copy.setAll(object);
    if (!(object.get("metadata") instanceof ObjectNode metadata)) {
      return copy;
    }
    ObjectNode meta = metadata.objectNode();
    meta.setAll(metadata);
    copy.set("metadata", meta);
    if (metadata.get("annotations") instanceof ObjectNode annotations) {
      ObjectNode kept = annotations.objectNode();
      kept.setAll(annotations);
      kept.remove(CARRIERS);
      if (kept.isEmpty() && !annotations.isEmpty()) {
        meta.remove("annotations");
      } else {
        meta.set("annotations", kept);
      }
    }
    return copy;
  }

  private static void carry(ObjectNode served, String annotation, JsonNode what) {
    if (!what.isEmpty()) {
      served.withObject("metadata").withObject("annotations").put(annotation, what.toString());
    }
  }

  @Override
  public ObjectNode toStored(ObjectNode object) {
    ObjectNode stored = withoutCarriers(object).put("apiVersion", "autoscaling/v2");
    JsonNode annotations = object.path("metadata").path("annotations");
    if (object.path("spec").isObject()) {
      stored.set("spec", storedSpec(object.path("spec"), annotations));
    }
    if (object.path("status").isObject()) {
      stored.set("status", storedStatus(object.path("status"), annotations));
    } else {
      ObjectNode status = storedStatus(object.objectNode(), annotations);
      if (!status.isEmpty()) {
        stored.set("status", status);
      }
    }
    return stored;
  }

  private static ObjectNode storedSpec(JsonNode spec, JsonNode annotations) {
    ObjectNode stored = common(spec);
    ArrayNode metrics = stored.arrayNode();
    carried(annotations, METRICS)
        .ifPresent(
            others ->
                others.forEach(metric -> metrics.add(AutoscalerMetrics.SPECS.toStored(metric))));
    JsonNode percent = spec.path("targetCPUUtilizationPercentage");
    if (percent.isNumber()) {
      metrics.add(AutoscalerMetrics.cpuTarget(percent));
    }
    if (!metrics.isEmpty()) { // else the stored version's defaults say the same as upstream here
      stored.set("metrics", metrics);
    }
    carried(annotations, BEHAVIOR)
        .map(AutoscalerBehavior::toStored)
        .filter(behavior -> !behavior.isEmpty())
        .ifPresent(behavior -> stored.set("behavior", behavior));
    return stored;
  }

  private static ObjectNode storedStatus(JsonNode status, JsonNode annotations) {
    ObjectNode stored = common(status);
    Optional<JsonNode> carried = carried(annotations, CURRENT_METRICS);
    JsonNode percent = status.path("currentCPUUtilizationPercentage");
    if (carried.isPresent()) { // it says more than the percentage
      ArrayNode current = stored.putArray("currentMetrics");
      carried.get().forEach(metric -> current.add(AutoscalerMetrics.STATUSES.toStored(metric)));
    } else if (percent.isNumber()) {
      stored.putArray("currentMetrics").add(AutoscalerMetrics.cpuStatus(percent));
    }
    carried(annotations, CONDITIONS).ifPresent(conditions -> stored.set("conditions", conditions));
    return stored;
  }

  /** What an annotation carries; empty if it makes no sense, as upstream lets it pass. */
  private static Optional<JsonNode> carried(JsonNode annotations, String annotation) {
    return Carried.read(annotations.path(annotation).asText(""));
  }
}
