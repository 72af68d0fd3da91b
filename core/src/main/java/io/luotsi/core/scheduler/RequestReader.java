package io.luotsi.core.scheduler;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Adds up what a pod requests.
 *
 * @see "Source: component-helpers/resource PodRequests: containers and sidecars run together, init
 *     containers one after another beside the sidecars that were started before them"
 */
final class RequestReader {
  /** What a container that requests none is taken to use, when nodes are scored. */
  static final long SCORED_CPU_MILLIS = 100;

  static final long SCORED_MEMORY_BYTES = 200L << 20;

  private RequestReader() {}

  static Requests read(JsonNode spec) {
    TreeMap<String, Long> requests = total(spec, false);
    TreeMap<String, Long> scored = total(spec, true);
    long cpu = amount(requests, Amounts.CPU);
    long memory = amount(requests, Amounts.MEMORY);
    long ephemeral = amount(requests, Amounts.EPHEMERAL_STORAGE);
    requests
        .keySet()
        .removeIf(
            name ->
                name.equals(Amounts.CPU)
                    || name.equals(Amounts.MEMORY)
                    || name.equals(Amounts.EPHEMERAL_STORAGE)
                    || name.equals(Amounts.PODS));
    requests.values().removeIf(amount -> amount == 0);
    return new Requests(
        cpu,
        memory,
        ephemeral,
        requests,
        amount(scored, Amounts.CPU),
        amount(scored, Amounts.MEMORY));
  }

  private static TreeMap<String, Long> total(JsonNode spec, boolean scored) {
    TreeMap<String, Long> total = new TreeMap<>();
    for (JsonNode container : spec.path("containers")) {
      add(total, requestsOf(container, scored));
    }
    TreeMap<String, Long> sidecars = new TreeMap<>();
    TreeMap<String, Long> peak = new TreeMap<>();
    for (JsonNode container : spec.path("initContainers")) {
      TreeMap<String, Long> now = requestsOf(container, scored);
      if (container.path("restartPolicy").asText().equals("Always")) {
        add(total, now);
        add(sidecars, now);
        now = new TreeMap<>(sidecars);
      } else {
        add(now, sidecars);
      }
      now.forEach((name, amount) -> peak.merge(name, amount, Math::max));
    }
    peak.forEach((name, amount) -> total.merge(name, amount, Math::max));
    // Requests of the pod as a whole stand in for the sum of its containers'.
    total.putAll(Amounts.read(spec.path("resources").path("requests")));
    add(total, Amounts.read(spec.path("overhead")));
    return total;
  }

  private static TreeMap<String, Long> requestsOf(JsonNode container, boolean scored) {
    TreeMap<String, Long> requests = Amounts.read(container.path("resources").path("requests"));
    if (scored) {
      requests.putIfAbsent(Amounts.CPU, SCORED_CPU_MILLIS);
      requests.putIfAbsent(Amounts.MEMORY, SCORED_MEMORY_BYTES);
    }
    return requests;
  }

  private static void add(SortedMap<String, Long> total, Map<String, Long> more) {
    more.forEach((name, amount) -> total.merge(name, amount, RequestReader::saturatingSum));
  }

  private static long saturatingSum(long a, long b) {
    long sum = a + b;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }

  private static long amount(Map<String, Long> amounts, String name) {
    return amounts.getOrDefault(name, 0L);
  }
}
