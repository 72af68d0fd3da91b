package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.TableColumns;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** How nodes are shown. */
public final class NodeColumns {
  private static final String ROLE_PREFIX = "node-role.kubernetes.io/";
  private static final String ROLE_LABEL = "kubernetes.io/role";

  public static final TableColumns TABLE =
      KindTable.of(
          List.of(
              "Name",
              "Status",
              "Roles",
              "Age",
              "Version",
              "Internal-IP/p1",
              "External-IP/p1",
              "OS-Image/p1",
              "Kernel-Version/p1",
              "Container-Runtime/p1"),
          node ->
              List.of(
                  node.name(),
                  status(node),
                  roles(node),
                  node.age(),
                  node.text("/status/nodeInfo/kubeletVersion"),
                  address(node, "InternalIP"),
                  address(node, "ExternalIP"),
                  node.textOr("/status/nodeInfo/osImage", Row.UNKNOWN),
                  node.textOr("/status/nodeInfo/kernelVersion", Row.UNKNOWN),
                  node.textOr("/status/nodeInfo/containerRuntimeVersion", Row.UNKNOWN)));

  private NodeColumns() {}

  private static String status(Row node) {
    String status;
    if (node.condition("Ready").isEmpty()) {
      status = "Unknown";
    } else {
      status = node.conditionIsTrue("Ready") ? "Ready" : "NotReady";
    }
    return node.at("/spec/unschedulable").asBoolean(false)
        ? status + ",SchedulingDisabled"
        : status;
  }

  private static String roles(Row node) {
    SortedSet<String> roles = new TreeSet<>();
    node.at("/metadata/labels")
        .properties()
        .forEach(
            label -> {
              if (label.getKey().startsWith(ROLE_PREFIX)) {
                roles.add(label.getKey().substring(ROLE_PREFIX.length()));
              } else if (label.getKey().equals(ROLE_LABEL)) {
                roles.add(label.getValue().asText(""));
              }
            });
    roles.remove("");
    return roles.isEmpty() ? Row.NONE : String.join(",", roles);
  }

  private static String address(Row node, String type) {
    for (JsonNode address : node.at("/status/addresses")) {
      if (address.path("type").asText("").equals(type)) {
        return address.path("address").asText("");
      }
    }
    return Row.NONE;
  }
}
