package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.Propagation;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Resources;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cascading deletion on the real pipeline. */
class GarbageTest {
  private static final GroupVersionResource MAPS = GroupVersionResource.of("v1", "configmaps");

  private final Cluster cluster = new Cluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private StoredObject map(String namespace, String name, String... owners) {
    StringBuilder references = new StringBuilder();
    for (String owner : owners) {
      references.append(references.isEmpty() ? "" : ",").append(owner);
    }
    return cluster.create(
        MAPS,
        namespace,
        "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"%s\",\"ownerReferences\":[%s]}}"
            .formatted(name, references));
  }

  private static String owner(StoredObject owner, boolean blocks) {
    return """
    {"apiVersion":"v1","kind":"ConfigMap","name":"%s","uid":"%s","blockOwnerDeletion":%s}\
    """
        .formatted(owner.key().name(), owner.uid(), blocks);
  }

  private static DeleteOptions policy(Propagation propagation) {
    return new DeleteOptions(
        OptionalInt.empty(), Optional.of(propagation), Optional.empty(), Optional.empty());
  }

  private static List<String> names(List<ObjectNode> objects) {
    return objects.stream()
        .map(object -> object.at("/metadata/name").asText())
        .filter(name -> !name.equals("kube-root-ca.crt")) // which every namespace has
        .toList();
  }

  private void awaitNames(String namespace, String... names) {
    cluster.await(MAPS, namespace, list -> names(list).equals(List.of(names)));
  }

  @Test
  void dependentsGoAfterTheirOwnerAndTheirDependentsAfterThem() {
    StoredObject a = map("default", "a");
    StoredObject b = map("default", "b", owner(a, false));
    map("default", "c", owner(b, false));
    map("default", "other");

    cluster.delete(MAPS, a.key(), policy(Propagation.BACKGROUND));

    awaitNames("default", "other");
  }

  @Test
  void anOwnerThatGoesInTheForegroundGoesLast() {
    StoredObject a = map("default", "a");
    StoredObject b =
        cluster.create(
            MAPS,
            "default",
            """
            {"apiVersion":"v1","kind":"ConfigMap",
             "metadata":{"name":"b","finalizers":["test/hold"],"ownerReferences":[%s]}}
            """
                .formatted(owner(a, true)));

    cluster.delete(MAPS, a.key(), policy(Propagation.FOREGROUND));
    List<ObjectNode> held =
        cluster.await(
            MAPS,
            "default",
            list ->
                names(list).equals(List.of("a", "b"))
                    && list.stream()
                        .filter(map -> !names(List.of(map)).isEmpty())
                        .allMatch(map -> map.at("/metadata").has("deletionTimestamp")));
    assertThat(names(held)).containsExactly("a", "b");

    cluster.patch(MAPS, b.key(), "", "{\"metadata\":{\"finalizers\":null}}");
    awaitNames("default");
  }

  @Test
  @Conformance("Garbage Collector, delete deployment, propagation policy orphan")
  void orphansForgetTheirOwner() {
    StoredObject a = map("default", "a");
    map("default", "b", owner(a, true));

    cluster.delete(MAPS, a.key(), policy(Propagation.ORPHAN));

    awaitNames("default", "b");
    assertThat(cluster.get(MAPS, ObjectKey.of("default", "b")).at("/metadata/ownerReferences"))
        .isEmpty();
  }

  @Test
  void orphansThatTheCachesDoNotKnowYetStayToo() {
    try (Cluster slow = new Cluster(Resources.SECRETS, 300)) {
      StoredObject a = slow.create(MAPS, "default", "{\"metadata\":{\"name\":\"a\"}}");
      slow.create(
          Resources.SECRETS,
          "default",
          "{\"metadata\":{\"name\":\"b\",\"ownerReferences\":[" + owner(a, true) + "]}}");

      slow.delete(MAPS, a.key(), policy(Propagation.ORPHAN));

      slow.await(MAPS, "default", list -> names(list).isEmpty());
      assertThat(slow.list(Resources.SECRETS, "default"))
          .singleElement()
          .satisfies(b -> assertThat(b.at("/metadata/ownerReferences")).isEmpty());
    }
  }

  @Test
  @Conformance("Garbage Collector, dependency cycle")
  void aCircleOfOwnersGoesAsAWhole() {
    StoredObject a = map("default", "a");
    StoredObject b = map("default", "b", owner(a, true));
    StoredObject c = map("default", "c", owner(b, true));
    map("default", "other");
    cluster.patch(
        MAPS, a.key(), "", "{\"metadata\":{\"ownerReferences\":[" + owner(c, true) + "]}}");

    cluster.delete(MAPS, a.key(), policy(Propagation.FOREGROUND));

    awaitNames("default", "other");
  }

