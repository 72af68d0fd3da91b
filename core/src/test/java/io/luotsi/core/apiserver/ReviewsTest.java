package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.conformance.Conformance;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReviewsTest {
  private static final UserInfo JANE =
      new UserInfo(
          "jane", "u-1", List.of("readers", UserInfo.AUTHENTICATED), Map.of("k", List.of("v")));

  private final TestApi api = TestApi.guarded();

  ReviewsTest() {
    ok(
        api.client()
            .create(
                GroupVersionResource.of("rbac.authorization.k8s.io/v1", "rolebindings"),
                "default",
                json(
                    """
                    {'metadata': {'name': 'b'}, 'subjects': [{'kind': 'Group', 'name': 'readers'}],
                     'roleRef': {'kind': 'ClusterRole', 'name': 'system:aggregate-to-view'}}
                    """)));
  }

  private JsonNode ask(UserInfo user, String resource, String namespace, String spec) {
    return json(
        ok(api.client(user).create(review(resource), namespace, json("{'spec': {" + spec + "}}"))));
  }

  private static GroupVersionResource review(String resource) {
    return GroupVersionResource.of("authorization.k8s.io/v1", resource);
  }

  private static String pods(String verb, String namespace) {
    return "'resourceAttributes': {'verb': '%s', 'resource': 'pods', 'namespace': '%s'}"
        .formatted(verb, namespace);
  }

  @Test
  void everybodyMayAskWhatTheyMay() {
    String asked = "selfsubjectaccessreviews";
    JsonNode yes = ask(JANE, asked, "", pods("list", "default"));
    assertThat(yes.path("kind").asText()).isEqualTo("SelfSubjectAccessReview");
    assertThat(yes.path("status").toString())
        .isEqualTo(
            "{\"allowed\":true,\"reason\":\"RBAC: allowed by RoleBinding \\\"b/default\\\" of"
                + " ClusterRole \\\"system:aggregate-to-view\\\" to Group \\\"readers\\\"\"}");
    assertThat(ask(JANE, asked, "", pods("delete", "default")).path("status").toString())
        .isEqualTo("{\"allowed\":false}");
    assertThat(ask(JANE, asked, "", pods("list", "")).at("/status/allowed").asBoolean()).isFalse();
    assertThat(
            ask(JANE, asked, "", "'nonResourceAttributes': {'verb': 'get', 'path': '/api'}")
                .at("/status/allowed")
                .asBoolean())
        .isTrue();
  }

  @Test
  void whoMayReadAllInANamespaceMayReadTheNamespace() {
    PipelineClient jane = api.client(JANE);
    ok(jane.get(Requests.NAMESPACES, ObjectKey.of("default")));
    assertThat(message(jane.get(Requests.NAMESPACES, ObjectKey.of("kube-system"))))
        .isEqualTo(
            "namespaces \"kube-system\" is forbidden: User \"jane\" cannot get resource"
                + " \"namespaces\" in API group \"\" in the namespace \"kube-system\"");
    assertThat(message(jane.list(Requests.NAMESPACES, Selection.EVERYTHING)))
        .isEqualTo(
            "namespaces is forbidden: User \"jane\" cannot list resource \"namespaces\" in API"
                + " group \"\" at the cluster scope");
  }

  @Test
  @Conformance("SubjectReview, API Operations")
  void whoMayAskAboutOthersHearsAboutThem() {
    String who = "'user': 'joe', 'groups': ['readers'], ";
    UserInfo admin = UserInfo.component("admin");
    assertThat(
            ask(admin, "subjectaccessreviews", "", who + pods("get", "default"))
                .at("/status/allowed")
                .asBoolean())
        .isTrue();
    assertThat(
            ask(admin, "localsubjectaccessreviews", "default", who + pods("get", "default"))
                .at("/status/allowed")
                .asBoolean())
        .isTrue();
    assertThat(
            ask(admin, "subjectaccessreviews", "", "'user': 'joe', " + pods("get", "default"))
                .at("/status/allowed")
                .asBoolean())
        .isFalse();
    assertThat(
            message(
                api.client(JANE)
                    .create(
                        review("subjectaccessreviews"),
                        "",
                        json("{'spec': {" + who + pods("get", "a") + "}}"))))
        .isEqualTo(
            "subjectaccessreviews.authorization.k8s.io is forbidden: User \"jane\" cannot create"
                + " resource \"subjectaccessreviews\" in API group \"authorization.k8s.io\" at the"
                + " cluster scope");
  }

  @Test
  void nodesAreAskedAboutWithTheirFields() {
    String node = "'user': 'system:node:n1', 'groups': ['system:nodes'], ";
    String listing =
        "'resourceAttributes': {'verb': 'list', 'resource': 'pods'%s}"
            .formatted(", 'fieldSelector': {'rawSelector': 'spec.nodeName=n1'}");
    UserInfo admin = UserInfo.component("admin");
    assertThat(
            ask(admin, "subjectaccessreviews", "", node + listing)
                .at("/status/allowed")
                .asBoolean())
        .isTrue();
    assertThat(
            ask(admin, "subjectaccessreviews", "", node + pods("list", ""))
                .path("status")
                .toString())
        .isEqualTo(
            "{\"allowed\":false,\"reason\":\"can only list/watch pods with spec.nodeName field"
                + " selector\"}");
    String odd =
        "'resourceAttributes': {'verb': 'list', 'resource': 'pods', 'fieldSelector':"
            + " {'requirements': [{'key': 'a', 'operator': 'Exists'}]}}";
    assertThat(
            ask(admin, "subjectaccessreviews", "", node + odd)
                .at("/status/evaluationError")
                .asText())
        .isEqualTo("spec.resourceAttributes.fieldSelector ignored due to parse error");
  }

  @Test
  void aQuestionMustBeWhole() {
    PipelineClient admin = api.client();
    assertThat(message(admin.create(review("subjectaccessreviews"), "", json("{'spec': {}}"))))
        .isEqualTo(
            "SubjectAccessReview.authorization.k8s.io \"\" is invalid: [spec.resourceAttributes:"
                + " Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes"
                + " must be specified, spec.user: Invalid value: \"\": at least one of user or"
                + " group must be specified]");
    assertThat(
            message(
                admin.create(
                    review("selfsubjectaccessreviews"),
                    "",
                    json("{'metadata': {'name': 'x'}, 'spec': {" + pods("get", "a") + "}}"))))
        .contains("metadata: Invalid value: {\"name\":\"x\"}: must be empty");
    assertThat(
            message(
                admin.create(
                    review("localsubjectaccessreviews"),
                    "default",
                    json("{'spec': {'user': 'u', " + pods("get", "other") + "}}"))))
        .contains(
            "spec.resourceAttributes.namespace: Invalid value: \"other\": must match"
                + " metadata.namespace");
    assertThat(message(admin.create(review("selfsubjectrulesreviews"), "", json("{'spec': {}}"))))
        .isEqualTo("no namespace on request");
  }

  @Test
  void allThatOneMayIsListed() {
    JsonNode status =
        ask(JANE, "selfsubjectrulesreviews", "", "'namespace': 'default'").path("status");
    assertThat(status.path("incomplete").asBoolean()).isFalse();
    assertThat(status.path("resourceRules").toString())
        .contains("{\"apiGroups\":[\"\"],\"resources\":[\"namespaces\"],\"verbs\":[\"get\",")
        .contains("\"selfsubjectrulesreviews\"");
    assertThat(status.path("nonResourceRules").findValuesAsText("nonResourceURLs")).isNotNull();
    assertThat(status.path("nonResourceRules").toString()).contains("\"/healthz\"");
    JsonNode elsewhere =
        ask(JANE, "selfsubjectrulesreviews", "", "'namespace': 'x'").path("status");
    assertThat(elsewhere.path("resourceRules").toString()).doesNotContain("\"namespaces\"");
  }

  @Test
  void whoAsksIsToldWhoTheyAre() {
    GroupVersionResource review =
        GroupVersionResource.of("authentication.k8s.io/v1", "selfsubjectreviews");

    assertThat(json(ok(api.client(JANE).create(review, "", json("{}")))).path("status").toString())
        .isEqualTo(
            "{\"userInfo\":{\"username\":\"jane\",\"uid\":\"u-1\",\"groups\":[\"readers\","
                + "\"system:authenticated\"],\"extra\":{\"k\":[\"v\"]}}}");
    assertThat(message(api.client(UserInfo.ANONYMOUS).create(review, "", json("{}"))))
        .contains("User \"system:anonymous\" cannot create resource \"selfsubjectreviews\"");
  }

  @Test
  void nothingIsStored() {
    ask(JANE, "selfsubjectaccessreviews", "", pods("list", "default"));
    PipelineClient admin = api.client();
    assertThat(
            Requests.refused(admin.list(review("selfsubjectaccessreviews"), Selection.EVERYTHING)))
        .isInstanceOf(Rejection.NoSuchMethod.class);
  }
}
