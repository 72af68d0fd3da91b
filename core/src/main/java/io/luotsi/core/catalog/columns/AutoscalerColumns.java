package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.TableColumns;
import java.util.ArrayList;
import java.util.List;

/** How a HorizontalPodAutoscaler is shown: each metric's present value beside its target. */
public final class AutoscalerColumns {
  /** More than these are counted and not shown. */
  private static final int MOST_SHOWN = 2;

  public static final TableColumns TABLE =
      KindTable.of(
          List.of("Name", "Reference", "Targets", "MinPods", "MaxPods", "Replicas", "Age"),
          autoscaler ->
              List.of(
                  autoscaler.name(),
                  autoscaler.text("/spec/scaleTargetRef/kind")
                      + "/"
                      + autoscaler.text("/spec/scaleTargetRef/name"),
                  metrics(autoscaler),
                  autoscaler.textOr("/spec/minReplicas", "<unset>"),
                  autoscaler.number("/spec/maxReplicas"),
                  autoscaler.number("/status/currentReplicas"),
                  autoscaler.age()));

  private AutoscalerColumns() {}

  private static String metrics(Row autoscaler) {
    List<String> shown = new ArrayList<>();
    JsonNode current = autoscaler.at("/status/currentMetrics");
    int i = 0;
    for (JsonNode metric : autoscaler.at("/spec/metrics")) {
      shown.add(metric(metric, current.path(i++)));
    }
    if (shown.isEmpty()) {
      return Row.NONE;
    }
    String text = String.join(", ", shown.subList(0, Math.min(MOST_SHOWN, shown.size())));
    return shown.size() > MOST_SHOWN
        ? "%s + %d more...".formatted(text, shown.size() - MOST_SHOWN)
        : text;
  }

  private static String metric(JsonNode metric, JsonNode status) {
    return switch (metric.path("type").asText("")) {
      case "External" -> valueOrAverage(metric.path("external"), status.path("external"));
      case "Object" -> valueOrAverage(metric.path("object"), status.path("object"));
      case "Pods" ->
          present(status.path("pods"), "averageValue")
              + "/"
              + metric.path("pods").path("target").path("averageValue").asText("0");
      case "Resource" -> ofResource(metric.path("resource"), status.path("resource"));
      case "ContainerResource" ->
          ofResource(metric.path("containerResource"), status.path("containerResource"));
      default -> "<unknown type>";
    };
  }

  private static String valueOrAverage(JsonNode source, JsonNode status) {
    JsonNode target = source.path("target");
    return target.has("averageValue")
        ? present(status, "averageValue") + "/" + target.path("averageValue").asText() + " (avg)"
        : present(status, "value") + "/" + target.path("value").asText("0");
  }

  private static String ofResource(JsonNode source, JsonNode status) {
    String name = source.path("name").asText("") + ": ";
    JsonNode target = source.path("target");
    if (target.has("averageValue")) {
      return name + present(status, "averageValue") + "/" + target.path("averageValue").asText();
    }
    JsonNode utilization = status.path("current").path("averageUtilization");
    return name
        + (utilization.isNumber() ? utilization.asText() + "%" : Row.UNKNOWN)
        + "/"
        + (target.has("averageUtilization")
            ? target.path("averageUtilization").asText() + "%"
            : "<auto>");
  }

  private static String present(JsonNode status, String field) {
    return status.path("current").path(field).asText(Row.UNKNOWN);
  }
}
