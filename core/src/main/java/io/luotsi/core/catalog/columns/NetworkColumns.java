package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.TableColumns;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** How what directs and restricts traffic is shown. */
public final class NetworkColumns {
  private static final int MOST_HOSTS = 3;

  public static final TableColumns INGRESSES =
      KindTable.of(
          List.of("Name", "Class", "Hosts", "Address", "Ports", "Age"),
          ingress ->
              List.of(
                  ingress.name(),
                  ingress.textOr("/spec/ingressClassName", Row.NONE),
                  hosts(ingress),
                  addresses(ingress),
                  ingress.count("/spec/tls") > 0 ? "80, 443" : "80",
                  ingress.age()));

  public static final TableColumns INGRESS_CLASSES =
      KindTable.of(
          List.of("Name", "Controller", "Parameters", "Age"),
          type ->
              List.of(type.name(), type.text("/spec/controller"), parameters(type), type.age()));

  public static final TableColumns POLICIES =
      KindTable.of(
          List.of("Name", "Pod-Selector", "Age"),
          policy ->
              List.of(policy.name(), policy.selectorOrNone("/spec/podSelector"), policy.age()));

  public static final TableColumns SERVICE_RANGES =
      KindTable.of(
          List.of("Name", "CIDRs", "Age"),
          range ->
              List.of(range.name(), String.join(",", range.texts("/spec/cidrs")), range.age()));

  private NetworkColumns() {}

  private static String hosts(Row ingress) {
    List<String> named = new ArrayList<>();
    boolean more = false;
    JsonNode rules = ingress.at("/spec/rules");
    for (JsonNode rule : rules) {
      more |= named.size() == MOST_HOSTS; // as upstream, which counts rules from here on
      String host = rule.path("host").asText("");
      if (!more && !host.isEmpty()) {
        named.add(host);
      }
    }
    if (named.isEmpty()) {
      return "*";
    }
    String text = String.join(",", named);
    return more ? "%s + %d more...".formatted(text, rules.size() - MOST_HOSTS) : text;
  }

  private static String addresses(Row ingress) {
    SortedSet<String> addresses = new TreeSet<>();
    for (JsonNode point : ingress.at("/status/loadBalancer/ingress")) {
      String ip = point.path("ip").asText("");
      String address = ip.isEmpty() ? point.path("hostname").asText("") : ip;
      if (!address.isEmpty()) {
        addresses.add(address);
      }
    }
    return String.join(",", addresses);
  }

  private static String parameters(Row type) {
    if (!type.at("/spec/parameters").isObject()) {
      return Row.NONE;
    }
    String group = type.text("/spec/parameters/apiGroup");
    return type.text("/spec/parameters/kind")
        + (group.isEmpty() ? "" : "." + group)
        + "/"
        + type.text("/spec/parameters/name");
  }
}
