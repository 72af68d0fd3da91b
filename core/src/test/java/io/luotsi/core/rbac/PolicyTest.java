package io.luotsi.core.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.rbac.Binding.RoleRef;
import io.luotsi.core.rbac.Binding.Subject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PolicyTest {
  private static final PolicyRule READ_PODS =
      PolicyRule.ofResources(List.of(""), List.of("pods"), List.of("get", "list"));
  private static final PolicyRule WRITE_SECRETS =
      PolicyRule.ofResources(List.of(""), List.of("secrets"), List.of("update"));
  private static final RoleRef READER = new RoleRef("ClusterRole", "reader");
  private static final RoleRef WRITER = new RoleRef("Role", "writer");
  private static final RoleRef GONE = new RoleRef("ClusterRole", "gone");
  private static final List<String> NO_GROUPS = List.of();

  private final Policy policy =
      Policy.of(
          Map.of(ObjectKey.of("a", "writer"), Role.of(List.of(WRITE_SECRETS))),
          Map.of(ObjectKey.of("reader"), Role.of(List.of(READ_PODS))),
          List.of(
              binding("", "all-read", READER, new Subject("Group", "", "readers")),
              binding("a", "jane-reads", READER, new Subject("User", "", "jane")),
              binding("a", "robots-write", WRITER, new Subject("ServiceAccount", "", "robot")),
              binding("b", "robots-write", WRITER, new Subject("ServiceAccount", "a", "robot")),
              binding("b", "lost", GONE, new Subject("User", "", "jane")),
              binding("", "lost", GONE, new Subject("User", "", "jane"))));

  private static Binding binding(String namespace, String name, RoleRef role, Subject subject) {
    return new Binding(ObjectKey.of(namespace, name), role, List.of(subject));
  }

  private static Asked pods(String verb, String namespace) {
    return Asked.OfResource.of(verb, "", "pods", "", namespace, "");
  }

  private static Asked secrets(String namespace) {
    return Asked.OfResource.of("update", "", "secrets", "", namespace, "s");
  }

  @Test
  void aClusterRoleBindingHoldsEverywhere() {
    List<String> readers = List.of("x", "readers");
    assertThat(policy.allows("anybody", readers, pods("list", "a"))).isTrue();
    assertThat(policy.allows("anybody", readers, pods("list", "zzz"))).isTrue();
    assertThat(policy.allows("anybody", readers, pods("list", ""))).isTrue();
    assertThat(policy.allows("anybody", readers, pods("delete", "a"))).isFalse();
    assertThat(policy.allows("readers", NO_GROUPS, pods("list", "a"))).isFalse();
  }

  @Test
  void aRoleBindingHoldsInItsNamespace() {
    assertThat(policy.allows("jane", NO_GROUPS, pods("get", "a"))).isTrue();
    assertThat(policy.allows("jane", NO_GROUPS, pods("get", "b"))).isFalse();
    assertThat(policy.allows("jane", NO_GROUPS, pods("get", ""))).isFalse();
    assertThat(policy.allows("x", List.of("jane"), pods("get", "a"))).isFalse();
  }

  @Test
  void aServiceAccountIsOfItsBindingsNamespaceUnlessItSaysAnother() {
    String robot = "system:serviceaccount:a:robot";
    assertThat(policy.allows(robot, NO_GROUPS, secrets("a"))).isTrue();
    // Bound in b, too, but there is no role of that name there.
    assertThat(policy.allows(robot, NO_GROUPS, secrets("b"))).isFalse();
    assertThat(policy.allows("system:serviceaccount:b:robot", NO_GROUPS, secrets("b"))).isFalse();
    assertThat(policy.decide(robot, NO_GROUPS, secrets("b")))
        .isEqualTo(
            new Policy.Verdict.NotAllowed("role.rbac.authorization.k8s.io \"writer\" not found"));
  }

  @Test
  void theReasonNamesTheBindingAndWhatIsMissing() {
    assertThat(policy.decide("x", List.of("readers"), pods("get", "a")))
        .isEqualTo(
            new Policy.Verdict.Allowed(
                "ClusterRoleBinding \"all-read\" of ClusterRole \"reader\" to Group \"readers\""));
    assertThat(policy.decide("jane", NO_GROUPS, pods("get", "a")))
        .isEqualTo(
            new Policy.Verdict.Allowed(
                "RoleBinding \"jane-reads/a\" of ClusterRole \"reader\" to User \"jane\""));
    assertThat(policy.decide("system:serviceaccount:a:robot", NO_GROUPS, secrets("a")))
        .isEqualTo(
            new Policy.Verdict.Allowed(
                "RoleBinding \"robots-write/a\" of Role \"writer\" to ServiceAccount"
                    + " \"robot/a\""));
    assertThat(policy.decide("jane", NO_GROUPS, pods("get", "b")))
        .isEqualTo(
            new Policy.Verdict.NotAllowed(
                "clusterrole.rbac.authorization.k8s.io \"gone\" not found"));
    assertThat(policy.decide("nobody", NO_GROUPS, pods("get", "b")))
        .isEqualTo(new Policy.Verdict.NotAllowed(""));
  }

  @Test
  void allRulesOfSomebodyComeOnce() {
    assertThat(policy.rulesOf("jane", List.of("readers"), "a").rules()).containsExactly(READ_PODS);
    assertThat(policy.rulesOf("jane", NO_GROUPS, "").rules()).isEmpty();
    assertThat(policy.rulesOf("jane", NO_GROUPS, "").errors())
        .isEqualTo("clusterrole.rbac.authorization.k8s.io \"gone\" not found");
  }

  @Test
  void aRolesRulesAreFoundWhereItIs() {
    assertThat(policy.rulesOf(WRITER, "a")).isEqualTo(Outcome.done(List.of(WRITE_SECRETS)));
    assertThat(policy.rulesOf(READER, "")).isEqualTo(Outcome.done(List.of(READ_PODS)));
    assertThat(policy.rulesOf(WRITER, "b"))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused -> assertThat(refused.rejection()).isInstanceOf(Rejection.NotFound.class));
  }
}
