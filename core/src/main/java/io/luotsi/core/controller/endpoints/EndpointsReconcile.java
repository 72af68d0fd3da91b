package io.luotsi.core.controller.endpoints;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.endpointslice.EndpointPod;
import io.luotsi.core.controller.endpointslice.ServiceView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What the Endpoints of a Service are to be. Addresses that have the same ports share a subset,
 * ready or not.
 *
 * @see "Source: kubernetes pkg/controller/endpoint"
 */
public final class EndpointsReconcile {
  static final String HEADLESS = "service.kubernetes.io/headless";
  static final String MANAGED_BY = "endpoints.kubernetes.io/managed-by";
  static final String TRIGGER = "endpoints.kubernetes.io/last-change-trigger-time";
  private static final String OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";

  /** Somebody's lock, from before there were Leases. */
  static final String LEADER = "control-plane.alpha.kubernetes.io/leader";

  /** Addresses an object, at most. */
  static final int MOST_ADDRESSES = 1000;

  private EndpointsReconcile() {}

  /**
   * @param pods those that the Service selects
   * @param found the Endpoints of the Service's name
   */
  public static Optional<Action> plan(
      ServiceView service, List<EndpointPod> pods, Optional<StoredObject> found) {
    if (service.selector().isEmpty() || service.deleting()) {
      return Optional.empty(); // somebody else's business
    }
    Members members = Members.of(service, pods);
    if (found.isEmpty()) {
      return Optional.of(
          new Action.Create(
              Resources.ENDPOINTS,
              service.key().namespace(),
              filled(begun(service), service, members)));
    }
    ObjectNode current = Json.readObject(found.get().json());
    ObjectNode wanted = filled(current.deepCopy(), service, members);
    return same(current, wanted)
        ? Optional.empty()
        : Optional.of(new Action.Update(Resources.ENDPOINTS, service.key(), "", wanted));
  }

  /** What becomes of Endpoints whose Service is gone; locks of old stay. */
  public static Optional<Action> orphaned(StoredObject endpoints) {
    JsonNode annotations = Json.readObject(endpoints.json()).at("/metadata/annotations");
    return annotations.has(LEADER)
        ? Optional.empty()
        : Optional.of(
            new Action.Delete(
                Resources.ENDPOINTS,
                endpoints.key(),
                new DeleteOptions(
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.of(endpoints.uid()),
                    Optional.of(Long.toString(endpoints.resourceVersion())))));
  }

  private static ObjectNode begun(ServiceView service) {
    ObjectNode endpoints = Json.object().put("apiVersion", "v1").put("kind", "Endpoints");
    ObjectKey key = service.key();
    endpoints.putObject("metadata").put("name", key.name()).put("namespace", key.namespace());
    return endpoints;
  }

  /** But for the time of the last change, which changes nothing by itself. */
  private static boolean same(ObjectNode current, ObjectNode wanted) {
    return current.path("subsets").equals(wanted.path("subsets"))
        && current.at("/metadata/labels").equals(wanted.at("/metadata/labels"))
        && current.at("/metadata/annotations").has(OVER_CAPACITY)
            == wanted.at("/metadata/annotations").has(OVER_CAPACITY);
  }

  private static ObjectNode filled(ObjectNode endpoints, ServiceView service, Members members) {
    ObjectNode metadata = endpoints.withObject("metadata");
    ObjectNode labels = metadata.putObject("labels");
    service.labels().forEach(labels::put);
    labels.remove(HEADLESS);
    if (service.headless()) {
      labels.put(HEADLESS, "");
    }
    labels.put(MANAGED_BY, "endpoint-controller");
    ObjectNode annotations = metadata.withObject("annotations");
    members.changed().ifPresent(time -> annotations.put(TRIGGER, time.toString()));
    annotations.remove(OVER_CAPACITY);
    if (members.truncated()) {
      annotations.put(OVER_CAPACITY, "truncated");
    }
    if (annotations.isEmpty()) {
      metadata.remove("annotations");
    }
    ArrayNode subsets = members.subsets();
    if (subsets.isEmpty()) {
      endpoints.remove("subsets");
    } else {
      endpoints.set("subsets", subsets);
    }
    return endpoints;
  }

