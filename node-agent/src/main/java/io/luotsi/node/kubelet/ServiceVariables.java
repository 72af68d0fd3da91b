package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a container is told of Services in its environment, as it was before there was DNS.
 *
 * @see "Source: pkg/kubelet/envvars FromServices"
 */
final class ServiceVariables {
  private ServiceVariables() {}

  /**
   * @param services of which those without a cluster address are left out; of two with one name the
   *     later one is told of
   */
  static Map<String, String> of(List<JsonNode> services) {
    Map<String, String> variables = new LinkedHashMap<>();
    for (JsonNode service : services) {
      String address = service.path("spec").path("clusterIP").asText();
      JsonNode ports = service.path("spec").path("ports");
      if (!address.isEmpty() && !address.equals("None") && !ports.isEmpty()) {
        add(variables, name(service.path("metadata").path("name").asText()), address, ports);
      }
    }
    return variables;
  }

  private static void add(
      Map<String, String> variables, String name, String address, JsonNode ports) {
    variables.put(name + "_SERVICE_HOST", address);
    variables.put(name + "_SERVICE_PORT", ports.path(0).path("port").asText());
    variables.put(name + "_PORT", url(address, ports.path(0)));
    for (JsonNode port : ports) {
      String number = port.path("port").asText();
      if (!port.path("name").asText().isEmpty()) {
        variables.put(name + "_SERVICE_PORT_" + name(port.path("name").asText()), number);
      }
      String link = name + "_PORT_" + number + "_" + protocol(port);
      variables.put(link, url(address, port));
      variables.put(link + "_PROTO", protocol(port).toLowerCase(Locale.ROOT));
      variables.put(link + "_PORT", number);
      variables.put(link + "_ADDR", address);
    }
  }

  private static String url(String address, JsonNode port) {
    String scheme = protocol(port).toLowerCase(Locale.ROOT);
    return scheme + "://" + address + ":" + port.path("port").asText();
  }

  private static String protocol(JsonNode port) {
    return port.path("protocol").asText("TCP");
  }

  private static String name(String text) {
    return text.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
