package io.luotsi.core.controller.endpointslice;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Which slices a Service is to have. Endpoints that stay, stay in their slices; new ones go first
 * into slices that change anyway, then into the fullest that has room, then into new ones.
 *
 * @see "Source: k8s.io/endpointslice, reconciler"
 */
public final class EndpointSliceReconcile {
  public static final String SERVICE_NAME = "kubernetes.io/service-name";
  public static final String MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
  public static final String CONTROLLER = "endpointslice-controller.k8s.io";

  /** Endpoints a slice, at most: upstream's default. */
  static final int MAX_ENDPOINTS = 100;

  private final ServiceView service;
  private final Function<String, Optional<String>> zoneOfNode;
  private final List<Action> actions = new ArrayList<>();

  private EndpointSliceReconcile(
      ServiceView service, Function<String, Optional<String>> zoneOfNode) {
    this.service = service;
    this.zoneOfNode = zoneOfNode;
  }

  /**
   * @param pods those that the Service selects
   * @param slices those of the Service that this controller manages
   * @param zoneOfNode the zone a node is in, if it says so
   */
  public static List<Action> plan(
      ServiceView service,
      List<EndpointPod> pods,
      Collection<StoredObject> slices,
      Function<String, Optional<String>> zoneOfNode) {
    if (service.selector().isEmpty() || service.deleting()) {
      return List.of();
    }
    return new EndpointSliceReconcile(service, zoneOfNode).plan(pods, slices);
  }

  private List<Action> plan(List<EndpointPod> pods, Collection<StoredObject> slices) {
    Map<String, List<Slice>> byFamily = new LinkedHashMap<>();
    service.families().forEach(family -> byFamily.put(family, new ArrayList<>()));
    for (StoredObject stored : slices) {
      if (!stored.deleting()) {
        Slice slice = new Slice(service, stored);
        List<Slice> family = byFamily.get(slice.family());
        if (family == null) {
          actions.add(slice.delete());
        } else {
          family.add(slice);
        }
      }
    }
    byFamily.forEach((family, existing) -> planFamily(family, pods, existing));
    return actions;
  }

  private void planFamily(String family, List<EndpointPod> pods, List<Slice> existing) {
    // Pods that name their ports differently cannot share a slice.
    Map<String, ArrayNode> ports = new TreeMap<>();
    Map<String, Map<String, Desired>> desired = new TreeMap<>();
    for (EndpointPod pod : pods) {
      List<String> addresses = addresses(pod, family);
      if (!pod.ended() && !addresses.isEmpty()) {
        ArrayNode own = ports(pod);
        String key = Slice.portsKey(own);
        ports.put(key, own);
        Desired endpoint = new Desired(endpoint(pod, addresses), pod.changed());
        desired
            .computeIfAbsent(key, absent -> new LinkedHashMap<>())
            .put(Slice.endpointKey(endpoint.json()), endpoint);
      }
    }
    List<Slice> doomed = new ArrayList<>();
    Map<String, List<Slice>> byPorts = new TreeMap<>();
    for (Slice slice : existing) {
      if (desired.containsKey(slice.portsKey())) {
        byPorts.computeIfAbsent(slice.portsKey(), absent -> new ArrayList<>()).add(slice);
      } else {
        doomed.add(slice);
      }
    }
    if (desired.isEmpty()) {
      keepPlaceholder(family, doomed);
    }
    doomed.forEach(slice -> actions.add(slice.delete()));
    desired.forEach(
        (key, endpoints) ->
            planPorts(
                family,
                ports.getOrDefault(key, Json.mapper().createArrayNode()),
                endpoints,
                byPorts.getOrDefault(key, List.of())));
  }

  /** A Service without endpoints has one empty slice, so that watchers can tell it from unknown. */
  private void keepPlaceholder(String family, List<Slice> doomed) {
    Optional<Slice> kept =
        doomed.stream().filter(s -> s.isEmpty() && s.portsKey().isEmpty()).findFirst();
    if (kept.isPresent()) {
      doomed.remove(kept.get());
      kept.get().updateIfChanged(Optional.empty()).ifPresent(actions::add);
    } else {
      actions.add(
          Slice.create(
              service,
              family,
              Json.mapper().createArrayNode(),
              List.of(),
              Optional.of(service.created())));
    }
  }

