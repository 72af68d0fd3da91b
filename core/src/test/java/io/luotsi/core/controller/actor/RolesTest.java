package io.luotsi.core.controller.actor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.roles.DefaultRoles;
import org.junit.jupiter.api.Test;

/** The default roles, as controllers make and keep them. */
class RolesTest {
  @Test
  void aNewClusterHasItsRolesAndThoseThatAreMadeOfOthersFollowThem() {
    try (Cluster cluster = new Cluster()) {
      int rolesWanted = DefaultRoles.roles().size();
      int bindingsWanted = DefaultRoles.bindings().size();
      cluster.await(Resources.CLUSTER_ROLES, "", all -> all.size() == rolesWanted);
      cluster.await(Resources.CLUSTER_ROLE_BINDINGS, "", all -> all.size() == bindingsWanted);
      awaitAdmin(cluster, "localsubjectaccessreviews", "deployments/scale", "pods/log");

      cluster.create(
          Resources.CLUSTER_ROLES,
          "",
          """
          {"metadata": {"name": "widgets",
            "labels": {"rbac.authorization.k8s.io/aggregate-to-view": "true"}},
           "rules": [{"apiGroups": ["x.io"], "resources": ["widgets"], "verbs": ["get"]}]}
          """);
      awaitAdmin(cluster, "widgets");

      cluster.delete(Resources.CLUSTER_ROLES, ObjectKey.of("widgets"), DeleteOptions.DEFAULT);
      cluster.await(
          Resources.CLUSTER_ROLES,
          "",
          all -> all.stream().noneMatch(role -> role.toString().contains("widgets")));
      assertThat(cluster.list(Resources.CLUSTER_ROLES, "")).hasSize(rolesWanted);
    }
  }

  private static void awaitAdmin(Cluster cluster, String... resources) {
    for (String resource : resources) {
      cluster.await(
          Resources.CLUSTER_ROLES,
          "",
          all ->
              all.stream()
                  .filter(role -> role.at("/metadata/name").asText().equals("admin"))
                  .anyMatch(
                      role -> role.path("rules").toString().contains("\"" + resource + "\"")));
    }
  }
}
