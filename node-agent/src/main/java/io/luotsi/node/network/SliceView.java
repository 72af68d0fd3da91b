package io.luotsi.node.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import java.util.ArrayList;
import java.util.List;

/**
 * An EndpointSlice as a proxy sees it.
 *
 * @param service name of the Service in the slice's namespace; empty if it belongs to none
 * @param ports without those that have no number
 * @param endpoints IPv4 only
 */
record SliceView(
    ObjectKey key, String service, List<ServiceView.Port> ports, List<Endpoint> endpoints) {

  /**
   * @param nodeName empty if not known
   */
  record Endpoint(
      String ip, String nodeName, boolean ready, boolean serving, boolean terminating) {}

  private static final String SERVICE_LABEL = "kubernetes.io/service-name";

  SliceView {
    ports = List.copyOf(ports);
    endpoints = List.copyOf(endpoints);
  }

  boolean hasService() {
    return !service.isEmpty();
  }

  /** Only if it has one. */
  ObjectKey serviceKey() {
    return ObjectKey.of(key.namespace(), service);
  }

  static SliceView of(StoredObject slice) {
    JsonNode json = Json.readObject(slice.json());
    List<ServiceView.Port> ports = new ArrayList<>();
    for (JsonNode port : json.path("ports")) {
      if (port.path("port").isInt()) {
        ports.add(
            new ServiceView.Port(
                port.path("name").asText(),
                port.path("protocol").asText(VirtualAddress.TCP),
                port.path("port").asInt()));
      }
    }
    List<Endpoint> endpoints = new ArrayList<>();
    if (json.path("addressType").asText().equals("IPv4")) {
      json.path("endpoints").forEach(endpoint -> add(endpoint, endpoints));
    }
    return new SliceView(
        slice.key(), slice.labels().getOrDefault(SERVICE_LABEL, ""), ports, endpoints);
  }

  /** As upstream, only the first address of an endpoint counts. */
  private static void add(JsonNode endpoint, List<Endpoint> endpoints) {
    JsonNode conditions = endpoint.path("conditions");
    boolean ready = conditions.path("ready").asBoolean(true);
    String ip = endpoint.path("addresses").path(0).asText();
    if (ServiceView.isIpv4(ip)) {
      endpoints.add(
          new Endpoint(
              ip,
              endpoint.path("nodeName").asText(),
              ready,
              conditions.path("serving").asBoolean(ready),
              conditions.path("terminating").asBoolean(false)));
    }
  }
}
