package io.luotsi.core.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Quantity;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Amounts by the names of resources, in order of the names. */
public final class ResourceLists {
  private ResourceLists() {}

  /** As objects carry them; amounts have been validated. */
  public static SortedMap<String, Quantity> read(JsonNode list) {
    SortedMap<String, Quantity> amounts = new TreeMap<>();
    list.properties()
        .forEach(entry -> amounts.put(entry.getKey(), Quantity.parse(entry.getValue().asText())));
    return amounts;
  }

  public static ObjectNode write(Map<String, Quantity> amounts) {
    ObjectNode list = Json.object();
    amounts.forEach((name, amount) -> list.put(name, amount.toString()));
    return list;
  }

  public static SortedMap<String, Quantity> plus(
      Map<String, Quantity> one, Map<String, Quantity> other) {
    SortedMap<String, Quantity> sum = new TreeMap<>(one);
    other.forEach((name, amount) -> sum.merge(name, amount, Quantity::plus));
    return sum;
  }

  /** What one has more than the other; what it has not more is left out. */
  public static SortedMap<String, Quantity> excess(
      Map<String, Quantity> one, Map<String, Quantity> other) {
    SortedMap<String, Quantity> excess = new TreeMap<>();
    one.forEach(
        (name, amount) -> {
          Quantity more = amount.minus(other.getOrDefault(name, Quantity.ZERO));
          if (more.signum() > 0) {
            excess.put(name, more);
          }
        });
    return excess;
  }

  static SortedMap<String, Quantity> max(Map<String, Quantity> one, Map<String, Quantity> other) {
    SortedMap<String, Quantity> max = new TreeMap<>(one);
    other.forEach((name, amount) -> max.merge(name, amount, (a, b) -> a.compareTo(b) < 0 ? b : a));
    return max;
  }

  public static SortedMap<String, Quantity> only(
      Map<String, Quantity> amounts, Collection<String> names) {
    SortedMap<String, Quantity> only = new TreeMap<>(amounts);
    only.keySet().retainAll(names);
    return only;
  }

  /** As messages have it: {@code cpu=1,pods=2}. */
  public static String text(SortedMap<String, Quantity> amounts) {
    return amounts.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(","));
  }

  /**
   * What a pod's containers have of {@code requests} or {@code limits} together: those that run
   * side by side in sum, and no less than any that begins before them needs with the sidecars that
   * have begun by then.
   *
   * @see "Source: component-helpers resource/helpers.go AggregateContainerRequests,
   *     AggregateContainerLimits"
   */
  public static SortedMap<String, Quantity> ofContainers(JsonNode spec, String part) {
    SortedMap<String, Quantity> running = new TreeMap<>();
    for (JsonNode container : spec.path("containers")) {
      running = plus(running, read(container.path("resources").path(part)));
    }
    SortedMap<String, Quantity> sidecars = new TreeMap<>();
    SortedMap<String, Quantity> beginning = new TreeMap<>();
    for (JsonNode container : spec.path("initContainers")) {
      SortedMap<String, Quantity> own = read(container.path("resources").path(part));
      if (container.path("restartPolicy").asText().equals("Always")) {
        sidecars = plus(sidecars, own);
        beginning = max(beginning, sidecars);
      } else {
        beginning = max(beginning, plus(sidecars, own));
      }
    }
    return max(plus(running, sidecars), beginning);
  }

  /**
   * What a pod has of {@code requests} or {@code limits}: what it says for itself as a whole, else
   * its containers', and what running it costs besides.
   *
   * @see "Source: component-helpers resource/helpers.go PodRequests, PodLimits"
   */
  public static SortedMap<String, Quantity> ofPod(JsonNode spec, String part) {
    SortedMap<String, Quantity> total = ofContainers(spec, part);
    total.putAll(read(spec.path("resources").path(part)));
    SortedMap<String, Quantity> overhead = read(spec.path("overhead"));
    if (part.equals("limits")) {
      // A limit that nobody has set has nothing to be raised.
      overhead.keySet().retainAll(total.keySet());
    }
    return plus(total, overhead);
  }
}
