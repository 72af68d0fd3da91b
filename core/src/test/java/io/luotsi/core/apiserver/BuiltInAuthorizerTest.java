package io.luotsi.core.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.Authorizer.Attributes.Path;
import io.luotsi.core.apiserver.Authorizer.Attributes.Resource;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuiltInAuthorizerTest {
  private static final UserInfo JANE = new UserInfo("jane", "", List.of(UserInfo.AUTHENTICATED));
  private static final UserInfo NODE = UserInfo.node("n1");

  private final Authorizer authorizer = new BuiltInAuthorizer();

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
  void anonymousMayOnlyAskWhetherWeLive() {
    for (String path : List.of("/healthz", "/livez", "/readyz", "/version")) {
      assertThat(authorizer.authorize(UserInfo.ANONYMOUS, new Path("get", path))).isEmpty();
      assertThat(authorizer.authorize(UserInfo.ANONYMOUS, new Path("post", path))).isPresent();
    }
    assertThat(authorizer.authorize(JANE, new Path("get", "/apis/apps/v1"))).isEmpty();
    assertThat(authorizer.authorize(JANE, new Path("get", "/apisx"))).isPresent();
    assertThat(authorizer.authorize(JANE, new Path("get", "/metrics"))).isPresent();
  }

  @Test
  void whoIsInTheGroupOfNodesWithoutBeingOneMayNothing() {
    UserInfo nameless = new UserInfo("system:node:", "", List.of(UserInfo.SYSTEM_NODES));

    assertThat(authorizer.authorize(nameless, new Resource("list", "", "services", "", "", "")))
        .isPresent();
    assertThat(authorizer.authorize(NODE, new Resource("list", "", "services", "", "", "")))
        .isEmpty();
  }

  private String refusal(UserInfo user, Attributes attributes) {
    return Statuses.of(authorizer.authorize(user, attributes).orElseThrow())
        .path("message")
        .asText();
  }

  private static Resource pods(String verb) {
    return new Resource(verb, "", "pods", "", "default", "");
  }
}
