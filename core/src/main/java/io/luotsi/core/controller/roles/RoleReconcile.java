package io.luotsi.core.controller.roles;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.rbac.Coverage;
import io.luotsi.core.rbac.PolicyRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives default roles and bindings what they lack, and takes nothing away that somebody has added.
 * Whoever annotates one with {@code rbac.authorization.kubernetes.io/autoupdate: "false"} keeps it
 * as it is. Pure.
 *
 * @see "Source: component-helpers auth/rbac/reconciliation"
 */
public final class RoleReconcile {
  static final String AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";

  private static final String RULES = "rules";
  private static final String SUBJECTS = "subjects";
  private static final String AGGREGATION = "aggregationRule";
  private static final String SELECTORS = "clusterRoleSelectors";

  private RoleReconcile() {}

  /**
   * @param wanted a ClusterRole, complete
   * @param found what there is of that name
   */
  public static List<Action> role(ObjectNode wanted, Optional<StoredObject> found) {
    GroupVersionResource roles = Resources.CLUSTER_ROLES;
    if (found.isEmpty()) {
      return List.of(new Action.Create(roles, "", wanted));
    }
    ObjectNode current = Json.readObject(found.get().json());
    ObjectNode merged = current.deepCopy();
    mergeMetadata(merged, wanted);
    List<PolicyRule> missing =
        Coverage.missing(
            PolicyRule.readAll(current.path(RULES)), PolicyRule.readAll(wanted.path(RULES)));
    missing.forEach(rule -> merged.withArray(RULES).add(rule.json()));
    mergeAggregation(merged, wanted);
    return update(roles, found.get(), current, merged);
  }

  private static void mergeAggregation(ObjectNode merged, ObjectNode wanted) {
    if (!wanted.hasNonNull(AGGREGATION)) {
      merged.remove(AGGREGATION);
      return;
    }
    ArrayNode selectors = merged.withObject(AGGREGATION).withArray(SELECTORS);
    addMissing(selectors, wanted.path(AGGREGATION).path(SELECTORS));
  }

  /**
   * @param wanted a ClusterRoleBinding, complete
   * @param found what there is of that name; made anew if it binds to another role
   */
  public static List<Action> binding(ObjectNode wanted, Optional<StoredObject> found) {
    GroupVersionResource bindings = Resources.CLUSTER_ROLE_BINDINGS;
    Action create = new Action.Create(bindings, "", wanted);
    if (found.isEmpty()) {
      return List.of(create);
    }
    ObjectNode current = Json.readObject(found.get().json());
    if (isProtected(current)) {
      return List.of();
    }
    if (!current.path("roleRef").equals(wanted.path("roleRef"))) {
      ObjectKey key = found.get().key();
      return List.of(
          new Action.Delete(bindings, key, DeleteOptions.now(found.get().uid())), create);
    }
    ObjectNode merged = current.deepCopy();
    mergeMetadata(merged, wanted);
    if (!wanted.path(SUBJECTS).isEmpty()) {
      addMissing(merged.withArray(SUBJECTS), wanted.path(SUBJECTS));
    }
    return update(bindings, found.get(), current, merged);
  }

  private static void addMissing(ArrayNode list, JsonNode wanted) {
    List<JsonNode> have = new ArrayList<>();
    list.forEach(have::add);
    for (JsonNode one : wanted) {
      if (!have.contains(one)) {
        list.add(one);
      }
    }
  }

  /** What somebody has set stays. */
  private static void mergeMetadata(ObjectNode merged, ObjectNode wanted) {
    for (String field : List.of("labels", "annotations")) {
      ObjectNode mine = merged.withObject("metadata").withObject(field);
      wanted
          .path("metadata")
          .path(field)
          .properties()
          .forEach(
              entry -> {
                if (!mine.has(entry.getKey())) {
                  mine.set(entry.getKey(), entry.getValue());
                }
              });
    }
  }

  private static boolean isProtected(ObjectNode current) {
    return current.path("metadata").path("annotations").path(AUTOUPDATE).asText("").equals("false");
  }

  private static List<Action> update(
      GroupVersionResource resource, StoredObject found, ObjectNode current, ObjectNode merged) {
    return isProtected(current) || merged.equals(current)
        ? List.of()
        : List.of(new Action.Update(resource, found.key(), "", merged));
  }
}
