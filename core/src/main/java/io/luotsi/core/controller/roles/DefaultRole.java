package io.luotsi.core.controller.roles;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.rbac.PolicyRule;
import java.util.List;
import java.util.Optional;

/**
 * A ClusterRole that every cluster has.
 *
 * @param aggregatedTo the role that takes its rules in by their label; empty for none
 * @param aggregates the suffix of the label by which it takes in others' rules; empty for none
 */
record DefaultRole(
    String name,
    List<PolicyRule> rules,
    Optional<String> aggregatedTo,
    Optional<String> aggregates) {
  private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";

  static final List<String> READ = List.of("get", "list", "watch");
  static final List<String> WRITE =
      List.of("create", "delete", "deletecollection", "patch", "update");
  static final List<String> READ_WRITE =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");
  static final List<String> ALL = List.of("*");

  DefaultRole {
    rules = List.copyOf(rules);
  }

  static DefaultRole of(String name, PolicyRule... rules) {
    return new DefaultRole(name, List.of(rules), Optional.empty(), Optional.empty());
  }

  /** One whose rules are those of the roles that are aggregated to it. */
  static DefaultRole aggregate(String name) {
    return new DefaultRole(name, List.of(), Optional.empty(), Optional.of(name));
  }

  DefaultRole to(String aggregate) {
    return new DefaultRole(name, rules, Optional.of(aggregate), aggregates);
  }

  /** Rules of one API group. */
  static PolicyRule may(List<String> verbs, String group, String... resources) {
    return PolicyRule.ofResources(List.of(group), List.of(resources), verbs);
  }

  static PolicyRule may(String verb, String group, String... resources) {
    return may(List.of(verb), group, resources);
  }

  static PolicyRule read(String... paths) {
    return PolicyRule.ofPaths(List.of(paths), List.of("get"));
  }

  ObjectNode json() {
    ObjectNode role = DefaultRoles.object("ClusterRole", name);
    aggregatedTo.ifPresent(to -> role.withObject("/metadata/labels").put(AGGREGATE + to, "true"));
    aggregates.ifPresent(
        suffix ->
            role.putObject("aggregationRule")
                .putArray("clusterRoleSelectors")
                .addObject()
                .putObject("matchLabels")
                .put(AGGREGATE + suffix, "true"));
    if (aggregates.isEmpty()) {
      ArrayNode all = role.putArray("rules");
      rules.forEach(rule -> all.add(rule.json()));
    }
    return (ObjectNode) Json.asRead(role);
  }
}
