package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.PatchType;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may grant what: jane administers the roles of a namespace, and reads pods there. */
class RoleEscalationTest {
  private static final String V1 = "rbac.authorization.k8s.io/v1";
  private static final GroupVersionResource ROLES = GroupVersionResource.of(V1, "roles");
  private static final GroupVersionResource CLUSTER_ROLES =
      GroupVersionResource.of(V1, "clusterroles");
  private static final GroupVersionResource BINDINGS = GroupVersionResource.of(V1, "rolebindings");
  private static final GroupVersionResource CLUSTER_BINDINGS =
      GroupVersionResource.of(V1, "clusterrolebindings");
  private static final UserInfo JANE = new UserInfo("jane", "", List.of(UserInfo.AUTHENTICATED));
  private static final String ALL_VERBS =
      "'get','list','watch','create','update','patch','delete','deletecollection'";

  private final TestApi api = TestApi.guarded();
  private final PipelineClient admin = api.client();
  private final PipelineClient jane = api.client(JANE);

  RoleEscalationTest() {
    ok(
        admin.create(
            CLUSTER_ROLES,
            "",
            json(
                """
                {'metadata': {'name': 'jane'}, 'rules': [
                  {'apiGroups': ['rbac.authorization.k8s.io'], 'verbs': [%s],
                   'resources': ['roles', 'rolebindings', 'clusterroles', 'clusterrolebindings']},
                  {'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get', 'list']}]}
                """
                    .formatted(ALL_VERBS))));
    bindJane("jane");
  }

  private void bindJane(String role) {
    ok(
        admin.create(
            CLUSTER_BINDINGS,
            "",
            json(
                """
                {'metadata': {'name': 'jane-%s'}, 'roleRef': {'kind': 'ClusterRole', 'name': '%s'},
                 'subjects': [{'kind': 'User', 'name': 'jane'}]}
                """
                    .formatted(role, role))));
  }

  private static ObjectNode role(String name, String resource, String verbs) {
    return json(
        "{'metadata': {'name': '%s'}, 'rules': [{'apiGroups': [''], 'resources': ['%s'], 'verbs': [%s]}]}"
            .formatted(name, resource, verbs));
  }

  private static ObjectNode binding(String name, String kind, String role) {
    return json(
        """
        {'metadata': {'name': '%s'}, 'roleRef': {'kind': '%s', 'name': '%s'},
         'subjects': [{'kind': 'User', 'name': 'joe'}]}
        """
            .formatted(name, kind, role));
  }

  @Test
  void whatOneHasMayBePutIntoARoleAndBound() {
    ok(jane.create(ROLES, "default", role("r", "pods", "'get'")));
    ok(jane.create(CLUSTER_ROLES, "", role("r", "pods", "'list'")));
    ok(jane.create(BINDINGS, "default", binding("b", "Role", "r")));
    ok(jane.create(CLUSTER_BINDINGS, "", binding("b", "ClusterRole", "r")));
  }

  @Test
  void whatOneHasNotMayNeitherBePutIntoARoleNorBound() {
    assertThat(message(jane.create(ROLES, "default", role("r", "secrets", "'get','list'"))))
        .isEqualTo(
            "roles.rbac.authorization.k8s.io \"r\" is forbidden: user \"jane\""
                + " (groups=[\"system:authenticated\"]) is attempting to grant RBAC permissions not"
                + " currently held:\n"
                + "{APIGroups:[\"\"], Resources:[\"secrets\"], Verbs:[\"get\" \"list\"]}");
    ok(admin.create(CLUSTER_ROLES, "", role("secrets", "secrets", "'get'")));
    assertThat(message(jane.create(CLUSTER_BINDINGS, "", binding("b", "ClusterRole", "secrets"))))
        .startsWith(
            "clusterrolebindings.rbac.authorization.k8s.io \"b\" is forbidden: user \"jane\"");
    assertThat(message(jane.create(BINDINGS, "default", binding("b", "ClusterRole", "secrets"))))
        .contains("is attempting to grant RBAC permissions not currently held:\n");
  }

  @Test
  void anUpdateGrantsNoMoreThanACreation() {
    ok(jane.create(ROLES, "default", role("r", "pods", "'get'")));
    ObjectNode more =
        json("{'rules': [{'apiGroups': [''], 'resources': ['pods'], 'verbs': ['delete']}]}");
    ObjectKey key = ObjectKey.of("default", "r");
    assertThat(message(jane.patch(ROLES, key, "", PatchType.MERGE, more)))
        .endsWith("{APIGroups:[\"\"], Resources:[\"pods\"], Verbs:[\"delete\"]}");
    // Another's role may lose its finalizers, so that it can be collected.
    ok(admin.patch(ROLES, key, "", PatchType.MERGE, more));
    ObjectNode hold = json("{'metadata': {'finalizers': ['x.io/y']}}");
    ok(jane.patch(ROLES, key, "", PatchType.MERGE, hold));
    assertThat(
            message(
                jane.patch(
                    ROLES, key, "", PatchType.MERGE, json("{'metadata':{'labels':{'a':'b'}}}"))))
        .contains("attempting to grant");
  }

  @Test
  void whoMayEscalateOrBindIsNotHeldToTheirOwnRights() {
    assertThat(message(jane.create(ROLES, "default", role("r", "secrets", "'get'")))).isNotEmpty();
    ok(
        admin.create(
            CLUSTER_ROLES,
            "",
            json(
                """
                {'metadata': {'name': 'escalator'}, 'rules': [
                  {'apiGroups': ['rbac.authorization.k8s.io'], 'resources': ['roles'],
                   'verbs': ['escalate']},
                  {'apiGroups': ['rbac.authorization.k8s.io'], 'resources': ['clusterroles'],
                   'resourceNames': ['view', 'system:node'], 'verbs': ['bind']}]}
                """)));
    bindJane("escalator");
    ok(jane.create(ROLES, "default", role("r", "secrets", "'get'")));
    ok(jane.create(BINDINGS, "default", binding("b", "ClusterRole", "system:node")));
    assertThat(message(jane.create(CLUSTER_ROLES, "", role("r", "secrets", "'get'"))))
        .contains("attempting to grant");
    assertThat(
            message(jane.create(BINDINGS, "default", binding("c", "ClusterRole", "cluster-admin"))))
        .contains("attempting to grant");
  }

  @Test
  void anAggregationMayGatherAnythingSoItTakesEverything() {
    ObjectNode gathering =
        json(
            """
            {'metadata': {'name': 'g'}, 'aggregationRule': {'clusterRoleSelectors': [
              {'matchLabels': {'a': 'b'}}]}, 'rules': []}
            """);
    assertThat(message(jane.create(CLUSTER_ROLES, "", gathering)))
        .isEqualTo(
            "clusterroles.rbac.authorization.k8s.io \"g\" is forbidden: must have cluster-admin"
                + " privileges to use the aggregationRule");
    bindJane("cluster-admin");
    ok(jane.create(CLUSTER_ROLES, "", gathering));
  }

  @Test
  void aRoleThatIsNotThereCannotBeBoundByWhoMayNotBindAll() {
    assertThat(message(jane.create(BINDINGS, "default", binding("b", "ClusterRole", "none"))))
        .isEqualTo("clusterrole.rbac.authorization.k8s.io \"none\" not found");
    ok(admin.create(BINDINGS, "default", binding("b", "ClusterRole", "none")));
  }
}
