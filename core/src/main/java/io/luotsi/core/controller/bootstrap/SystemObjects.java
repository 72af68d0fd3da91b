package io.luotsi.core.controller.bootstrap;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import java.util.List;
import java.util.Map;

/** The objects that a cluster must have, as upstream's API server makes them. */
public final class SystemObjects {
  /** In order of creation. */
  public static final List<String> NAMESPACES =
      List.of("kube-system", "kube-public", "kube-node-lease", "default");

  /** The Service, and its EndpointSlice, through which pods find the API. */
  public static final ObjectKey KUBERNETES = ObjectKey.of("default", "kubernetes");

  private SystemObjects() {}

  public static ObjectNode namespace(String name) {
    ObjectNode namespace = Json.object();
    namespace.put("apiVersion", "v1").put("kind", "Namespace");
    namespace.putObject("metadata").put("name", name);
    return namespace;
  }

  /** The account that pods of a namespace have when they name none. */
  public static ObjectNode defaultServiceAccount(String namespace) {
    ObjectNode account = Json.object();
    account.put("apiVersion", "v1").put("kind", "ServiceAccount");
    account.putObject("metadata").put("name", "default").put("namespace", namespace);
    return account;
  }

  /** PriorityClasses that exist in every cluster, by name, with their values. */
  public static final Map<String, Integer> PRIORITIES =
      Map.of("system-cluster-critical", 2_000_000_000, "system-node-critical", 2_000_001_000);

  public static ObjectNode priorityClass(String name) {
    ObjectNode type = Json.object();
    type.put("apiVersion", "scheduling.k8s.io/v1").put("kind", "PriorityClass");
    type.putObject("metadata").put("name", name);
    type.put("value", PRIORITIES.get(name));
    return type.put(
        "description",
        name.equals("system-node-critical")
            ? "Used for system critical pods that must not be moved from their current node."
            : "Used for system critical pods that must run in the cluster, but can be moved to"
                + " another node if necessary.");
  }

  /** Name of the ConfigMap of every namespace by which its pods know the API. */
  public static final String ROOT_CERTIFICATE = "kube-root-ca.crt";

  /** Under which it is there. */
  public static final String CERTIFICATE_KEY = "ca.crt";

  /** The ConfigMap by which pods of a namespace know the API. */
  public static ObjectNode rootCertificate(String namespace, String pem) {
    ObjectNode map = Json.object();
    map.put("apiVersion", "v1").put("kind", "ConfigMap");
    ObjectNode metadata = map.putObject("metadata");
    metadata.put("name", ROOT_CERTIFICATE).put("namespace", namespace);
    metadata
        .putObject("annotations")
        .put(
            "kubernetes.io/description",
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal"
                + " endpoints such as the internal service IP or kubernetes.default.svc. No other"
                + " usage is guaranteed across distributions of Kubernetes clusters.");
    map.putObject("data").put(CERTIFICATE_KEY, pem);
    return map;
  }

  public static ObjectNode kubernetesService(String address, int apiPort) {
    ObjectNode service = Json.object();
    service.put("apiVersion", "v1").put("kind", "Service");
    ObjectNode metadata = service.putObject("metadata");
    metadata.put("name", KUBERNETES.name()).put("namespace", KUBERNETES.namespace());
    metadata.putObject("labels").put("component", "apiserver").put("provider", "kubernetes");
    ObjectNode spec = service.putObject("spec");
    spec.put("type", "ClusterIP");
    spec.put("clusterIP", address);
    spec.put("sessionAffinity", "None");
    spec.putArray("ports")
        .addObject()
        .put("name", "https")
        .put("protocol", "TCP")
        .put("port", 443)
        .put("targetPort", apiPort);
    return service;
  }

  /**
   * @param addresses of the API, in order, not empty
   */
  public static ObjectNode kubernetesOldEndpoints(List<String> addresses, int apiPort) {
    ObjectNode endpoints = Json.object().put("apiVersion", "v1").put("kind", "Endpoints");
    ObjectNode metadata = endpoints.putObject("metadata");
    metadata.put("name", KUBERNETES.name()).put("namespace", KUBERNETES.namespace());
    // Its slice is kept beside it, and needs no mirror.
    metadata.putObject("labels").put("endpointslice.kubernetes.io/skip-mirror", "true");
    ObjectNode subset = endpoints.putArray("subsets").addObject();
    ArrayNode all = subset.putArray("addresses");
    addresses.forEach(address -> all.addObject().put("ip", address));
    subset
        .putArray("ports")
        .addObject()
        .put("name", "https")
        .put("port", apiPort)
        .put("protocol", "TCP");
    return endpoints;
  }

  /**
   * @param addresses of the API, in order, not empty
   */
  public static ObjectNode kubernetesEndpoints(List<String> addresses, int apiPort) {
    ObjectNode slice = Json.object();
    slice.put("apiVersion", "discovery.k8s.io/v1").put("kind", "EndpointSlice");
    ObjectNode metadata = slice.putObject("metadata");
    metadata.put("name", KUBERNETES.name()).put("namespace", KUBERNETES.namespace());
    metadata.putObject("labels").put("kubernetes.io/service-name", KUBERNETES.name());
    slice.put("addressType", addresses.getFirst().indexOf(':') >= 0 ? "IPv6" : "IPv4");
    ArrayNode endpoints = slice.putArray("endpoints");
    for (String address : addresses) {
      ObjectNode endpoint = endpoints.addObject();
      endpoint.putArray("addresses").add(address);
      endpoint.putObject("conditions").put("ready", true);
    }
    slice
        .putArray("ports")
        .addObject()
        .put("name", "https")
        .put("protocol", "TCP")
        .put("port", apiPort);
    return slice;
  }
}
