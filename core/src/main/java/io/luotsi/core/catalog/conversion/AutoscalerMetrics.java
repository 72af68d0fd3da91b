package io.luotsi.core.catalog.conversion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One metric in the two forms: the stored one groups what is measured ({@code metric}) and how much
 * of it ({@code target} or {@code current}), the older one has it side by side under longer names.
 *
 * @param amounts the group of the amounts: {@code target}, {@code current}
 */
record AutoscalerMetrics(String amounts) {
  static final AutoscalerMetrics SPECS = new AutoscalerMetrics("target");
  static final AutoscalerMetrics STATUSES = new AutoscalerMetrics("current");

  private static final List<String> SOURCES =
      List.of("object", "pods", "resource", "containerResource", "external");

  static boolean isCpuUtilization(JsonNode metric) {
    return isCpu(metric) && metric.at("/resource/target/averageUtilization").isNumber();
  }

  static boolean isCpu(JsonNode metric) {
    return metric.path("type").asText("").equals("Resource")
        && metric.at("/resource/name").asText("").equals("cpu");
  }

  static Optional<JsonNode> cpuUtilization(JsonNode status) {
    JsonNode percent = status.at("/resource/current/averageUtilization");
    return isCpu(status) && percent.isNumber() ? Optional.of(percent) : Optional.empty();
  }

  static ObjectNode cpuTarget(JsonNode percent) {
    ObjectNode metric = cpu();
    metric
        .withObject("resource")
        .putObject("target")
        .put("type", "Utilization")
        .set("averageUtilization", percent);
    return metric;
  }

  static ObjectNode cpuStatus(JsonNode percent) {
    ObjectNode metric = cpu();
    metric.withObject("resource").putObject("current").set("averageUtilization", percent);
    return metric;
  }

  private static ObjectNode cpu() {
    ObjectNode metric = JsonNodeFactory.instance.objectNode().put("type", "Resource");
    metric.putObject("resource").put("name", "cpu");
    return metric;
  }

  private boolean isSpec() {
    return amounts.equals("target");
  }

  /** What the older version calls an amount of the one kind of source. */
  private String older(String source, String amount) {
    return switch (source) {
      case "object" -> amount.equals("value") ? amounts + "Value" : amount;
      default -> amounts + amount.substring(0, 1).toUpperCase(Locale.ROOT) + amount.substring(1);
    };
  }

  private static String selector(String source) {
    return source.equals("external") ? "metricSelector" : "selector";
  }

  private static List<String> amountsOf(String source) {
    return switch (source) {
      case "object", "external" -> List.of("value", "averageValue");
      case "pods" -> List.of("averageValue");
      default -> List.of("averageUtilization", "averageValue");
    };
  }

  /** Amounts that the older version always has: Go writes the zero of what is no pointer. */
  private boolean isAlwaysThere(String source, String amount) {
    return switch (source) {
      case "object" -> amount.equals("value");
      case "pods" -> true;
      case "external" -> !isSpec() && amount.equals("value");
      default -> !isSpec() && amount.equals("averageValue");
    };
  }

  ObjectNode toServed(JsonNode metric) {
    ObjectNode served = metricOfType(metric);
    for (String source : SOURCES) {
      if (metric.path(source).isObject()) {
        served.set(source, sourceToServed(source, metric.get(source)));
      }
    }
    return served;
  }

  private static ObjectNode metricOfType(JsonNode metric) {
    return JsonNodeFactory.instance.objectNode().put("type", metric.path("type").asText(""));
  }

  private ObjectNode sourceToServed(String source, JsonNode stored) {
    ObjectNode served = JsonNodeFactory.instance.objectNode();
    if (source.equals("object")) {
      copy(stored, "describedObject", served, "target");
    }
    // In the order of upstream's structs, since it becomes text.
    copy(stored, "name", served, "name");
    copy(stored.path("metric"), "name", served, "metricName");
    boolean early = source.equals("external");
    if (early) {
      copy(stored.path("metric"), "selector", served, selector(source));
    }
    String first = amountsOf(source).getFirst();
    amountToServed(source, first, stored, served);
    if (!early) {
      copy(stored.path("metric"), "selector", served, selector(source));
    }
    amountsOf(source).stream()
        .skip(1)
        .forEach(amount -> amountToServed(source, amount, stored, served));
    copy(stored, "container", served, "container");
    return served;
  }

  private void amountToServed(String source, String amount, JsonNode stored, ObjectNode served) {
    String name = older(source, amount);
    copy(stored.path(amounts), amount, served, name);
    if (!served.has(name) && isAlwaysThere(source, amount)) {
      served.put(name, "0");
    }
  }

  ObjectNode toStored(JsonNode metric) {
    ObjectNode stored = metricOfType(metric);
    for (String source : SOURCES) {
      if (metric.path(source).isObject()) {
        stored.set(source, sourceToStored(source, metric.get(source)));
      }
    }
    return stored;
  }

  private ObjectNode sourceToStored(String source, JsonNode served) {
    ObjectNode stored = JsonNodeFactory.instance.objectNode();
    if (source.equals("object")) {
      copy(served, "target", stored, "describedObject");
    }
    copy(served, "name", stored, "name");
    copy(served, "container", stored, "container");
    if (!source.toLowerCase(Locale.ROOT).endsWith("resource")) {
      ObjectNode measured = stored.putObject("metric").put("name", "");
      copy(served, "metricName", measured, "name");
      copy(served, selector(source), measured, "selector");
    }
    ObjectNode group = stored.putObject(amounts);
    if (isSpec()) {
      group.put("type", targetType(source, served));
    }
    for (String amount : amountsOf(source)) {
      copy(served, older(source, amount), group, amount);
      if (!group.has(amount) && isAlwaysThere(source, amount)) {
        group.put(amount, "0");
      }
    }
    return stored;
  }

  /** The older version leaves it to be seen from which amount is there. */
  private String targetType(String source, JsonNode served) {
    return switch (source) {
      case "object" -> served.hasNonNull("averageValue") ? "AverageValue" : "Value";
      case "pods" -> "AverageValue";
      case "external" -> served.hasNonNull("targetValue") ? "Value" : "AverageValue";
      default -> served.hasNonNull("targetAverageUtilization") ? "Utilization" : "AverageValue";
    };
  }

  private static void copy(JsonNode from, String field, ObjectNode to, String name) {
    if (from.hasNonNull(field)) {
      to.set(name, from.get(field));
    }
  }
}
