package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Statuses;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Resources;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ResourceQuotas as their controller counts them, and the PriorityClasses of the system. */
class QuotaTest {
  private static final String TEMPLATE =
      "{'metadata': {'labels': {'app': 'x'}},"
          + " 'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}";

  private static void awaitUsed(Cluster cluster, String used) {
    cluster.await(
        Resources.RESOURCE_QUOTAS,
        "default",
        all -> all.stream().anyMatch(quota -> quota.at("/status/used").toString().equals(used)));
  }

  /** JSON with apostrophes for quotation marks. */
  private static String json(String text) {
    return text.replace('\'', '"');
  }

  private static void quota(Cluster cluster, String name, String hard, String more) {
    cluster.create(
        Resources.RESOURCE_QUOTAS,
        "default",
        json("{'metadata': {'name': '%s'}, 'spec': {'hard': {%s}%s}}".formatted(name, hard, more)));
  }

  /** Waits until the quota of that name says so much of each, given as JSON. */
  private static void awaitUsed(Cluster cluster, String name, String used) {
    JsonNode wanted = Json.readObject(json("{" + used + "}").getBytes(StandardCharsets.UTF_8));
    cluster.await(
        Resources.RESOURCE_QUOTAS,
        "default",
        all ->
            all.stream()
                .filter(quota -> quota.at("/metadata/name").asText().equals(name))
                .anyMatch(
                    quota ->
                        wanted
                            .propertyStream()
                            .allMatch(
                                one ->
                                    quota
                                        .path("status")
                                        .path("used")
                                        .path(one.getKey())
                                        .equals(one.getValue()))));
  }

  private static String refusal(CompletionStage<Outcome<StoredObject>> write) {
    return switch (write.toCompletableFuture().join()) {
      case Outcome.Rejected<StoredObject>(Rejection why) ->
          Statuses.of(why).path("message").asText();
      case Outcome.Done<StoredObject>(StoredObject object) ->
          throw new AssertionError("was done: " + object.key());
    };
  }

