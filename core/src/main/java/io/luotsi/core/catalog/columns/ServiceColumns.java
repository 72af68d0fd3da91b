package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** How Services and the endpoints behind them are shown. */
public final class ServiceColumns {
  /** A list longer than this is cut and says how many more there are. */
  private static final int MOST_LISTED = 3;

  public static final TableColumns SERVICES =
      KindTable.of(
          List.of("Name", "Type", "Cluster-IP", "External-IP", "Port(s)", "Age", "Selector/p1"),
          service ->
              List.of(
                  service.name(),
                  service.text("/spec/type"),
                  service.textOr("/spec/clusterIPs/0", Row.NONE),
                  externalAddress(service),
                  ports(service),
                  service.age(),
                  service.labels("/spec/selector")));

  public static final TableColumns ENDPOINT_SLICES =
      KindTable.of(
          List.of("Name", "AddressType", "Ports", "Endpoints", "Age"),
          slice ->
              List.of(
                  slice.name(),
                  slice.text("/addressType"),
                  listed(slicePorts(slice)),
                  listed(addresses(slice)),
                  slice.age()));

  public static final TableColumns ENDPOINTS =
      KindTable.of(
          List.of("Name", "Endpoints", "Age"),
          endpoints -> List.of(endpoints.name(), ready(endpoints), endpoints.age()));

  public static final TableColumns IP_ADDRESSES =
      KindTable.of(
          List.of("Name", "ParentRef"), address -> List.of(address.name(), parent(address)));

  private ServiceColumns() {}

  private static String externalAddress(Row service) {
    List<String> fixed = service.texts("/spec/externalIPs");
    return switch (service.text("/spec/type")) {
      case "ClusterIP", "NodePort" -> fixed.isEmpty() ? Row.NONE : String.join(",", fixed);
      case "LoadBalancer" -> {
        List<String> all = new ArrayList<>(balancerAddresses(service));
        all.addAll(fixed);
        yield all.isEmpty() ? "<pending>" : String.join(",", all);
      }
      case "ExternalName" -> service.text("/spec/externalName");
      default -> Row.UNKNOWN;
    };
  }

  private static SortedSet<String> balancerAddresses(Row service) {
    SortedSet<String> addresses = new TreeSet<>();
    for (JsonNode ingress : service.at("/status/loadBalancer/ingress")) {
      String ip = ingress.path("ip").asText("");
      String address = ip.isEmpty() ? ingress.path("hostname").asText("") : ip;
      if (!address.isEmpty()) {
        addresses.add(address);
      }
    }
    return addresses;
  }

  private static String ports(Row service) {
    List<String> ports = new ArrayList<>();
    for (JsonNode port : service.at("/spec/ports")) {
      int nodePort = port.path("nodePort").asInt(0);
      ports.add(
          port.path("port").asInt(0)
              + (nodePort == 0 ? "" : ":" + nodePort)
              + "/"
              + port.path("protocol").asText(""));
    }
    return ports.isEmpty() ? Row.NONE : String.join(",", ports);
  }

  private static List<String> slicePorts(Row slice) {
    List<String> ports = new ArrayList<>();
    for (JsonNode port : slice.at("/ports")) {
      ports.add(port.has("port") ? port.get("port").asText() : port.path("name").asText("*"));
    }
    return ports;
  }

  private static List<String> addresses(Row slice) {
    List<String> addresses = new ArrayList<>();
    for (JsonNode endpoint : slice.at("/endpoints")) {
      endpoint.path("addresses").forEach(address -> addresses.add(address.asText("")));
    }
    return addresses;
  }

  private static String listed(List<String> items) {
    String text = cut(items);
    return text.isEmpty() ? "<unset>" : text;
  }

  private static String cut(List<String> items) {
    String first = String.join(",", items.subList(0, Math.min(MOST_LISTED, items.size())));
    return items.size() > MOST_LISTED
        ? "%s + %d more...".formatted(first, items.size() - MOST_LISTED)
        : first;
  }

  private static String ready(Row endpoints) {
    if (endpoints.count("/subsets") == 0) {
      return Row.NONE;
    }
    List<String> all = new ArrayList<>();
    for (JsonNode subset : endpoints.at("/subsets")) {
      JsonNode addresses = subset.path("addresses");
      if (subset.path("ports").isEmpty()) {
        addresses.forEach(address -> all.add(address.path("ip").asText()));
      }
      for (JsonNode port : subset.path("ports")) {
        for (JsonNode address : addresses) {
          String ip = address.path("ip").asText();
          all.add((ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip) + ":" + port.path("port").asInt());
        }
      }
    }
    return cut(all);
  }

  private static String parent(Row address) {
    if (!address.at("/spec/parentRef").isObject()) {
      return Row.NONE;
    }
    String group = address.text("/spec/parentRef/group");
    String namespace = address.text("/spec/parentRef/namespace");
    return address.text("/spec/parentRef/resource")
        + (group.isEmpty() ? "" : "." + group)
        + (namespace.isEmpty() ? "" : "/" + namespace)
        + "/"
        + address.text("/spec/parentRef/name");
  }
}
