package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What follows when a node falls silent, on the real pipeline. */
class NodeTest {
  private static final ObjectKey N1 = ObjectKey.of("n1");

  private final Cluster cluster = new Cluster();

  /** Each heartbeat differs from the one before. */
  private int beats = 1;

  @AfterEach
  void close() {
    cluster.close();
  }

  private void report() {
    cluster.patch(Resources.NODES, N1, "status", heartbeat());
  }

  private String heartbeat() {
    return """
    {"status":{"conditions":[{"type":"Ready","status":"True","reason":"KubeletReady",
      "message":"kubelet is posting ready status",
      "lastHeartbeatTime":"%1$s","lastTransitionTime":"%1$s"}]}}
    """
        .formatted(Instant.now().plusSeconds(beats++).toString());
  }

  private static String ready(List<ObjectNode> objects) {
    return objects.stream()
        .map(o -> PodView.condition(o.path("status"), "Ready").path("status").asText())
        .findFirst()
        .orElse("");
  }

  @Test
  void aLostNodeIsUnknownAndTaintedItsPodsNotReadyAndThenEvicted() {
    report();
    cluster.create(
        Resources.PODS,
        "default",
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"stays"},
         "spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}],
          "tolerations":[{"operator":"Exists"}]}}
        """);
    cluster.create(
        Resources.PODS,
        "default",
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"goes","finalizers":["test/hold"]},
         "spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}],
          "tolerations":[
           {"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute",
            "tolerationSeconds":300},
           {"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute",
            "tolerationSeconds":300}]}}
        """);
    cluster.await(
        Resources.PODS,
        "default",
        pods -> pods.stream().allMatch(pod -> ready(List.of(pod)).equals("True")));

    cluster.controllers().tell(new Controllers.NodeReachability("n1", false));

    JsonNode node =
        cluster
            .await(
                Resources.NODES,
                "",
                nodes ->
                    ready(nodes).equals("Unknown")
                        && nodes.getFirst().at("/spec/taints").size() == 2)
            .getFirst();
    JsonNode condition = PodView.condition(node.path("status"), "Ready");
    assertThat(condition.path("reason").asText()).isEqualTo("NodeStatusUnknown");
    assertThat(condition.path("message").asText())
        .isEqualTo("Kubelet stopped posting node status.");
    assertThat(node.at("/spec/taints").findValuesAsText("key"))
        .containsOnly("node.kubernetes.io/unreachable");
    List<ObjectNode> pods =
        cluster.await(
            Resources.PODS,
            "default",
            list ->
                list.stream().allMatch(pod -> ready(List.of(pod)).equals("False"))
                    && list.getFirst().at("/metadata").has("deletionTimestamp"));
    assertThat(pods).hasSize(2);
    JsonNode disruption = PodView.condition(pods.getFirst().path("status"), "DisruptionTarget");
    assertThat(disruption.path("reason").asText()).isEqualTo("DeletionByTaintManager");
    assertThat(pods.getLast().at("/metadata").has("deletionTimestamp")).isFalse();

    report();
    cluster.await(Resources.NODES, "", nodes -> nodes.getFirst().at("/spec/taints").isEmpty());
  }

  @Test
  @Conformance("Taint, Pod Eviction on taint removal")
  void aPodStaysIfTheTaintIsTakenBackInTime() {
    for (String node : List.of("n2", "n3")) {
      cluster.create(Resources.NODES, "", "{\"metadata\":{\"name\":\"" + node + "\"}}");
    }
    for (String node : List.of("n1", "n2", "n3")) {
      cluster.create(
          Resources.PODS,
          "default",
          """
          {"metadata":{"name":"on-%1$s"},
           "spec":{"nodeName":"%1$s","containers":[{"name":"c","image":"i"}],
            "tolerations":[{"key":"evict","operator":"Exists","effect":"NoExecute",
              "tolerationSeconds":%2$d}]}}
          """
              .formatted(node, node.equals("n3") ? 60 : 1));
      cluster.patch(
          Resources.NODES,
          ObjectKey.of(node),
          "",
          "{\"spec\":{\"taints\":[{\"key\":\"evict\",\"value\":\"now\",\"effect\":\"NoExecute\"}]}}");
    }
    cluster.patch(Resources.NODES, N1, "", "{\"spec\":{\"taints\":null}}");

    // Its time was over before that of the one that went.
    List<ObjectNode> left = cluster.await(Resources.PODS, "default", pods -> pods.size() == 2);
    assertThat(left).extracting(pod -> pod.at("/metadata/name").asText()).contains("on-n1");
    assertThat(left).noneMatch(pod -> pod.at("/metadata").has("deletionTimestamp"));

    cluster.patch(Resources.NODES, ObjectKey.of("n3"), "", "{\"spec\":{\"taints\":null}}");
    cluster.await(
        Resources.EVENTS,
        "default",
        events ->
            events.stream()
                .map(event -> event.path("message").asText())
                .anyMatch("Cancelling deletion of Pod default/on-n3"::equals));
  }

  @Test
  void aPodThatComesToANodeThatWasTaintedLongAgoHasItsWholeTime() {
    cluster.patch(
        Resources.NODES,
        N1,
        "",
        """
        {"spec":{"taints":[{"key":"evict","effect":"NoExecute",
          "timeAdded":"2026-01-01T00:00:00Z"}]}}
        """);
    cluster.create(
        Resources.PODS,
        "default",
        """
        {"metadata":{"name":"late","finalizers":["test/hold"]},
         "spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}],
          "tolerations":[{"key":"evict","operator":"Exists","effect":"NoExecute",
            "tolerationSeconds":2}]}}
        """);

    ObjectNode evicted =
        cluster
            .await(
                Resources.PODS,
                "default",
                pods -> pods.getFirst().at("/metadata").has("deletionTimestamp"))
            .getFirst();
    JsonNode disruption = PodView.condition(evicted.path("status"), "DisruptionTarget");
    assertThat(Instant.parse(disruption.path("lastTransitionTime").asText()))
        .isAfterOrEqualTo(
            Instant.parse(evicted.at("/metadata/creationTimestamp").asText()).plusSeconds(2));
  }

  @Test
  void aPodThatBecomesReadyOnALostNodeIsNotBelieved() {
    report();
    cluster.controllers().tell(new Controllers.NodeReachability("n1", false));
    cluster.await(
        Resources.NODES,
        "",
        nodes -> ready(nodes).equals("Unknown") && nodes.getFirst().at("/spec/taints").size() == 2);

    cluster.create(
        Resources.PODS,
        "default",
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"late"},
         "spec":{"nodeName":"n1","containers":[{"name":"c","image":"i"}],
          "tolerations":[{"operator":"Exists"}]}}
        """);

    assertThat(cluster.await(Resources.PODS, "default", pods -> ready(pods).equals("False")))
        .hasSize(1);
  }

  @Test
  void aHeartbeatThatWasUnderWayWhenTheNodeWasLostDoesNotBringItBack() {
    try (Cluster late = new Cluster(Resources.NODES, 500)) {
      late.patch(Resources.NODES, N1, "status", heartbeat());
      late.controllers().tell(new Controllers.NodeReachability("n1", false));

      assertThat(late.await(Resources.NODES, "", nodes -> ready(nodes).equals("Unknown")))
          .hasSize(1);

      late.patch(Resources.NODES, N1, "status", heartbeat());
      assertThat(
              late.await(
                  Resources.NODES,
                  "",
                  nodes ->
                      ready(nodes).equals("True") && nodes.getFirst().at("/spec/taints").isEmpty()))
          .hasSize(1);
    }
  }

  @Test
  void aPodThatWasToldToGoBeforeItGotANodeGoes() {
    cluster.podsBecomeReady(false);
    cluster.create(
        Resources.PODS,
        "default",
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},
         "spec":{"containers":[{"name":"c","image":"i"}]}}
        """);

    cluster.delete(Resources.PODS, ObjectKey.of("default", "a"), DeleteOptions.DEFAULT);

    assertThat(cluster.await(Resources.PODS, "default", List::isEmpty)).isEmpty();
  }

  @Test
  void anAddressThatNoRecordExistsOfIsAllocatedAnew() {
    cluster.create(
        Resources.SERVICES,
        "default",
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
         "spec":{"clusterIP":"10.96.0.77","type":"ClusterIP","ports":[{"port":80}]}}
        """);

    List<ObjectNode> addresses =
        cluster.await(
            Resources.IP_ADDRESSES,
            "",
            list ->
                list.stream()
                    .anyMatch(ip -> ip.at("/metadata/name").asText().equals("10.96.0.77")));
    assertThat(addresses)
        .filteredOn(ip -> ip.at("/metadata/name").asText().equals("10.96.0.77"))
        .singleElement()
        .satisfies(
            ip -> assertThat(ip.path("spec").findValuesAsText("name")).containsExactly("web"));
  }
}
