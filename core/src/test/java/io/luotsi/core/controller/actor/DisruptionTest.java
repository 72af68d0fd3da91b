package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Resources;
import org.junit.jupiter.api.Test;

/** PodDisruptionBudgets as their controller keeps them, and evictions that hold to them. */
class DisruptionTest {
  @Test
  @Conformance("PodDisruptionBudget: Status updates")
  void aBudgetFollowsItsPodsAndAllowsOneEvictionAfterTheOther() {
    try (Cluster cluster = new Cluster()) {
      cluster.create(
          Resources.DEPLOYMENTS,
          "default",
          """
          {"metadata": {"name": "d"}, "spec": {"replicas": 3,
            "selector": {"matchLabels": {"app": "x"}},
            "template": {"metadata": {"labels": {"app": "x"}},
              "spec": {"containers": [{"name": "c", "image": "i"}]}}}}
          """);
      cluster.create(
          Resources.DISRUPTION_BUDGETS,
          "default",
          """
          {"metadata": {"name": "b"}, "spec": {"maxUnavailable": "33%",
            "selector": {"matchLabels": {"app": "x"}}}}
          """);
      for (int round = 0; round < 3; round++) {
        ObjectNode status = await(cluster, 1);
        assertThat(status.path("expectedPods").asInt()).isEqualTo(3);
        assertThat(status.path("desiredHealthy").asInt()).isEqualTo(2);
        evictAny(cluster);
      }
      assertThat(cluster.podsEver()).isGreaterThanOrEqualTo(5);
      cluster.delete(
          Resources.DISRUPTION_BUDGETS, ObjectKey.of("default", "b"), DeleteOptions.DEFAULT);
    }
  }

  private static ObjectNode await(Cluster cluster, int allowed) {
    return (ObjectNode)
        cluster
            .await(
                Resources.DISRUPTION_BUDGETS,
                "default",
                all ->
                    all.stream()
                        .anyMatch(
                            it ->
                                it.at("/status/disruptionsAllowed").asInt() == allowed
                                    && it.at("/status/currentHealthy").asInt() == 3))
            .getFirst()
            .path("status");
  }

  private static void evictAny(Cluster cluster) {
    String name =
        cluster.list(Resources.PODS, "default").stream()
            .filter(pod -> pod.at("/metadata/deletionTimestamp").isMissingNode())
            .map(pod -> pod.at("/metadata/name").asText())
            .findFirst()
            .orElseThrow();
    ObjectNode eviction = Json.object();
    eviction.putObject("metadata").put("name", name);
    cluster
        .api()
        .createSubresource(Resources.PODS, ObjectKey.of("default", name), "eviction", eviction)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }
}
