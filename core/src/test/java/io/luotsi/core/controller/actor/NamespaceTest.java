package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of a namespace, on the real pipeline. */
class NamespaceTest {
  private static final GroupVersionResource MAPS = GroupVersionResource.of("v1", "configmaps");
  private static final ObjectKey TEAM = ObjectKey.of("team");

  private final Cluster cluster = new Cluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private static Optional<ObjectNode> team(List<ObjectNode> namespaces) {
    return namespaces.stream()
        .filter(ns -> ns.at("/metadata/name").asText().equals("team"))
        .findFirst();
  }

  private static String condition(List<ObjectNode> namespaces, String type) {
    return team(namespaces)
        .map(ns -> PodView.condition(ns.path("status"), type))
        .map(JsonNode::toString)
        .orElse("");
  }

  private void makeTeam() {
    cluster.create(
        Resources.NAMESPACES,
        "",
        "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"team\"}}");
    cluster.await(Resources.SERVICE_ACCOUNTS, "team", list -> list.size() == 1);
  }

  @Test
  @Conformance("Ordered Namespace Deletion")
  void podsGoBeforeAnythingThatTheyMayNeed() {
    makeTeam();
    ObjectKey held = ObjectKey.of("team", "held");
    ObjectKey needed = ObjectKey.of("team", "needed");
    cluster.create(
        Resources.PODS,
        "team",
        """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"held","finalizers":["test/hold"]},
         "spec":{"containers":[{"name":"web","image":"web:1"}]}}
        """);
    cluster.create(MAPS, "team", "{\"metadata\":{\"name\":\"needed\"}}");

    cluster.delete(Resources.NAMESPACES, TEAM, DeleteOptions.DEFAULT);
    cluster.await(
        Resources.NAMESPACES,
        "",
        list -> condition(list, "NamespaceContentRemaining").contains("pods. has 1"));

    assertThat(cluster.get(Resources.PODS, held).at("/metadata").has("deletionTimestamp")).isTrue();
    assertThat(cluster.get(MAPS, needed).at("/metadata").has("deletionTimestamp")).isFalse();
    cluster.patch(Resources.PODS, held, "", "{\"metadata\":{\"finalizers\":null}}");
    cluster.await(Resources.NAMESPACES, "", list -> team(list).isEmpty());
    assertThat(cluster.list(MAPS, "team")).isEmpty();
  }

  @Test
  @Conformance({"namespace-deletion-removes-pods", "namespace-deletion-removes-services"})
  void aNamespaceTakesItsContentAlongAndSaysWhatHoldsIt() {
    makeTeam();
    cluster.create(
        Resources.SERVICES,
        "team",
        """
        {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},
         "spec":{"selector":{"app":"web"},"ports":[{"port":80}]}}
        """);
    cluster.create(
        Resources.DEPLOYMENTS,
        "team",
        """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
         "spec":{"replicas":3,"selector":{"matchLabels":{"app":"web"}},
          "template":{"metadata":{"labels":{"app":"web"}},
           "spec":{"containers":[{"name":"web","image":"web:1"}]}}}}
        """);
    cluster.create(
        MAPS,
        "team",
        """
        {"apiVersion":"v1","kind":"ConfigMap",
         "metadata":{"name":"held","finalizers":["test/hold"]}}
        """);
    cluster.await(Resources.PODS, "team", pods -> pods.size() == 3);

    cluster.delete(Resources.NAMESPACES, TEAM, DeleteOptions.DEFAULT);
    List<ObjectNode> waiting =
        cluster.await(
            Resources.NAMESPACES,
            "",
            list ->
                condition(list, "NamespaceFinalizersRemaining").contains("SomeFinalizersRemain")
                    && condition(list, "NamespaceContentRemaining").contains("configmaps. has 1"));

    assertThat(condition(waiting, "NamespaceFinalizersRemaining"))
        .contains("test/hold in 1 resource instances");
    assertThat(team(waiting).orElseThrow().at("/status/phase").asText()).isEqualTo("Terminating");
    cluster.patch(MAPS, ObjectKey.of("team", "held"), "", "{\"metadata\":{\"finalizers\":null}}");

    cluster.await(Resources.NAMESPACES, "", list -> team(list).isEmpty());
    for (GroupVersionResource resource :
        List.of(
            Resources.PODS,
            Resources.REPLICA_SETS,
            Resources.DEPLOYMENTS,
            Resources.SERVICES,
            Resources.ENDPOINT_SLICES,
            Resources.ENDPOINTS,
            MAPS)) {
      assertThat(cluster.list(resource, "team")).isEmpty();
    }
    assertThat(cluster.list(Resources.SERVICE_ACCOUNTS, "team")).isEmpty();
  }
}
