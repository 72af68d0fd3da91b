package io.luotsi.core.controller.roles;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.rbac.PolicyRule;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefaultRolesTest {
  @Test
  void everyBindingIsOfADefaultRoleThatUpstreamBindsToo() {
    assertThat(DefaultRoles.bindings().keySet())
        .containsExactly(
            "cluster-admin",
            "system:basic-user",
            "system:discovery",
            "system:kube-controller-manager",
            "system:kube-dns",
            "system:kube-scheduler",
            "system:monitoring",
            "system:node",
            "system:node-proxier",
            "system:public-info-viewer",
            "system:service-account-issuer-discovery",
            "system:volume-scheduler");
    DefaultRoles.bindings()
        .forEach(
            (name, binding) -> {
              assertThat(binding.at("/roleRef/name").asText()).isEqualTo(name);
              assertThat(DefaultRoles.roles()).containsKey(name);
            });
  }

  @Test
  void onlyWhatIsSafeForStrangersIsBoundToThem() {
    List<String> open =
        DefaultRoles.bindings().values().stream()
            .filter(
                binding -> binding.path("subjects").toString().contains("system:unauthenticated"))
            .map(binding -> binding.at("/metadata/name").asText())
            .toList();
    assertThat(open).containsExactly("system:public-info-viewer");
  }

  @Test
  void everyRoleHasRulesOrTakesThemInAndMayBeUpdated() {
    assertThat(DefaultRoles.roles()).hasSize(30);
    DefaultRoles.roles()
        .forEach(
            (name, role) -> {
              assertThat(role.path("rules").isEmpty()).isEqualTo(role.has("aggregationRule"));
              assertThat(
                      role.path("metadata")
                          .path("annotations")
                          .path("rbac.authorization.kubernetes.io/autoupdate")
                          .asText())
                  .isEqualTo("true");
              assertThat(
                      role.path("metadata")
                          .path("labels")
                          .path("kubernetes.io/bootstrapping")
                          .asText())
                  .isEqualTo("rbac-defaults");
              for (PolicyRule rule : PolicyRule.readAll(role.path("rules"))) {
                assertThat(rule.verbs()).as(name).isNotEmpty();
                assertThat(rule.resources().isEmpty())
                    .as(name)
                    .isNotEqualTo(rule.nonResourceUrls().isEmpty());
              }
            });
  }

  @Test
  void viewersSeeNoSecretsAndGrantNothing() {
    ObjectNode view = DefaultRoles.roles().get("system:aggregate-to-view");
    for (JsonNode rule : view.path("rules")) {
      assertThat(rule.path("resources").toString())
          .doesNotContain("secrets")
          .doesNotContain("role");
      assertThat(rule.path("verbs").toString()).isEqualTo("[\"get\",\"list\",\"watch\"]");
    }
  }
}
