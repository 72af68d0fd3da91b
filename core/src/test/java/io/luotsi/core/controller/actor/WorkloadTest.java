package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deployments and ReplicaSets on the real pipeline. */
class WorkloadTest {
  private static final String DEPLOYMENT =
      """
      {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
       "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
        "progressDeadlineSeconds":600,"revisionHistoryLimit":10,
        "strategy":{"type":"RollingUpdate",
          "rollingUpdate":{"maxSurge":"25%%","maxUnavailable":"25%%"}},
        "template":{"metadata":{"labels":{"app":"web"}},
         "spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
      """;
  private static final ObjectKey WEB = ObjectKey.of("default", "web");

  private final Cluster cluster = new Cluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static boolean available(List<ObjectNode> deployments, int replicas) {
    JsonNode status = deployments.getFirst().path("status");
    return status.path("availableReplicas").asInt() == replicas
        && status.path("updatedReplicas").asInt() == replicas
        && status.path("replicas").asInt() == replicas
        && status.path("observedGeneration").asLong()
            == deployments.getFirst().at("/metadata/generation").asLong();
  }

  @Test
  void aDeploymentBecomesAReplicaSetBecomesPods() {
    cluster.create(Resources.DEPLOYMENTS, "default", DEPLOYMENT.formatted(3));

    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 3));

    List<ObjectNode> sets = cluster.list(Resources.REPLICA_SETS, "default");
    assertThat(sets).hasSize(1);
    String hash = sets.getFirst().at("/metadata/labels/pod-template-hash").asText();
    assertThat(sets.getFirst().at("/metadata/name").asText()).isEqualTo("web-" + hash);
    List<ObjectNode> pods = cluster.list(Resources.PODS, "default");
    assertThat(pods).hasSize(3);
    assertThat(pods)
        .allSatisfy(
            pod -> {
              assertThat(pod.at("/metadata/name").asText()).startsWith("web-" + hash + "-");
              assertThat(pod.at("/metadata/ownerReferences/0/uid").asText())
                  .isEqualTo(sets.getFirst().at("/metadata/uid").asText());
            });
    cluster.await(
        Resources.EVENTS,
        "default",
        events ->
            events.stream().filter(e -> e.at("/reason").asText().equals("SuccessfulCreate")).count()
                    == 3
                && events.stream()
                    .anyMatch(
                        e ->
                            e.at("/message")
                                .asText()
                                .equals("Scaled up replica set web-" + hash + " from 0 to 3")));
    JsonNode deployment = cluster.get(Resources.DEPLOYMENTS, WEB);
    assertThat(deployment.at("/metadata/annotations/deployment.kubernetes.io~1revision").asText())
        .isEqualTo("1");
    assertThat(deployment.at("/status/conditions").findValuesAsText("reason"))
        .containsExactlyInAnyOrder("MinimumReplicasAvailable", "NewReplicaSetAvailable");
  }

  @Test
  void anotherTemplateRollsOutAndKeepsTheOldReplicaSetEmpty() {
    cluster.create(Resources.DEPLOYMENTS, "default", DEPLOYMENT.formatted(4));
    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 4));

    cluster.patch(
        Resources.DEPLOYMENTS,
        WEB,
        "",
        "{\"spec\":{\"template\":{\"spec\":{\"containers\":[{\"name\":\"web\",\"image\":\"web:2\"}]}}}}");

    List<ObjectNode> sets =
        cluster.await(
            Resources.REPLICA_SETS,
            "default",
            list ->
                list.stream()
                    .map(rs -> rs.at("/spec/replicas").asInt())
                    .sorted()
                    .toList()
                    .equals(List.of(0, 4)));
    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 4));
    assertThat(sets)
        .extracting(
            rs -> rs.at("/metadata/annotations/deployment.kubernetes.io~1revision").asText(),
            rs -> rs.at("/spec/replicas").asInt())
        .containsExactlyInAnyOrder(tuple("1", 0), tuple("2", 4));
    assertThat(
            cluster.await(Resources.PODS, "default", pods -> pods.size() == 4).stream()
                .map(pod -> pod.at("/spec/containers/0/image").asText()))
        .containsOnly("web:2");
  }

  private static String image(String image) {
    return """
    {"spec":{"template":{"spec":{"containers":[{"name":"web","image":"%s"}]}}}}\
    """
        .formatted(image);
  }

  private static String set(int replicas) {
    return """
    {"apiVersion":"apps/v1","kind":"ReplicaSet","metadata":{"name":"web","labels":{"app":"web"}},
     "spec":{"replicas":%d,"selector":{"matchLabels":{"app":"web"}},
      "template":{"metadata":{"labels":{"app":"web"}},
       "spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
    """
        .formatted(replicas);
  }

  private static boolean ready(List<ObjectNode> sets, int replicas) {
    return sets.size() == 1
        && sets.getFirst().at("/status/readyReplicas").asInt() == replicas
        && sets.getFirst().at("/status/replicas").asInt() == replicas;
  }

  @Test
  @Conformance("Deployment Rollover")
  void aRolloutThatNeverBecomesReadyGivesWayToTheNext() {
    cluster.create(Resources.REPLICA_SETS, "default", set(1));
    cluster.await(Resources.REPLICA_SETS, "default", list -> ready(list, 1));
    cluster.podsBecomeReady(false);
    cluster.create(
        Resources.DEPLOYMENTS,
        "default",
        DEPLOYMENT
            .formatted(1)
            .replace("\"maxUnavailable\":\"25%\"", "\"maxUnavailable\":0")
            .replace("web:1", "web:2"));
    List<ObjectNode> sets =
        cluster.await(
            Resources.REPLICA_SETS,
            "default",
            list ->
                list.size() == 2
                    && list.stream().allMatch(rs -> rs.at("/status/replicas").asInt() == 1));
    assertThat(sets)
        .as("the older one is the Deployment's own now")
        .allSatisfy(
            rs -> assertThat(rs.at("/metadata/ownerReferences/0/name").asText()).isEqualTo("web"));

    cluster.podsBecomeReady(true);
    cluster.patch(Resources.DEPLOYMENTS, WEB, "", image("web:3"));

    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 1));
    assertThat(cluster.list(Resources.REPLICA_SETS, "default"))
        .extracting(
            rs -> rs.at("/spec/template/spec/containers/0/image").asText(),
            rs -> rs.at("/spec/replicas").asInt())
        .containsExactlyInAnyOrder(tuple("web:1", 0), tuple("web:2", 0), tuple("web:3", 1));
  }

  @Test
  @Conformance("Deployment, completes the lifecycle of a Deployment")
  void aDeploymentFollowsWhatItIsToldUntilItGoes() {
    cluster.create(Resources.DEPLOYMENTS, "default", DEPLOYMENT.formatted(1));
    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 1));

    cluster.patch(
        Resources.DEPLOYMENTS,
        WEB,
        "",
        """
        {"metadata":{"labels":{"patched":"true"}},"spec":{"replicas":2,"template":{"spec":
          {"terminationGracePeriodSeconds":0,"containers":[{"name":"web","image":"web:2"}]}}}}
        """);
    List<ObjectNode> patched =
        cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 2));
    assertThat(patched.getFirst().at("/metadata/labels/patched").asText()).isEqualTo("true");

    // What somebody else says of its state does not last.
    cluster.patch(
        Resources.DEPLOYMENTS,
        WEB,
        "status",
        "{\"status\":{\"readyReplicas\":1,\"availableReplicas\":1}}");
    cluster.await(
        Resources.DEPLOYMENTS,
        "default",
        list -> list.getFirst().at("/status/readyReplicas").asInt() == 2);

    ObjectNode whole = cluster.get(Resources.DEPLOYMENTS, WEB);
    whole.withObject("/spec").put("replicas", 3);
    ((ObjectNode) whole.at("/spec/template/spec/containers/0")).put("image", "web:3");
    cluster
        .api()
        .update(Resources.DEPLOYMENTS, WEB, "", whole)
        .toCompletableFuture()
        .join()
        .orElseThrow();
    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 3));
    assertThat(
            cluster.await(Resources.PODS, "default", pods -> pods.size() == 3).stream()
                .map(pod -> pod.at("/spec/containers/0/image").asText()))
        .containsOnly("web:3");

    cluster.delete(Resources.DEPLOYMENTS, WEB, DeleteOptions.DEFAULT);
    cluster.await(Resources.DEPLOYMENTS, "default", List::isEmpty);
    cluster.await(Resources.PODS, "default", List::isEmpty);
  }

  @Test
  @Conformance("ReplicaSet, is created, Replaced and Patched")
  void aReplicaSetThatIsReplacedAndPatchedHasAsManyPodsAsItSays() {
    cluster.create(Resources.REPLICA_SETS, "default", set(1));
    cluster.await(Resources.REPLICA_SETS, "default", list -> ready(list, 1));

    ObjectNode whole = cluster.get(Resources.REPLICA_SETS, WEB);
    whole.withObject("/spec").put("replicas", 2);
    cluster
        .api()
        .update(Resources.REPLICA_SETS, WEB, "", whole)
        .toCompletableFuture()
        .join()
        .orElseThrow();
    cluster.await(Resources.REPLICA_SETS, "default", list -> ready(list, 2));

    cluster.patch(Resources.REPLICA_SETS, WEB, "", image("web:2"));
    cluster.patch(Resources.REPLICA_SETS, WEB, "", "{\"spec\":{\"replicas\":3}}");
    cluster.await(Resources.REPLICA_SETS, "default", list -> ready(list, 3));
    assertThat(cluster.list(Resources.PODS, "default"))
        .extracting(pod -> pod.at("/spec/containers/0/image").asText())
        .as("only pods that are made from now on are of the new template")
        .containsExactlyInAnyOrder("web:1", "web:1", "web:2");
  }

  private static boolean fails(List<ObjectNode> controllers) {
    return controllers.stream()
        .anyMatch(
            rc ->
                PodView.condition(rc.path("status"), "ReplicaFailure")
                    .path("reason")
                    .asText()
                    .equals("FailedCreate"));
  }

  @Test
  @Conformance({
    "Replication Controller, adopt matching pods",
    "Replication Controller, check for issues like exceeding allocated quota",
    "Replication Controller, lifecycle",
    "Replication Controller, release pods"
  })
  void aReplicationControllerKeepsItsPodsAsAReplicaSetDoes() {
    GroupVersionResource controllers = Resources.REPLICATION_CONTROLLERS;
    cluster.create(
        Resources.PODS,
        "default",
        """
        {"metadata":{"name":"orphan","labels":{"app":"web"}},
         "spec":{"containers":[{"name":"web","image":"web:1"}]}}
        """);
    awaitPodsSeen();
    cluster.create(
        controllers,
        "default",
        """
        {"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"web"},
         "spec":{"replicas":1,"template":{"metadata":{"labels":{"app":"web"}},
           "spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
        """);
    List<ObjectNode> adopted =
        cluster.await(
            Resources.PODS,
            "default",
            pods -> pods.getFirst().at("/metadata/ownerReferences").size() == 1);
    assertThat(adopted).hasSize(1);
    assertThat(adopted.getFirst().at("/metadata/ownerReferences/0/kind").asText())
        .isEqualTo("ReplicationController");

    ObjectKey orphan = ObjectKey.of("default", "orphan");
    cluster.patch(Resources.PODS, orphan, "", "{\"metadata\":{\"labels\":{\"app\":\"own\"}}}");
    cluster.await(Resources.PODS, "default", pods -> pods.size() == 2);
    cluster.await(controllers, "default", list -> ready(list, 1));
    cluster.await(
        Resources.PODS,
        "default",
        pods -> pods.getFirst().at("/metadata/ownerReferences").isEmpty());

    cluster.create(
        Resources.RESOURCE_QUOTAS,
        "default",
        "{\"metadata\":{\"name\":\"q\"},\"spec\":{\"hard\":{\"pods\":\"3\"}}}");
    cluster.await(
        Resources.RESOURCE_QUOTAS,
        "default",
        list -> list.getFirst().at("/status/used/pods").asText().equals("2"));
    cluster.patch(controllers, WEB, "scale", "{\"spec\":{\"replicas\":3}}");
    List<ObjectNode> failing = cluster.await(controllers, "default", WorkloadTest::fails);
    assertThat(failing.getFirst().at("/status/conditions/0/message").asText())
        .contains("exceeded quota: q");
    cluster.patch(
        controllers,
        WEB,
        "",
        "{\"metadata\":{\"labels\":{\"patched\":\"true\"}},\"spec\":{\"replicas\":2}}");
    cluster.await(controllers, "default", list -> ready(list, 2) && !fails(list));

    cluster.delete(controllers, WEB, DeleteOptions.DEFAULT);
    cluster.await(controllers, "default", List::isEmpty);
    assertThat(cluster.await(Resources.PODS, "default", pods -> pods.size() == 1))
        .as("the one that it has released")
        .extracting(pod -> pod.at("/metadata/name").asText())
        .containsExactly("orphan");
  }

  /**
   * The controller hears of pods and of ReplicationControllers in two streams. Once it has taken
   * away a pod that was made last, it knows all those before.
   */
  private void awaitPodsSeen() {
    cluster.create(
        Resources.PODS,
        "default",
        """
        {"metadata":{"name":"zz-last","labels":{"app":"last"}},
         "spec":{"containers":[{"name":"web","image":"web:1"}]}}
        """);
    cluster.create(
        Resources.REPLICATION_CONTROLLERS,
        "default",
        """
        {"metadata":{"name":"last"},
         "spec":{"replicas":0,"template":{"metadata":{"labels":{"app":"last"}},
           "spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
        """);
    cluster.await(Resources.PODS, "default", pods -> pods.size() == 1);
    cluster.delete(
        Resources.REPLICATION_CONTROLLERS, ObjectKey.of("default", "last"), DeleteOptions.DEFAULT);
    cluster.await(Resources.REPLICATION_CONTROLLERS, "default", List::isEmpty);
  }

  @Test
  void aDeletedPodIsReplacedAndNeverByTwo() {
    cluster.create(Resources.DEPLOYMENTS, "default", DEPLOYMENT.formatted(5));
    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 5));
    ObjectNode pod = cluster.list(Resources.PODS, "default").getFirst();
    String uid = pod.at("/metadata/uid").asText();

    cluster.delete(
        Resources.PODS,
        ObjectKey.of("default", pod.at("/metadata/name").asText()),
        DeleteOptions.now(uid));

    List<ObjectNode> pods =
        cluster.await(
            Resources.PODS,
            "default",
            list ->
                list.size() == 5
                    && list.stream().noneMatch(p -> p.at("/metadata/uid").asText().equals(uid)));
    assertThat(pods).hasSize(5);
    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 5));
    long created =
        cluster.list(Resources.EVENTS, "default").stream()
            .filter(event -> event.at("/reason").asText().equals("SuccessfulCreate"))
            .count();
    assertThat(created).isLessThanOrEqualTo(6);
  }

  @Test
  void scalingDownTakesThePodsThatAreNotReadyFirst() {
    cluster.create(Resources.DEPLOYMENTS, "default", DEPLOYMENT.formatted(2));
    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 2));
    List<String> ready =
        cluster.list(Resources.PODS, "default").stream()
            .map(pod -> pod.at("/metadata/name").asText())
            .toList();
    cluster.podsBecomeReady(false);
    cluster.patch(Resources.DEPLOYMENTS, WEB, "", "{\"spec\":{\"replicas\":6}}");
    cluster.await(Resources.PODS, "default", pods -> pods.size() == 6);

    cluster.patch(Resources.DEPLOYMENTS, WEB, "", "{\"spec\":{\"replicas\":2}}");

    assertThat(cluster.await(Resources.PODS, "default", pods -> pods.size() == 2))
        .extracting(pod -> pod.at("/metadata/name").asText())
        .containsExactlyInAnyOrderElementsOf(ready);
  }

  @Test
  void controllersThatRunTwiceAtOnceEndWithTheSame() {
    cluster.startController();

    cluster.create(Resources.DEPLOYMENTS, "default", DEPLOYMENT.formatted(10));

    cluster.await(Resources.DEPLOYMENTS, "default", list -> available(list, 10));
    assertThat(cluster.await(Resources.PODS, "default", pods -> pods.size() == 10)).hasSize(10);
    assertThat(cluster.list(Resources.REPLICA_SETS, "default")).hasSize(1);
  }

  @Test
  void aCacheThatIsBehindNeverMakesTooManyPods() {
    try (Cluster slow = new Cluster(Resources.PODS, 150)) {
      slow.create(Resources.DEPLOYMENTS, "default", DEPLOYMENT.formatted(6));
      slow.await(Resources.DEPLOYMENTS, "default", list -> available(list, 6));
      slow.patch(Resources.DEPLOYMENTS, WEB, "", "{\"spec\":{\"replicas\":9}}");
      slow.await(Resources.DEPLOYMENTS, "default", list -> available(list, 9));

      assertThat(slow.podsEver()).isEqualTo(9);
    }
  }
}