  private static String refusedToCreate(
      Cluster cluster, GroupVersionResource resource, String body) {
    return refusal(
        cluster
            .api()
            .create(
                resource, "default", Json.readObject(json(body).getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  @Conformance({
    "ResourceQuota, object count quota, configmap",
    "ResourceQuota, object count quota, replicaSet",
    "ResourceQuota, object count quota, replicationController",
    "ResourceQuota, object count quota, resourcequotas",
    "ResourceQuota, object count quota, secret"
  })
  void objectsOfEachKindAreCountedAndGivenBackWhenTheyGo() {
    try (Cluster cluster = new Cluster()) {
      quota(
          cluster,
          "q",
          "'configmaps': '9', 'count/replicasets.apps': '1', 'replicationcontrollers': '1',"
              + " 'resourcequotas': '1', 'secrets': '1', 'services': '2'",
          "");
      // Every namespace has the certificate of the API, and this one the API's Service.
      String nothing =
          "'configmaps': '1', 'count/replicasets.apps': '0', 'replicationcontrollers': '0',"
              + " 'resourcequotas': '1', 'secrets': '0', 'services': '1'";
      awaitUsed(cluster, "q", nothing);
      String set =
          "{'metadata': {'name': 'x'}, 'spec': {'replicas': 0, %s'template': " + TEMPLATE + "}}";
      String service = "{'metadata': {'name': '%s'}, 'spec': {'ports': [{'port': 80}]}}";
      String ofLabels = set.formatted("'selector': {'matchLabels': {'app': 'x'}}, ");
      String named = "{'metadata': {'name': 'x'}}";
      cluster.create(Resources.CONFIG_MAPS, "default", json(named));
      cluster.create(Resources.SECRETS, "default", json(named));
      cluster.create(Resources.REPLICA_SETS, "default", json(ofLabels));
      cluster.create(Resources.REPLICATION_CONTROLLERS, "default", json(set.formatted("")));
      cluster.create(Resources.SERVICES, "default", json(service.formatted("x")));
      awaitUsed(
          cluster,
          "q",
          "'configmaps': '2', 'count/replicasets.apps': '1', 'replicationcontrollers': '1',"
              + " 'resourcequotas': '1', 'secrets': '1', 'services': '2'");
      assertThat(refusedToCreate(cluster, Resources.SERVICES, service.formatted("y")))
          .contains("exceeded quota: q, requested: services=1, used: services=2");
      assertThat(refusedToCreate(cluster, Resources.SECRETS, "{'metadata': {'name': 'y'}}"))
          .contains("exceeded quota: q, requested: secrets=1, used: secrets=1, limited: secrets=1");
      for (GroupVersionResource resource :
          List.of(
              Resources.CONFIG_MAPS,
              Resources.SECRETS,
              Resources.REPLICA_SETS,
              Resources.REPLICATION_CONTROLLERS,
              Resources.SERVICES)) {
        cluster.delete(resource, ObjectKey.of("default", "x"), DeleteOptions.DEFAULT);
      }
      awaitUsed(cluster, "q", nothing);
    }
  }

  @Test
  @Conformance("ResourceQuota, object count quota, pod")
  void whatAPodAsksForIsCountedUntilItGoesAndNoMoreThanThereIsFits() {
    try (Cluster cluster = new Cluster()) {
      quota(
          cluster,
          "q",
          "'pods': '5', 'cpu': '1', 'memory': '500Mi', 'ephemeral-storage': '50Gi',"
              + " 'requests.example.com/dongle': '3'",
          "");
      String nothing =
          "'pods': '0', 'cpu': '0', 'memory': '0', 'ephemeral-storage': '0',"
              + " 'requests.example.com/dongle': '0'";
      awaitUsed(cluster, "q", nothing);
      String pod =
          "{'metadata': {'name': '%s'}, 'spec': {'containers': [{'name': 'c', 'image': 'i',"
              + " 'resources': {'requests': {'cpu': '%s', 'memory': '252Mi', 'ephemeral-storage':"
              + " '10Gi', 'example.com/dongle': '%s'}, 'limits': {'example.com/dongle': '%s'}}}]}}";
      cluster.create(Resources.PODS, "default", json(pod.formatted("a", "500m", "2", "2")));
      String used =
          "'pods': '1', 'cpu': '500m', 'memory': '252Mi', 'ephemeral-storage': '10Gi',"
              + " 'requests.example.com/dongle': '2'";
      awaitUsed(cluster, "q", used);
      assertThat(refusedToCreate(cluster, Resources.PODS, pod.formatted("b", "600m", "1", "1")))
          .contains("exceeded quota: q, requested: cpu=600m", "memory=252Mi");
      assertThat(refusedToCreate(cluster, Resources.PODS, pod.formatted("b", "100m", "2", "2")))
          .contains("requests.example.com/dongle=2");
      String change =
          "{'spec': {'containers': [{'name': 'c', 'resources': {'requests': {'cpu': '100m'}}}]}}";
      assertThat(
              refusal(
                  cluster
                      .api()
                      .patch(
                          Resources.PODS,
                          ObjectKey.of("default", "a"),
                          "",
                          PatchType.STRATEGIC_MERGE,
                          Json.readObject(json(change).getBytes(StandardCharsets.UTF_8)))))
          .contains("pod updates may not change fields other than");
      awaitUsed(cluster, "q", used);
      cluster.delete(Resources.PODS, ObjectKey.of("default", "a"), DeleteOptions.DEFAULT);
      awaitUsed(cluster, "q", nothing);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "Terminating | NotTerminating | 'activeDeadlineSeconds': 3600, | ",
        "BestEffort  | NotBestEffort  | | 'resources': {'requests': {'cpu': '1m'}},"
      })
  @Conformance({
    "ResourceQuota, quota scope, BestEffort and NotBestEffort scope",
    "ResourceQuota, quota scope, Terminating and NotTerminating scope"
  })
  void aPodIsCountedByTheQuotaOfItsScopeAlone(
      String scope, String other, String ofOne, String ofOther) {
    try (Cluster cluster = new Cluster()) {
      quota(cluster, "one", "'pods': '1'", ", 'scopes': ['" + scope + "']");
      quota(cluster, "other", "'pods': '1'", ", 'scopes': ['" + other + "']");
      awaitUsed(cluster, "one", "'pods': '0'");
      awaitUsed(cluster, "other", "'pods': '0'");
      String pod =
          "{'metadata': {'name': '%s'}, 'spec': {%s 'containers': [{%s 'name': 'c', 'image':"
              + " 'i'}]}}";
      boolean byPod = ofOne != null;
      String ofPod = byPod ? ofOne : "";
      String ofContainer = byPod ? "" : ofOther;

      cluster.create(Resources.PODS, "default", json(pod.formatted("a", ofPod, "")));
      awaitUsed(cluster, "one", "'pods': '1'");
      awaitUsed(cluster, "other", "'pods': '0'");
      assertThat(refusedToCreate(cluster, Resources.PODS, pod.formatted("c", ofPod, "")))
          .contains("exceeded quota: one");
      cluster.create(Resources.PODS, "default", json(pod.formatted("b", "", ofContainer)));
      awaitUsed(cluster, "other", "'pods': '1'");

      cluster.delete(Resources.PODS, ObjectKey.of("default", "a"), DeleteOptions.DEFAULT);
      awaitUsed(cluster, "one", "'pods': '0'");
      awaitUsed(cluster, "other", "'pods': '1'");
      cluster.delete(Resources.PODS, ObjectKey.of("default", "b"), DeleteOptions.DEFAULT);
      awaitUsed(cluster, "other", "'pods': '0'");
    }
  }

  @Test
  @Conformance("ResourceQuota, update and delete")
  void aQuotaThatIsChangedSaysSoAndOneThatIsGoneLimitsNobody() {
    try (Cluster cluster = new Cluster()) {
      ObjectKey key = ObjectKey.of("default", "q");
      quota(cluster, "q", "'secrets': '0'", "");
      awaitUsed(cluster, "q", "'secrets': '0'");
      String secret = "{'metadata': {'name': '%s'}}";
      assertThat(refusedToCreate(cluster, Resources.SECRETS, secret.formatted("a")))
          .contains("exceeded quota: q");
      cluster.patch(
          Resources.RESOURCE_QUOTAS,
          key,
          "",
          json("{'spec': {'hard': {'secrets': '1', 'pods': '7'}}}"));
      awaitUsed(cluster, "q", "'secrets': '0', 'pods': '0'");
      assertThat(cluster.get(Resources.RESOURCE_QUOTAS, key).at("/status/hard").toString())
          .isEqualTo(json("{'secrets':'1','pods':'7'}"));
      cluster.create(Resources.SECRETS, "default", json(secret.formatted("a")));
      assertThat(refusedToCreate(cluster, Resources.SECRETS, secret.formatted("b")))
          .contains("exceeded quota: q");

      cluster.delete(Resources.RESOURCE_QUOTAS, key, DeleteOptions.DEFAULT);
      cluster.create(Resources.SECRETS, "default", json(secret.formatted("b")));
      assertThat(cluster.list(Resources.RESOURCE_QUOTAS, "default")).isEmpty();
    }
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
