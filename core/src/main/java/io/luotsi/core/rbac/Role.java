package io.luotsi.core.rbac;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import java.util.List;

/** The rules that a Role or ClusterRole names; they say nothing about who has them. */
public final class Role {
  private final List<PolicyRule> rules;
  private final List<CompiledRule> compiled;

  private Role(List<PolicyRule> rules) {
    this.rules = List.copyOf(rules);
    this.compiled = rules.stream().map(CompiledRule::new).toList();
  }

  public static Role of(List<PolicyRule> rules) {
    return new Role(rules);
  }

  static Role read(StoredObject object) {
    return new Role(PolicyRule.readAll(Json.readObject(object.json()).path("rules")));
  }

  List<PolicyRule> rules() {
    return rules;
  }

  boolean allows(Asked asked) {
    for (int i = 0; i < compiled.size(); i++) {
      if (compiled.get(i).allows(asked)) {
        return true;
      }
    }
    return false;
  }
}
