package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Fills what a Service's spec says about addresses, around the address itself. */
final class ServiceDefaults {
  static final String HEADLESS = "None";

  private static final List<String> OF_ADDRESSES =
      List.of("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy");

  private ServiceDefaults() {}

  static String type(ObjectNode service) {
    return service.at("/spec/type").asText("ClusterIP");
  }

  /** Whether it is to have an address, or to be headless; else it is but a name. */
  static boolean hasAddress(ObjectNode service) {
    return !type(service).equals("ExternalName");
  }

  /** {@code None} or empty if there is no address. */
  static String clusterIp(JsonNode service) {
    String single = service.at("/spec/clusterIP").asText("");
    return single.isEmpty() ? service.at("/spec/clusterIPs/0").asText("") : single;
  }

  /** Whether a client that knows only the older field asks for another address. */
  private static boolean changesOne(ObjectNode spec, ObjectNode old) {
    return !spec.path("clusterIP").equals(old.path("clusterIP"))
        && spec.path("clusterIPs").equals(old.path("clusterIPs"));
  }

  /** What a client that updates leaves out, it leaves as it is. */
  static void keepAllocations(ObjectNode object, ObjectNode current) {
    if (!hasAddress(object) || !hasAddress(current)) {
      return;
    }
    ObjectNode spec = object.withObject("spec");
    ObjectNode old = current.withObject("spec");
    if (clusterIp(object).isEmpty()) {
      ObjectMeta.copy(old, spec, "clusterIP");
      ObjectMeta.copy(old, spec, "clusterIPs");
    } else if (!spec.has("clusterIPs") || !spec.has("clusterIP") || changesOne(spec, old)) {
      setAddress(spec, clusterIp(object));
    }
    for (String field : List.of("ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy")) {
      if (!spec.hasNonNull(field)) {
        ObjectMeta.copy(old, spec, field);
      }
    }
  }

  /**
   * What a Service of another type has no use for goes with the change of the type, unless the
   * client has just changed it, too.
   *
   * @see "Source: kubernetes pkg/registry/core/service strategy.go dropTypeDependentFields"
   */
  static void dropUseless(ObjectNode object, ObjectNode current) {
    boolean wasBalanced = type(current).equals("LoadBalancer");
    boolean isBalanced = type(object).equals("LoadBalancer");
    if (wasBalanced && !isBalanced) {
      dropUnchanged(object, current, "allocateLoadBalancerNodePorts");
      dropUnchanged(object, current, "loadBalancerClass");
    }
    boolean wasLocal = wasBalanced && isLocal(current);
    if (wasLocal && !(isBalanced && isLocal(object))) {
      dropUnchanged(object, current, "healthCheckNodePort");
    }
    if (isExternal(current) && !isExternal(object)) {
      dropUnchanged(object, current, "externalTrafficPolicy");
    }
    if (!isBalanced && object.get("status") instanceof ObjectNode status) {
      status.putObject("loadBalancer");
    }
  }

  private static boolean isLocal(ObjectNode service) {
    return service.at("/spec/externalTrafficPolicy").asText("").equals("Local");
  }

  private static boolean isExternal(ObjectNode service) {
    return switch (type(service)) {
      case "LoadBalancer", "NodePort" -> true;
      case "ClusterIP" -> !service.at("/spec/externalIPs").isEmpty();
      default -> false;
    };
  }

  private static void dropUnchanged(ObjectNode object, ObjectNode current, String field) {
    if (object.path("spec").path(field).equals(current.path("spec").path(field))) {
      object.withObject("spec").remove(field);
    }
  }

  /**
   * @param address an IPv4 address or {@code None}
   */
  static void setAddress(ObjectNode spec, String address) {
    spec.put("clusterIP", address);
    spec.putArray("clusterIPs").add(address);
    if (!spec.has("ipFamilies")) {
      spec.putArray("ipFamilies").add("IPv4");
    }
    if (!spec.has("ipFamilyPolicy")) {
      spec.put("ipFamilyPolicy", "SingleStack");
    }
    if (!spec.has("internalTrafficPolicy")) {
      spec.put("internalTrafficPolicy", "Cluster");
    }
  }

  static void removeAddress(ObjectNode spec) {
    OF_ADDRESSES.forEach(spec::remove);
  }
}