  /**
   * Pods that are endpoints, by the ports they have.
   *
   * @param changed when the last of them became as it is; empty for none
   */
  private record Members(
      Map<String, Subset> byPorts, boolean truncated, Optional<Instant> changed) {
    static Members of(ServiceView service, List<EndpointPod> pods) {
      List<EndpointPod> members = new ArrayList<>();
      for (EndpointPod pod : pods) {
        boolean goes = pod.terminating() && !service.publishNotReady();
        if (!pod.ended() && !goes && !address(service, pod).isEmpty()) {
          members.add(pod);
        }
      }
      // Ready ones first where not all have room, and always in one order.
      members.sort(
          Comparator.<EndpointPod, Boolean>comparing(pod -> !isReady(service, pod))
              .thenComparing(pod -> address(service, pod))
              .thenComparing(EndpointPod::uid));
      Map<String, Subset> byPorts = new TreeMap<>();
      for (EndpointPod pod : members.subList(0, Math.min(MOST_ADDRESSES, members.size()))) {
        ArrayNode ports = ports(service, pod);
        if (!ports.isEmpty() || service.ports().isEmpty() && service.headless()) {
          byPorts
              .computeIfAbsent(ports.toString(), key -> new Subset(ports))
              .add(isReady(service, pod), entry(service, pod));
        }
      }
      return new Members(
          byPorts,
          members.size() > MOST_ADDRESSES,
          members.stream().map(EndpointPod::changed).max(Comparator.naturalOrder()));
    }

    ArrayNode subsets() {
      ArrayNode subsets = Json.mapper().createArrayNode();
      byPorts.values().forEach(subset -> subsets.add(subset.json()));
      return subsets;
    }
  }

  /** Addresses with the same ports. */
  private record Subset(ArrayNode ports, List<ObjectNode> ready, List<ObjectNode> notReady) {
    Subset(ArrayNode ports) {
      this(ports, new ArrayList<>(), new ArrayList<>());
    }

    void add(boolean isReady, ObjectNode address) {
      (isReady ? ready : notReady).add(address);
    }

    ObjectNode json() {
      ObjectNode json = Json.object();
      if (!ready.isEmpty()) {
        json.putArray("addresses").addAll(ready);
      }
      if (!notReady.isEmpty()) {
        json.putArray("notReadyAddresses").addAll(notReady);
      }
      if (!ports.isEmpty()) {
        json.set("ports", ports);
      }
      return json;
    }
  }

  private static boolean isReady(ServiceView service, EndpointPod pod) {
    return pod.ready() || service.publishNotReady();
  }

  /** Of the Service's first family; empty if the pod has none. */
  private static String address(ServiceView service, EndpointPod pod) {
    boolean v6 = service.families().getFirst().equals("IPv6");
    return pod.addresses().stream().filter(ip -> ip.indexOf(':') >= 0 == v6).findFirst().orElse("");
  }

  private static ObjectNode entry(ServiceView service, EndpointPod pod) {
    ObjectNode entry = Json.object().put("ip", address(service, pod));
    if (!pod.hostname().isEmpty() && pod.subdomain().equals(service.key().name())) {
      entry.put("hostname", pod.hostname());
    }
    if (!pod.nodeName().isEmpty()) {
      entry.put("nodeName", pod.nodeName());
    }
    entry
        .putObject("targetRef")
        .put("kind", "Pod")
        .put("namespace", pod.key().namespace())
        .put("name", pod.key().name())
        .put("uid", pod.uid());
    return entry;
  }

  /** The Service's ports as this pod has them; a named port it does not have is left out. */
  private static ArrayNode ports(ServiceView service, EndpointPod pod) {
    ArrayNode ports = Json.mapper().createArrayNode();
    for (JsonNode port : service.ports()) {
      OptionalInt number = pod.portOf(port);
      if (number.isPresent()) {
        ObjectNode own = ports.addObject();
        if (!port.path("name").asText().isEmpty()) {
          own.put("name", port.path("name").asText());
        }
        own.put("port", number.getAsInt()).put("protocol", port.path("protocol").asText("TCP"));
        if (port.has("appProtocol")) {
          own.set("appProtocol", port.get("appProtocol"));
        }
      }
    }
    return ports;
  }
}
