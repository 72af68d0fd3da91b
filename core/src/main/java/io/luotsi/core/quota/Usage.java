package io.luotsi.core.quota;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Quantity;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one object uses, by the names that a quota can limit.
 *
 * @see "Source: pkg/quota/v1/evaluator/core"
 */
public final class Usage {
  private static final Quantity ONE = Quantity.of(1);
  private static final String COUNT = "count/";

  /** Resources whose objects are also counted by the plain name of the resource. */
  private static final Set<String> COUNTED_BY_NAME =
      Set.of(
          "pods",
          "services",
          "persistentvolumeclaims",
          "configmaps",
          "secrets",
          "replicationcontrollers",
          "resourcequotas");

  private static final Set<String> NATIVE = Set.of("cpu", "memory", "ephemeral-storage");
  private static final String HUGE_PAGES = "hugepages-";
  private static final String REQUESTS = "requests.";
  private static final String LIMITS = "limits.";
  private static final String OF_CLASS = ".storageclass.storage.k8s.io/";

  private Usage() {}

  /**
   * @param now by which a pod that was told to go counts no more
   */
  public static SortedMap<String, Quantity> of(
      GroupResource resource, JsonNode object, Instant now) {
    SortedMap<String, Quantity> usage = new TreeMap<>();
    usage.put(COUNT + resource, ONE);
    switch (resource.toString()) {
      case "pods" -> ofPod(object, now, usage);
      case "services" -> ofService(object.path("spec"), usage);
      case "persistentvolumeclaims" -> ofClaim(object, usage);
      case String other -> {
        if (COUNTED_BY_NAME.contains(other)) {
          usage.put(other, ONE);
        }
      }
    }
    return usage;
  }

  private static void ofPod(JsonNode pod, Instant now, Map<String, Quantity> usage) {
    if (!counts(pod, now)) {
      return;
    }
    usage.put("pods", ONE);
    JsonNode spec = pod.path("spec");
    ResourceLists.ofPod(spec, "requests")
        .forEach(
            (name, amount) -> {
              usage.put(REQUESTS + name, amount);
              if (NATIVE.contains(name) || name.startsWith(HUGE_PAGES)) {
                usage.put(name, amount);
              }
            });
    ResourceLists.ofPod(spec, "limits")
        .forEach(
            (name, amount) -> {
              if (NATIVE.contains(name)) {
                usage.put(LIMITS + name, amount);
              }
            });
  }

  /** Whether a pod uses anything but its place: it has not ended, and is not overdue. */
  private static boolean counts(JsonNode pod, Instant now) {
    String phase = pod.path("status").path("phase").asText();
    if (phase.equals("Succeeded") || phase.equals("Failed")) {
      return false;
    }
    JsonNode metadata = pod.path("metadata");
    JsonNode told = metadata.path("deletionTimestamp");
    JsonNode grace = metadata.path("deletionGracePeriodSeconds");
    return !told.isTextual()
        || !grace.isNumber()
        || !now.isAfter(Instant.parse(told.asText()).plusSeconds(grace.asLong()));
  }

  private static void ofService(JsonNode spec, Map<String, Quantity> usage) {
    usage.put("services", ONE);
    int ports = spec.path("ports").size();
    switch (spec.path("type").asText()) {
      case "NodePort" -> usage.put("services.nodeports", Quantity.of(ports));
      case "LoadBalancer" -> {
        usage.put("services.loadbalancers", ONE);
        boolean allocates = spec.path("allocateLoadBalancerNodePorts").asBoolean(true);
        long own =
            spec.path("ports").valueStream().filter(it -> it.path("nodePort").asInt() != 0).count();
        usage.put("services.nodeports", Quantity.of(allocates ? ports : own));
      }
      default -> {}
    }
  }

  private static void ofClaim(JsonNode claim, Map<String, Quantity> usage) {
    usage.put("persistentvolumeclaims", ONE);
    JsonNode spec = claim.path("spec");
    String type =
        spec.path("storageClassName")
            .asText(
                claim
                    .path("metadata")
                    .path("annotations")
                    .path("volume.beta.kubernetes.io/storage-class")
                    .asText(""));
    Quantity asked =
        Quantity.parse(spec.path("resources").path("requests").path("storage").asText("0"));
    Quantity granted =
        Quantity.parse(claim.path("status").path("allocatedResources").path("storage").asText("0"));
    Quantity storage = asked.compareTo(granted) < 0 ? granted : asked;
    usage.put("requests.storage", storage);
    if (!type.isEmpty()) {
      usage.put(type + OF_CLASS + "persistentvolumeclaims", ONE);
      usage.put(type + OF_CLASS + "requests.storage", storage);
    }
  }

  /** Of the names that a quota limits, those that objects of the resource can use. */
  public static Set<String> matching(GroupResource resource, Set<String> hard) {
    Set<String> matching = new HashSet<>();
    for (String name : hard) {
      if (name.equals(COUNT + resource) || canUse(resource.toString(), name)) {
        matching.add(name);
      }
    }
    return matching;
  }

  private static boolean canUse(String resource, String name) {
    return switch (resource) {
      case "pods" ->
          name.equals("pods")
              || NATIVE.contains(name)
              || name.startsWith(HUGE_PAGES)
              || name.startsWith(REQUESTS) && !name.equals("requests.storage")
              || name.startsWith(LIMITS);
      case "services" -> name.equals("services") || name.startsWith("services.");
      case "persistentvolumeclaims" ->
          name.equals("persistentvolumeclaims")
              || name.equals("requests.storage")
              || name.contains(OF_CLASS);
      default -> COUNTED_BY_NAME.contains(resource) && name.equals(resource);
    };
  }
}
