package io.luotsi.core.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static PolicyRule rule(String groups, String resources, String verbs) {
    return PolicyRule.ofResources(split(groups), split(resources), split(verbs));
  }

  private static List<String> split(String text) {
    return List.of(text.split(",", -1));
  }

  private static String missing(PolicyRule wanted, PolicyRule... held) {
    return Coverage.describe(Coverage.missing(List.of(held), List.of(wanted)));
  }

  @Test
  void whatIsHeldByOneRuleOrByAnotherIsNotMissing() {
    PolicyRule wanted = rule("", "pods,services", "get,list");
    assertThat(missing(wanted, rule("", "pods", "get,list"), rule("*", "services", "*"))).isEmpty();
    assertThat(missing(wanted, rule("", "*", "*"))).isEmpty();
    assertThat(missing(rule("apps", "deployments/scale", "update"), rule("apps", "*/scale", "*")))
        .isEmpty();
  }

  @Test
  void whatIsMissingIsListedByResource() {
    assertThat(missing(rule("", "pods,services", "get,list"), rule("", "pods", "list")))
        .isEqualTo(
            """
            {APIGroups:[""], Resources:["pods"], Verbs:["get"]}
            {APIGroups:[""], Resources:["services"], Verbs:["get" "list"]}\
            """);
    assertThat(
            missing(
                rule("", "secrets", "get").named("a", "b"), rule("", "secrets", "get").named("a")))
        .isEqualTo(
            "{APIGroups:[\"\"], Resources:[\"secrets\"], ResourceNames:[\"b\"], Verbs:[\"get\"]}");
  }

  @Test
  void namesDoNotCoverTheWholeButTheWholeCoversNames() {
    PolicyRule whole = rule("", "secrets", "get");
    assertThat(missing(whole, whole.named("a"))).isNotEmpty();
    assertThat(missing(whole.named("a"), whole)).isEmpty();
  }

  @Test
  void onlyAStarCoversAStar() {
    assertThat(missing(rule("*", "*", "*"), rule("", "pods", "get"), rule("*", "*", "get")))
        .isEqualTo("{APIGroups:[\"*\"], Resources:[\"*\"], Verbs:[\"*\"]}");
    assertThat(missing(rule("", "pods", "*"), rule("", "pods", "get,list,watch"))).isNotEmpty();
  }

  @Test
  void pathsCoverWhatBeginsLikeThem() {
    PolicyRule health = PolicyRule.ofPaths(List.of("/healthz/*"), List.of("get"));
    assertThat(missing(PolicyRule.ofPaths(List.of("/healthz/a"), List.of("get")), health))
        .isEmpty();
    assertThat(missing(PolicyRule.ofPaths(List.of("/healthz"), List.of("get")), health))
        .isEqualTo("{NonResourceURLs:[\"/healthz\"], Verbs:[\"get\"]}");
    assertThat(missing(health, PolicyRule.ofPaths(List.of("*"), List.of("*")))).isEmpty();
    assertThat(missing(health, rule("*", "*", "*"))).isNotEmpty();
  }
}
