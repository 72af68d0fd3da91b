package io.luotsi.core.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.Authorizer.Attributes.Path;
import io.luotsi.core.apiserver.Authorizer.Attributes.Resource;
import io.luotsi.core.apiserver.Authorizer.Decision;
import io.luotsi.core.rbac.Binding;
import io.luotsi.core.rbac.Policy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BuiltInAuthorizerTest {
  private static final UserInfo JANE = new UserInfo("jane", "", List.of(UserInfo.AUTHENTICATED));
  private static final UserInfo NODE = UserInfo.node("n1");

  private final Authorizer authorizer = TestApi.guarded().authorizer();

  @Test
  void mastersMayDoEverything() {
    UserInfo master = UserInfo.component("admin");
    assertThat(authorizer.authorize(master, pods("delete"))).isEmpty();
    assertThat(authorizer.authorize(master, new Path("post", "/anything"))).isEmpty();
  }

  @Test
  void othersAreRefusedInUpstreamsWords() {
    assertThat(refusal(JANE, pods("list")))
        .isEqualTo(
            "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in"
                + " the namespace \"default\"");
    assertThat(refusal(JANE, new Resource("update", "apps", "deployments", "scale", "", "x")))
        .isEqualTo(
            "deployments.apps \"x\" is forbidden: User \"jane\" cannot update resource"
                + " \"deployments/scale\" in API group \"apps\" at the cluster scope");
    assertThat(refusal(UserInfo.ANONYMOUS, new Path("get", "/api")))
        .isEqualTo("forbidden: User \"system:anonymous\" cannot get path \"/api\"");
  }

  @Test
  void defaultRolesLetAnonymousAskWhetherWeLiveAndOthersWhatThereIs() {
    for (String path : List.of("/healthz", "/livez", "/readyz", "/version")) {
      assertThat(authorizer.authorize(UserInfo.ANONYMOUS, new Path("get", path))).isEmpty();
      assertThat(authorizer.authorize(UserInfo.ANONYMOUS, new Path("post", path))).isPresent();
    }
    assertThat(authorizer.authorize(JANE, new Path("get", "/apis/apps/v1"))).isEmpty();
    assertThat(authorizer.authorize(JANE, new Path("get", "/openapi/v3"))).isEmpty();
    assertThat(authorizer.authorize(JANE, new Path("get", "/apisx"))).isPresent();
    assertThat(authorizer.authorize(JANE, new Path("get", "/metrics"))).isPresent();
    assertThat(authorizer.authorize(JANE, new Path("get", "/luotsi/member"))).isPresent();
  }

  @Test
  void whoIsInTheGroupOfNodesWithoutBeingOneMayNothing() {
    UserInfo nameless = new UserInfo("system:node:", "", List.of(UserInfo.SYSTEM_NODES));

    assertThat(authorizer.authorize(nameless, new Resource("list", "", "services", "", "", "")))
        .isPresent();
    assertThat(authorizer.authorize(NODE, new Resource("list", "", "services", "", "", "")))
        .isEmpty();
  }

  @Test
  void whileThereAreNoRolesMastersAndNodesAreServedAndNobodyElse() {
    Authorizer bare = BuiltInAuthorizer.withoutRoles(Set.of("/luotsi/member"), NodeReferences.NONE);

    assertThat(bare.authorize(UserInfo.component("admin"), pods("list"))).isEmpty();
    assertThat(bare.authorize(NODE, new Resource("list", "", "services", "", "", ""))).isEmpty();
    assertThat(bare.authorize(NODE, new Path("get", "/readyz"))).isEmpty();
    assertThat(bare.authorize(NODE, new Path("get", "/luotsi/member"))).isEmpty();
    assertThat(bare.authorize(NODE, new Path("get", "/luotsi/members"))).isPresent();
    assertThat(bare.authorize(JANE, new Path("get", "/apis"))).isPresent();
    assertThat(bare.authorize(UserInfo.ANONYMOUS, new Path("get", "/readyz"))).isPresent();
  }

  @Test
  void whoCannotBeJudgedYetIsToldToComeBack() {
    Rejection later = new Rejection.TooManyRequests("later", Duration.ofSeconds(1));
    Authorizer waiting =
        new BuiltInAuthorizer(Set.of(), NodeReferences.NONE, () -> Outcome.rejected(later));

    assertThat(waiting.authorize(JANE, pods("list"))).contains(later);
    assertThat(waiting.decide(JANE, pods("list"))).isEqualTo(new Decision.Unknown(later));
    assertThat(waiting.authorize(UserInfo.component("x"), pods("list"))).isEmpty();
    assertThat(waiting.authorize(NODE, new Path("get", "/readyz"))).isEmpty();
  }

  @Test
  void aRefusalSaysWhatWentWrongOnTheWay() {
    Policy lost =
        Policy.of(
            Map.of(),
            Map.of(),
            List.of(
                new Binding(
                    ObjectKey.of("b"),
                    new Binding.RoleRef("ClusterRole", "gone"),
                    List.of(
                        new Binding.Subject("User", "", "jane"),
                        new Binding.Subject("Group", "", UserInfo.SYSTEM_NODES)))));
    Authorizer roles =
        new BuiltInAuthorizer(Set.of(), NodeReferences.NONE, () -> Outcome.done(lost));

    assertThat(message(roles, JANE, pods("list")))
        .endsWith(
            "in the namespace \"default\": RBAC: clusterrole.rbac.authorization.k8s.io \"gone\" not"
                + " found");
    assertThat(message(roles, NODE, pods("list")))
        .endsWith(
            ": can only list/watch pods with spec.nodeName field selector\nRBAC:"
                + " clusterrole.rbac.authorization.k8s.io \"gone\" not found");
  }

  @Test
  void whatIsNoNameOfAResourceIsRefusedLikeAnyOther() {
    assertThat(refusal(JANE, new Resource("get", "", "a.b", "", "default", "x")))
        .contains("User \"jane\" cannot get resource \"a.b\"");
    assertThat(authorizer.authorize(NODE, new Resource("get", "", "a.b", "", "", ""))).isPresent();
  }

  private String refusal(UserInfo user, Attributes attributes) {
    return message(authorizer, user, attributes);
  }

  private static String message(Authorizer by, UserInfo user, Attributes attributes) {
    return Statuses.of(by.authorize(user, attributes).orElseThrow()).path("message").asText();
  }

  private static Resource pods(String verb) {
    return new Resource(verb, "", "pods", "", "default", "");
  }
}