  /** An endpoint that ought to be, and when its pod became as it is. */
  record Desired(ObjectNode json, Instant changed) {}

  private void planPorts(
      String family, ArrayNode ports, Map<String, Desired> desired, List<Slice> existing) {
    Optional<Instant> trigger = Optional.empty();
    List<Slice> changing = new ArrayList<>();
    List<Slice> unchanged = new ArrayList<>();
    for (Slice slice : existing) {
      trigger = earliest(trigger, slice.keepOnly(desired));
      (slice.changed() ? changing : unchanged).add(slice);
    }
    // What is left in the map is in no slice yet.
    List<Desired> missing = new ArrayList<>(desired.values());
    for (Desired endpoint : missing) {
      trigger = earliest(trigger, Optional.of(endpoint.changed()));
    }
    int next = 0;
    changing.sort((a, b) -> Integer.compare(b.size(), a.size()));
    for (Slice slice : changing) {
      while (next < missing.size() && slice.size() < MAX_ENDPOINTS) {
        slice.add(missing.get(next++).json());
      }
    }
    while (next < missing.size()) {
      int left = missing.size() - next;
      Optional<Slice> roomy = fullestWithRoom(unchanged, left);
      List<ObjectNode> batch = new ArrayList<>();
      while (next < missing.size() && batch.size() < MAX_ENDPOINTS) {
        batch.add(missing.get(next++).json());
      }
      if (roomy.isPresent()) {
        batch.forEach(roomy.get()::add);
        unchanged.remove(roomy.get());
        changing.add(roomy.get());
      } else {
        actions.add(Slice.create(service, family, ports, batch, trigger));
      }
    }
    Optional<Instant> when = trigger;
    unchanged.forEach(slice -> slice.updateIfChanged(Optional.empty()).ifPresent(actions::add));
    changing.forEach(slice -> actions.add(slice.updateOrDelete(when)));
  }

  private static Optional<Slice> fullestWithRoom(List<Slice> slices, int needed) {
    Optional<Slice> best = Optional.empty();
    for (Slice slice : slices) {
      if (slice.size() + needed <= MAX_ENDPOINTS
          && (best.isEmpty() || slice.size() > best.get().size())) {
        best = Optional.of(slice);
      }
    }
    return best;
  }

  static Optional<Instant> earliest(Optional<Instant> a, Optional<Instant> b) {
    return a.isEmpty() || b.isPresent() && b.get().isBefore(a.get()) ? b : a;
  }

  private static List<String> addresses(EndpointPod pod, String family) {
    boolean v6 = family.equals("IPv6");
    return pod.addresses().stream().filter(ip -> ip.indexOf(':') >= 0 == v6).toList();
  }

  private ObjectNode endpoint(EndpointPod pod, List<String> addresses) {
    ObjectNode json = Json.object();
    ArrayNode list = json.putArray("addresses");
    addresses.forEach(list::add);
    json.putObject("conditions")
        .put("ready", service.publishNotReady() || pod.ready() && !pod.terminating())
        .put("serving", pod.ready())
        .put("terminating", pod.terminating());
    if (!pod.hostname().isEmpty() && pod.subdomain().equals(service.key().name())) {
      json.put("hostname", pod.hostname());
    }
    json.putObject("targetRef")
        .put("kind", "Pod")
        .put("namespace", pod.key().namespace())
        .put("name", pod.key().name())
        .put("uid", pod.uid());
    if (!pod.nodeName().isEmpty()) {
      json.put("nodeName", pod.nodeName());
      zoneOfNode.apply(pod.nodeName()).ifPresent(zone -> json.put("zone", zone));
    }
    return json;
  }

  /** The Service's ports as this pod has them; a named port it does not have is left out. */
  private ArrayNode ports(EndpointPod pod) {
    ArrayNode ports = Json.mapper().createArrayNode();
    for (JsonNode port : service.ports()) {
      OptionalInt number = pod.portOf(port);
      if (number.isPresent()) {
        ObjectNode own = ports.addObject();
        own.put("name", port.path("name").asText());
        own.put("protocol", port.path("protocol").asText("TCP"));
        own.put("port", number.getAsInt());
        if (port.has("appProtocol")) {
          own.set("appProtocol", port.get("appProtocol"));
        }
      }
    }
    return ports;
  }
}
