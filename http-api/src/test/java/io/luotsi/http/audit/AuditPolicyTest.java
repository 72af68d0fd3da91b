package io.luotsi.http.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.UserInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which rule counts, and what is no policy. */
class AuditPolicyTest {
  private static final String HEAD = "apiVersion: audit.k8s.io/v1\nkind: Policy\n";

  private static AuditPolicy policy(String yaml) {
    return AuditPolicy.read((HEAD + yaml).getBytes(StandardCharsets.UTF_8));
  }

  private static final AuditPolicy ALL_SORTS =
      policy(
          """
          omitStages: [RequestReceived]
          rules:
          - {level: None, users: [quiet]}
          - {level: Metadata, userGroups: [robots], verbs: [watch]}
          - level: Request
            namespaces: [a, ""]
            resources:
            - {group: "", resources: [pods, pods/log, "deployments/*"]}
            - {group: x.io}
            - {group: apps, resources: ["*/scale"]}
            - {group: "", resources: [secrets], resourceNames: [s]}
          - {level: RequestResponse, nonResourceURLs: [/version, "/healthz*"]}
          - {level: Metadata, resources: [{group: "", resources: ["*"]}]}
          """);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          quiet | x | get  |      | pods        |       | a | p | NONE
          jane  | x | get  |      | pods        |       | a | p | REQUEST
          jane  | x | get  |      | pods        |       |   | p | REQUEST
          jane  | x | get  |      | pods        |       | b | p | METADATA
          jane  | x | get  |      | pods        | log   | a | p | REQUEST
          jane  | x | get  |      | pods        | exec  | a | p | METADATA
          jane  | x | get  |      | deployments | scale | a | p | REQUEST
          jane  | x | get  | x.io | things      | some  | a | p | REQUEST
          jane  | x | get  | apps | any         | scale | a | p | REQUEST
          jane  | x | get  | apps | any         |       | a | p | NONE
          jane  | x | get  |      | secrets     |       | a | s | REQUEST
          jane  | x | get  |      | secrets     |       | a | t | METADATA
          r2    | robots | watch | apps | any   |       | a |   | METADATA
          r2    | robots | list  | apps | any   |       | a |   | NONE
          """)
  void theFirstRuleThatIsAboutARequestCounts(
      String user,
      String group,
      String verb,
      String api,
      String resource,
      String sub,
      String namespace,
      String name,
      AuditPolicy.Level level) {
    Attributes asked =
        new Attributes.Resource(verb, text(api), resource, text(sub), text(namespace), text(name));
    Optional<AuditPolicy.Rule> rule =
        ALL_SORTS.ruleFor(Optional.of(new UserInfo(user, "", List.of(group))), asked);

    assertThat(rule.map(AuditPolicy.Rule::level).orElse(AuditPolicy.Level.NONE)).isEqualTo(level);
    rule.ifPresent(
        it -> assertThat(it.omitStages()).containsExactly(AuditPolicy.Stage.REQUEST_RECEIVED));
  }

  private static String text(String cell) {
    return cell == null ? "" : cell;
  }

  @Test
  void pathsHaveRulesOfTheirOwn() {
    for (String path : List.of("/version", "/healthz", "/healthz/ping")) {
      assertThat(ALL_SORTS.ruleFor(Optional.empty(), new Attributes.Path("get", path)))
          .as(path)
          .isPresent();
    }
    assertThat(ALL_SORTS.ruleFor(Optional.empty(), new Attributes.Path("get", "/versions")))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          rules: []                                             | it has no rules
          rules: [{level: All}]                                 | rules[0].level: 'All' is none of
          rules: [{level: None, user: [a]}]                     | rules[0].user: no such field
          rules: [{level: None, users: a}]                      | rules[0].users is no list
          rules: [{level: None, omitStages: [Late]}]            | 'Late' is no stage
          rules: [{level: None, nonResourceURLs: [version]}]    | 'version' does not begin with
          rules: [{level: None, nonResourceURLs: ["/a*b"]}]     | has a '*' before its end
          rules: [{level: None, nonResourceURLs: [/a], namespaces: [b]}] | rules cannot apply to both
          rules: [{level: None, resources: [{group: apps/v1}]}] | 'apps/v1' has a version
          rules: [{level: None, resources: [{resourceNames: [a]}]}] | requires at least one resource
          """)
  void whatIsNoPolicyIsRefusedInOneLine(String yaml, String why) {
    assertThatThrownBy(() -> policy(yaml))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .message()
        .hasLineCount(1);
  }

  @Test
  void anotherKindIsNoPolicy() {
    assertThatThrownBy(() -> AuditPolicy.read("kind: Pod".getBytes(StandardCharsets.UTF_8)))
        .hasMessage("it is no Policy of audit.k8s.io/v1");
  }
}
