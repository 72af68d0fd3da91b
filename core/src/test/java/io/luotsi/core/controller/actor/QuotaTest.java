package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Resources;
import org.junit.jupiter.api.Test;

/** ResourceQuotas as their controller counts them, and the PriorityClasses of the system. */
class QuotaTest {
  private static void awaitUsed(Cluster cluster, String used) {
    cluster.await(
        Resources.RESOURCE_QUOTAS,
        "default",
        all -> all.stream().anyMatch(quota -> quota.at("/status/used").toString().equals(used)));
  }

  @Test
  void whatGoesIsGivenBack() {
    try (Cluster cluster = new Cluster()) {
      cluster.create(Resources.CONFIG_MAPS, "default", "{\"metadata\": {\"name\": \"before\"}}");
      cluster.create(
          Resources.RESOURCE_QUOTAS,
          "default",
          "{\"metadata\": {\"name\": \"q\"}, \"spec\": {\"hard\": {\"secrets\": \"2\"}}}");
      awaitUsed(cluster, "{\"secrets\":\"0\"}");
      for (String name : new String[] {"a", "b"}) {
        cluster.create(
            Resources.SECRETS, "default", "{\"metadata\": {\"name\": \"" + name + "\"}}");
      }
      awaitUsed(cluster, "{\"secrets\":\"2\"}");
      cluster.delete(Resources.SECRETS, ObjectKey.of("default", "a"), DeleteOptions.DEFAULT);
      awaitUsed(cluster, "{\"secrets\":\"1\"}");
    }
  }

  @Test
  void everyClusterHasThePrioritiesOfTheSystem() {
    try (Cluster cluster = new Cluster()) {
      assertThat(cluster.await(Resources.PRIORITY_CLASSES, "", all -> all.size() == 2))
          .extracting(type -> type.at("/value").asInt())
          .containsExactly(2_000_000_000, 2_000_001_000);
    }
  }
}