  @Test
  @Conformance("Garbage Collector, multiple owners")
  void anObjectWithAnotherOwnerStaysAndForgetsTheOneThatWent() {
    StoredObject a = map("default", "a");
    StoredObject b = map("default", "b");
    map("default", "c", owner(a, false), owner(b, false));

    cluster.delete(MAPS, a.key(), policy(Propagation.BACKGROUND));

    cluster.await(
        MAPS,
        "default",
        list ->
            names(list).equals(List.of("b", "c"))
                && list.get(1).at("/metadata/ownerReferences").size() == 1);
  }

  @Test
  void anObjectOfAnOwnerThatNeverWasIsCollectedAndAnOwnerElsewhereIsComplainedOf() {
    StoredObject elsewhere = map("kube-system", "a");

    map("default", "b", owner(elsewhere, false));

    awaitNames("default");
    cluster.await(
        Resources.EVENTS,
        "default",
        events ->
            events.stream()
                .anyMatch(e -> e.path("reason").asText().equals("OwnerRefInvalidNamespace")));
    assertThat(names(cluster.list(MAPS, "kube-system"))).containsExactly("a");
  }

  private StoredObject replicationController(String name, String finalizers) {
    StoredObject controller =
        cluster.create(
            Resources.REPLICATION_CONTROLLERS,
            "default",
            """
            {"apiVersion":"v1","kind":"ReplicationController","metadata":{"name":"%1$s"},
             "spec":{"replicas":2,"selector":{"app":"%1$s"},
              "template":{"metadata":{"labels":{"app":"%1$s"},"finalizers":[%2$s]},
               "spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
            """
                .formatted(name, finalizers));
    cluster.await(
        Resources.PODS,
        "default",
        pods -> pods.stream().filter(pod -> isOf(pod, controller)).count() == 2);
    return controller;
  }

  private static boolean isOf(ObjectNode pod, StoredObject owner) {
    return pod.at("/metadata/ownerReferences/0/uid").asText().equals(owner.uid());
  }

  @Test
  @Conformance({
    "Garbage Collector, delete replication controller, after owned pods",
    "Garbage Collector, delete replication controller, propagation policy background",
    "Garbage Collector, delete replication controller, propagation policy orphan"
  })
  void podsOfADeletedReplicationControllerGoAfterItBeforeItOrNotAtAll() {
    StoredObject before = replicationController("before", "");
    StoredObject after = replicationController("after", "\"test/hold\"");
    StoredObject orphaning = replicationController("orphaning", "");
    for (var one :
        Map.of(
                before, Propagation.BACKGROUND,
                after, Propagation.FOREGROUND,
                orphaning, Propagation.ORPHAN)
            .entrySet()) {
      cluster.delete(Resources.REPLICATION_CONTROLLERS, one.getKey().key(), policy(one.getValue()));
    }

    List<ObjectNode> pods =
        cluster.await(
            Resources.PODS,
            "default",
            list ->
                list.stream().noneMatch(pod -> isOf(pod, before) || isOf(pod, orphaning))
                    && list.stream()
                        .filter(pod -> isOf(pod, after))
                        .allMatch(pod -> pod.at("/metadata").has("deletionTimestamp")));
    assertThat(pods)
        .filteredOn(pod -> pod.at("/metadata/labels/app").asText().equals("orphaning"))
        .hasSize(2)
        .allSatisfy(
            pod -> {
              assertThat(pod.at("/metadata/ownerReferences")).isEmpty();
              assertThat(pod.at("/metadata").has("deletionTimestamp")).isFalse();
            });
    cluster.await(
        Resources.REPLICATION_CONTROLLERS,
        "default",
        list -> names(list).equals(List.of("after"))); // which waits for its pods
    pods.stream()
        .filter(pod -> isOf(pod, after))
        .map(pod -> ObjectKey.of("default", pod.at("/metadata/name").asText()))
        .forEach(
            pod -> cluster.patch(Resources.PODS, pod, "", "{\"metadata\":{\"finalizers\":null}}"));
    cluster.await(Resources.REPLICATION_CONTROLLERS, "default", List::isEmpty);
  }

  @Test
  @Conformance("Garbage Collector, delete deployment, propagation policy background")
  void aDeletedDeploymentTakesItsReplicaSetsAndPodsAlong() {
    cluster.create(
        Resources.DEPLOYMENTS,
        "default",
        """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
         "spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},
          "template":{"metadata":{"labels":{"app":"web"}},
           "spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
        """);
    cluster.await(Resources.PODS, "default", pods -> pods.size() == 3);

    cluster.delete(
        Resources.DEPLOYMENTS, ObjectKey.of("default", "web"), policy(Propagation.BACKGROUND));

    cluster.await(Resources.REPLICA_SETS, "default", List::isEmpty);
    cluster.await(Resources.PODS, "default", List::isEmpty);
  }
}
