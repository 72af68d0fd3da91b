package io.luotsi.core.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One rule against one question: a table. */
class CompiledRuleTest {
  @ParameterizedTest(name = "{0} {1} {2} ({3}) of {4}/{5}/{6} named {7}: {8}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # groups | resources      | names | verbs    | verb   | group | resource | name | allowed
          -        | pods           |       | get      | get    | -     | pods        | p | true
          -        | pods           |       | get      | list   | -     | pods        | p | false
          -        | pods           |       | get      | get    | apps  | pods        | p | false
          -        | pods           |       | get      | get    | -     | podsx       | p | false
          -        | pods           |       | *        | odd    | -     | pods        | p | true
          *        | pods           |       | get      | get    | x.io  | pods        | p | true
          -,apps   | pods,replicasets |     | get,list | list   | apps  | replicasets |   | true
          -        | *              |       | get      | get    | -     | pods        | p | true
          -        | *              |       | get      | get    | -     | pods/log    | p | true
          -        | pods           |       | get      | get    | -     | pods/log    | p | false
          -        | pods/log       |       | get      | get    | -     | pods/log    | p | true
          -        | pods/log       |       | get      | get    | -     | pods        | p | false
          apps     | */scale        |       | update   | update | apps  | deployments/scale  | d | true
          apps     | */scale        |       | update   | update | apps  | deployments/status | d | false
          apps     | */scale        |       | update   | update | apps  | deployments        | d | false
          -        | pods           | a,b   | get      | get    | -     | pods        | b | true
          -        | pods           | a,b   | get      | get    | -     | pods        | c | false
          -        | pods           | a,b   | list     | list   | -     | pods        |   | false
          -        | pods           | *     | get      | get    | -     | pods        | c | false
          """)
  void matchesAsUpstream(
      String groups,
      String resources,
      String names,
      String verbs,
      String verb,
      String group,
      String resource,
      String name,
      boolean allowed) {
    PolicyRule rule =
        new PolicyRule(list(groups), list(resources), list(names), List.of(), list(verbs));
    String[] parts = resource.split("/");

    Asked asked =
        Asked.OfResource.of(
            verb,
            group.replace("-", ""),
            parts[0],
            parts.length > 1 ? parts[1] : "",
            "default",
            name == null ? "" : name);

    assertThat(new CompiledRule(rule).allows(asked)).isEqualTo(allowed);
  }

  @ParameterizedTest(name = "{0} {1} asked for {2} {3}: {4}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /healthz   | get | get  | /healthz      | true
          /healthz   | get | get  | /healthz/ping | false
          /healthz/* | get | get  | /healthz/ping | true
          /healthz/* | get | get  | /healthz      | false
          /healthz*  | get | get  | /healthz      | true
          /healthz*  | get | get  | /healthzzz/a  | true
          *          | get | get  | /anything     | true
          *          | get | post | /anything     | false
          /a,/b      | *   | put  | /b            | true
          """)
  void matchesPaths(String paths, String verbs, String verb, String path, boolean allowed) {
    CompiledRule rule = new CompiledRule(PolicyRule.ofPaths(list(paths), list(verbs)));

    assertThat(rule.allows(new Asked.OfPath(verb, path))).isEqualTo(allowed);
    assertThat(rule.allows(Asked.OfResource.of(verb, "", "pods", "", "", ""))).isFalse();
  }

  /** A dash is the core group. */
  private static List<String> list(String text) {
    return text == null
        ? List.of()
        : List.of(text.split(",")).stream().map(one -> one.equals("-") ? "" : one).toList();
  }
}
