package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.PatchType;
import org.junit.jupiter.api.Test;

/** Upstream's words for roles and bindings that are not as they should be. */
class RbacValidationTest {
  private static final String V1 = "rbac.authorization.k8s.io/v1";
  private static final GroupVersionResource ROLES = GroupVersionResource.of(V1, "roles");
  private static final GroupVersionResource CLUSTER_ROLES =
      GroupVersionResource.of(V1, "clusterroles");
  private static final GroupVersionResource BINDINGS = GroupVersionResource.of(V1, "rolebindings");
  private static final GroupVersionResource CLUSTER_BINDINGS =
      GroupVersionResource.of(V1, "clusterrolebindings");

  private final PipelineClient client = TestApi.create().client();

  @Test
  void aRuleNeedsVerbsGroupsAndResources() {
    assertThat(
            message(
                client.create(
                    ROLES,
                    "default",
                    json("{'metadata': {'name': 'r'}, 'rules': [{'verbs': []}]}"))))
        .isEqualTo(
            "Role.rbac.authorization.k8s.io \"r\" is invalid: [rules[0].verbs: Required value:"
                + " verbs must contain at least one value, rules[0].apiGroups: Required value:"
                + " resource rules must supply at least one api group, rules[0].resources: Required"
                + " value: resource rules must supply at least one resource]");
  }

  @Test
  void pathsAreForTheWholeClusterAndByThemselves() {
    String paths =
        "{'metadata': {'name': 'r'}, 'rules': [{'verbs': ['get'], 'nonResourceURLs': ['/x']%s}]}";
    assertThat(message(client.create(ROLES, "default", json(paths.formatted("")))))
        .isEqualTo(
            "Role.rbac.authorization.k8s.io \"r\" is invalid: rules[0].nonResourceURLs: Invalid"
                + " value: [\"/x\"]: namespaced rules cannot apply to non-resource URLs");
    assertThat(
            message(
                client.create(CLUSTER_ROLES, "", json(paths.formatted(", 'resources': ['pods']")))))
        .isEqualTo(
            "ClusterRole.rbac.authorization.k8s.io \"r\" is invalid: rules[0].nonResourceURLs:"
                + " Invalid value: [\"/x\"]: rules cannot apply to both regular resources and"
                + " non-resource URLs");
    ok(client.create(CLUSTER_ROLES, "", json(paths.formatted(""))));
  }

  @Test
  void namesMayHaveColonsButNoSlashes() {
    ok(client.create(CLUSTER_ROLES, "", json("{'metadata': {'name': 'System:Any_thing'}}")));
    assertThat(message(client.create(CLUSTER_ROLES, "", json("{'metadata': {'name': 'a/b%'}}"))))
        .contains("metadata.name: Invalid value: \"a/b%\": may not contain '/'")
        .contains("metadata.name: Invalid value: \"a/b%\": may not contain '%'");
  }

  @Test
  void anAggregationSelectsSomething() {
    assertThat(
            message(
                client.create(
                    CLUSTER_ROLES, "", json("{'metadata': {'name': 'r'}, 'aggregationRule': {}}"))))
        .isEqualTo(
            "ClusterRole.rbac.authorization.k8s.io \"r\" is invalid:"
                + " aggregationRule.clusterRoleSelectors: Required value: at least one"
                + " clusterRoleSelector required if aggregationRule is non-nil");
  }

  @Test
  void aBindingNamesARoleAndSubjectsOfTheRightKinds() {
    assertThat(
            message(
                client.create(
                    CLUSTER_BINDINGS,
                    "",
                    json(
                        """
                        {'metadata': {'name': 'b'}, 'roleRef': {'kind': 'Role', 'name': ''},
                         'subjects': [{'kind': 'Robot', 'name': 'x'}, {'kind': 'User', 'name': ''},
                           {'kind': 'ServiceAccount', 'name': 'A', 'apiGroup': 'x'},
                           {'kind': 'Group', 'name': 'g', 'apiGroup': 'x'}]}
                        """))))
        .isEqualTo(
            "ClusterRoleBinding.rbac.authorization.k8s.io \"b\" is invalid: [roleRef.kind:"
                + " Unsupported value: \"Role\": supported values: \"ClusterRole\", roleRef.name:"
                + " Required value, subjects[0].kind: Unsupported value: \"Robot\": supported"
                + " values: \"ServiceAccount\", \"User\", \"Group\", subjects[1].name: Required"
                + " value, subjects[2].name: Invalid value: \"A\": a lowercase RFC 1123 subdomain"
                + " must consist of lower case alphanumeric characters, '-' or '.', and must start"
                + " and end with an alphanumeric character (e.g. 'example.com', regex used for"
                + " validation is"
                + " '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*'),"
                + " subjects[2].apiGroup: Unsupported value: \"x\": supported values: \"\","
                + " subjects[2].namespace: Required value, subjects[3].apiGroup: Unsupported value:"
                + " \"x\": supported values: \"rbac.authorization.k8s.io\"]");
  }

  @Test
  void aBindingsGroupsAreFilledInAndItsRoleStays() {
    var made =
        json(
            ok(
                client.create(
                    BINDINGS,
                    "default",
                    json(
                        """
                        {'metadata': {'name': 'b'}, 'roleRef': {'kind': 'ClusterRole', 'name': 'view'},
                         'subjects': [{'kind': 'User', 'name': 'u'}, {'kind': 'Group', 'name': 'g'},
                           {'kind': 'ServiceAccount', 'name': 's', 'namespace': 'n'}]}
                        """))));
    assertThat(made.at("/roleRef/apiGroup").asText()).isEqualTo("rbac.authorization.k8s.io");
    assertThat(made.at("/subjects/0/apiGroup").asText()).isEqualTo("rbac.authorization.k8s.io");
    assertThat(made.at("/subjects/1/apiGroup").asText()).isEqualTo("rbac.authorization.k8s.io");
    assertThat(made.at("/subjects/2").has("apiGroup")).isFalse();
    assertThat(
            message(
                client.patch(
                    BINDINGS,
                    ObjectKey.of("default", "b"),
                    "",
                    PatchType.MERGE,
                    json("{'roleRef': {'name': 'edit'}}"))))
        .isEqualTo(
            "RoleBinding.rbac.authorization.k8s.io \"b\" is invalid: roleRef: Invalid value:"
                + " {\"APIGroup\":\"rbac.authorization.k8s.io\",\"Kind\":\"ClusterRole\","
                + "\"Name\":\"edit\"}: cannot change roleRef");
  }

  @Test
  void anUpdateCreatesWhatIsNotThere() {
    var role = json("{'metadata': {'name': 'new'}, 'rules': []}");
    assertThat(
            json(ok(client.update(CLUSTER_ROLES, ObjectKey.of("new"), "", role)))
                .at("/metadata/uid")
                .asText())
        .isNotEmpty();
  }
}
