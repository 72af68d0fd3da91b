package io.luotsi.node.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;

/**
 * A Service as its proxy sees it.
 *
 * @param clusterIps IPv4 only; empty for headless and external ones, and for those that another
 *     proxy serves
 * @param localOnly whether only endpoints of the proxy's own node will do
 */
record ServiceView(
    ObjectKey key,
    String uid,
    long resourceVersion,
    List<String> clusterIps,
    List<Port> ports,
    Optional<Duration> affinity,
    boolean localOnly) {

  record Port(String name, String protocol, int port) {}

  /** Says that somebody else proxies the Service. */
  static final String PROXY_NAME_LABEL = "service.kubernetes.io/service-proxy-name";

  private static final long DEFAULT_AFFINITY_SECONDS = 10_800;

  ServiceView {
    clusterIps = List.copyOf(clusterIps);
    ports = List.copyOf(ports);
  }

  static ServiceView of(StoredObject service) {
    JsonNode spec = Json.readObject(service.json()).path("spec");
    List<Port> ports = new ArrayList<>();
    for (JsonNode port : spec.path("ports")) {
      ports.add(
          new Port(
              port.path("name").asText(),
              port.path("protocol").asText(VirtualAddress.TCP),
              port.path("port").asInt()));
    }
    return new ServiceView(
        service.key(),
        service.uid(),
        service.resourceVersion(),
        clusterIps(service, spec),
        ports,
        affinity(spec),
        spec.path("internalTrafficPolicy").asText().equals("Local"));
  }

  private static List<String> clusterIps(StoredObject service, JsonNode spec) {
    boolean ours =
        !spec.path("type").asText().equals("ExternalName")
            && !service.labels().containsKey(PROXY_NAME_LABEL);
    LinkedHashSet<String> addresses = new LinkedHashSet<>();
    if (ours) {
      addresses.add(spec.path("clusterIP").asText());
      spec.path("clusterIPs").forEach(address -> addresses.add(address.asText()));
    }
    return addresses.stream().filter(ServiceView::isIpv4).toList();
  }

  /** Not so: the empty string, {@code None}, IPv6. */
  static boolean isIpv4(String address) {
    try {
      return InetAddress.ofLiteral(address) instanceof Inet4Address;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Optional<Duration> affinity(JsonNode spec) {
    if (!spec.path("sessionAffinity").asText().equals("ClientIP")) {
      return Optional.empty();
    }
    JsonNode seconds = spec.at("/sessionAffinityConfig/clientIP/timeoutSeconds");
    return Optional.of(Duration.ofSeconds(seconds.asLong(DEFAULT_AFFINITY_SECONDS)));
  }
}
