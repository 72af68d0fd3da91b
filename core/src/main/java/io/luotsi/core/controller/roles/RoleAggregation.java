package io.luotsi.core.controller.roles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import java.util.Collection;
import java.util.Optional;

/**
 * Makes the rules of a ClusterRole with an {@code aggregationRule} of those that it selects: in
 * order of selectors, then of names, each rule once. Pure.
 *
 * @see "Source: pkg/controller/clusterroleaggregation"
 */
public final class RoleAggregation {
  private RoleAggregation() {}

  /** Whether the role's rules are others'. */
  public static boolean isAggregated(StoredObject role) {
    return Json.readObject(role.json()).hasNonNull("aggregationRule");
  }

  /**
   * @param all every ClusterRole, in order of names
   * @return empty if the role has the rules that it should have
   */
  public static Optional<Action> reconcile(StoredObject role, Collection<StoredObject> all) {
    ObjectNode json = Json.readObject(role.json());
    if (!json.hasNonNull("aggregationRule")) {
      return Optional.empty();
    }
    ArrayNode rules = Json.object().arrayNode();
    for (JsonNode selector : json.path("aggregationRule").path("clusterRoleSelectors")) {
      LabelSelector selected = LabelSelector.ofSpec(selector);
      all.stream()
          .filter(other -> !other.key().equals(role.key()))
          .filter(other -> selected.matches(other.labels()))
          .forEach(other -> addNew(rules, Json.readObject(other.json()).path("rules")));
    }
    JsonNode present = json.path("rules");
    if (rules.equals(present) || rules.isEmpty() && present.isEmpty()) {
      return Optional.empty();
    }
    ObjectNode patch = Json.object();
    patch.putObject("metadata").put("resourceVersion", Long.toString(role.resourceVersion()));
    patch.set("rules", rules);
    return Optional.of(Action.merge(Resources.CLUSTER_ROLES, role.key(), "", patch));
  }

  private static void addNew(ArrayNode rules, JsonNode more) {
    for (JsonNode rule : more) {
      boolean known = false;
      for (JsonNode have : rules) {
        known |= have.equals(rule);
      }
      if (!known) {
        rules.add(rule);
      }
    }
  }
}
