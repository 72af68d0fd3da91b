package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Resources;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** EndpointSlices and what a fresh cluster has, on the real pipeline. */
class ServiceTest {
  private final Cluster cluster = new Cluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static String pod(String name) {
    return """
    {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","labels":{"app":"web"}},
     "spec":{"nodeName":"n1","containers":[{"name":"web","image":"web:1",
       "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}]}]}}
    """
        .formatted(name);
  }

  private static long ready(List<ObjectNode> slices) {
    return slices.stream()
        .filter(s -> s.at("/metadata/generateName").asText().equals("web-"))
        .flatMap(slice -> slice.path("endpoints").findValues("conditions").stream())
        .filter(conditions -> conditions.path("ready").asBoolean())
        .count();
  }

  @Test
  @Conformance({
    "EndpointSlice, creation/deletion",
    "Endpoints, creation/deletion",
    "Service, endpoints"
  })
  void theSlicesOfAServiceFollowItsPods() {
    cluster.create(
        Resources.SERVICES,
        "default",
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"web","labels":{"team":"a"}},
         "spec":{"selector":{"app":"web"},"clusterIP":"10.96.0.10","type":"ClusterIP",
          "ports":[{"name":"web","port":80,"targetPort":"http","protocol":"TCP"}]}}
        """);
    cluster.create(Resources.PODS, "default", pod("a"));
    cluster.create(Resources.PODS, "default", pod("b"));

    List<ObjectNode> slices =
        cluster.await(Resources.ENDPOINT_SLICES, "default", list -> ready(list) == 2);

    JsonNode slice =
        slices.stream()
            .filter(s -> s.at("/metadata/generateName").asText().equals("web-"))
            .findFirst()
            .orElseThrow();
    assertThat(slice.at("/metadata/labels").toString())
        .contains(
            "\"kubernetes.io/service-name\":\"web\"",
            "\"endpointslice.kubernetes.io/managed-by\":\"endpointslice-controller.k8s.io\"",
            "\"team\":\"a\"");
    assertThat(slice.at("/metadata/ownerReferences/0/kind").asText()).isEqualTo("Service");
    assertThat(slice.at("/ports/0/port").asInt()).isEqualTo(8080);
    assertThat(slice.at("/ports/0/name").asText()).isEqualTo("web");
    assertThat(slice.path("endpoints").findValuesAsText("nodeName")).containsOnly("n1");

    cluster.await(Resources.ENDPOINTS, "default", list -> addresses(list, "web") == 2);
    cluster.patch(
        Resources.PODS,
        ObjectKey.of("default", "a"),
        "status",
        "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"False\"}]}}");
    cluster.await(Resources.ENDPOINT_SLICES, "default", list -> ready(list) == 1);
    cluster.await(Resources.ENDPOINTS, "default", list -> addresses(list, "web") == 1);
    cluster.delete(Resources.SERVICES, ObjectKey.of("default", "web"), DeleteOptions.DEFAULT);
    cluster.await(
        Resources.ENDPOINTS,
        "default",
        list -> list.stream().noneMatch(e -> e.at("/metadata/name").asText().equals("web")));
  }

  @Test
  @Conformance({"EndpointSlice, \"empty\" Service", "Endpoints, \"empty\" Service"})
  void aServiceWhosePodsAreNotThereHasEmptyEndpointsAsLongAsItIs() {
    cluster.create(
        Resources.SERVICES,
        "default",
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
         "spec":{"selector":{"does-not-match":"anything"},
          "ports":[{"name":"web","port":80,"targetPort":8080}]}}
        """);

    List<ObjectNode> slices =
        cluster.await(
            Resources.ENDPOINT_SLICES,
            "default",
            list -> list.stream().anyMatch(ServiceTest::isOfWeb));
    assertThat(slices.stream().filter(ServiceTest::isOfWeb).toList())
        .singleElement()
        .satisfies(slice -> assertThat(slice.path("endpoints")).isEmpty());
    List<ObjectNode> endpoints =
        cluster.await(
            Resources.ENDPOINTS,
            "default",
            list -> list.stream().anyMatch(e -> e.at("/metadata/name").asText().equals("web")));
    assertThat(endpoints)
        .filteredOn(e -> e.at("/metadata/name").asText().equals("web"))
        .singleElement()
        .satisfies(e -> assertThat(e.path("subsets")).isEmpty());

    cluster.delete(Resources.SERVICES, ObjectKey.of("default", "web"), DeleteOptions.DEFAULT);
    cluster.await(
        Resources.ENDPOINTS,
        "default",
        list -> list.stream().noneMatch(e -> e.at("/metadata/name").asText().equals("web")));
    cluster.await(
        Resources.ENDPOINT_SLICES,
        "default",
        list -> list.stream().noneMatch(ServiceTest::isOfWeb));
  }

  private static boolean isOfWeb(JsonNode slice) {
    return slice.at("/metadata/labels/kubernetes.io~1service-name").asText().equals("web");
  }

  private static int addresses(List<ObjectNode> endpoints, String name) {
    return endpoints.stream()
        .filter(one -> one.at("/metadata/name").asText().equals(name))
        .mapToInt(one -> one.at("/subsets/0/addresses").size())
        .sum();
  }

  @Test
  @Conformance("EndpointSlice Mirroring")
  void aServiceThatSelectsNothingHasTheEndpointsThatItsUserWrites() {
    cluster.create(
        Resources.SERVICES,
        "default",
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"own"},
         "spec":{"clusterIP":"10.96.0.11","ports":[{"port":80,"protocol":"TCP"}]}}
        """);
    cluster.create(
        Resources.ENDPOINTS,
        "default",
        """
        {"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"own"},
         "subsets":[{"addresses":[{"ip":"10.1.2.3"}],"ports":[{"port":8080}]}]}
        """);

    List<ObjectNode> slices =
        cluster.await(
            Resources.ENDPOINT_SLICES,
            "default",
            list -> list.stream().anyMatch(ServiceTest::isOfOwn));

    JsonNode slice = slices.stream().filter(ServiceTest::isOfOwn).findFirst().orElseThrow();
    assertThat(slice.at("/endpoints/0/addresses/0").asText()).isEqualTo("10.1.2.3");
    cluster.delete(Resources.ENDPOINTS, ObjectKey.of("default", "own"), DeleteOptions.DEFAULT);
    cluster.await(
        Resources.ENDPOINT_SLICES,
        "default",
        list -> list.stream().noneMatch(ServiceTest::isOfOwn));
  }

  private static boolean isOfOwn(JsonNode slice) {
    return slice.at("/metadata/labels/kubernetes.io~1service-name").asText().equals("own");
  }

  @Test
  @Conformance({
    "kubernetes.default Endpoints and EndpointSlices",
    "Kubernetes Service",
    "Find Kubernetes Service in default Namespace"
  })
  void aFreshClusterHasItsNamespacesAccountsAndTheApisOwnService() {
    List<ObjectNode> accounts =
        cluster.await(Resources.SERVICE_ACCOUNTS, "kube-system", list -> !list.isEmpty());
    assertThat(accounts.getFirst().at("/metadata/name").asText()).isEqualTo("default");
    for (String name : List.of("default", "kube-public", "kube-node-lease")) {
      cluster.await(Resources.SERVICE_ACCOUNTS, name, list -> !list.isEmpty());
    }
    cluster.await(Resources.SERVICES, "default", list -> !list.isEmpty());
    List<ObjectNode> slices =
        cluster.await(Resources.ENDPOINT_SLICES, "default", list -> !list.isEmpty());
    assertThat(slices.getFirst().at("/endpoints/0/addresses/0").asText()).isEqualTo("127.1.0.2");
    List<ObjectNode> endpoints =
        cluster.await(Resources.ENDPOINTS, "default", list -> addresses(list, "kubernetes") == 1);
    assertThat(endpoints.getFirst().at("/subsets/0/ports/0/port").asInt()).isEqualTo(6443);
    JsonNode service = cluster.get(Resources.SERVICES, ObjectKey.of("default", "kubernetes"));
    assertThat(service.at("/spec/clusterIP").asText()).isEqualTo("10.96.0.1");
    assertThat(service.at("/spec/ports/0/port").asInt()).isEqualTo(443);
  }
}
