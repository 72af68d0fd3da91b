package io.luotsi.core.controller.roles;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleAggregationTest {
  private static final StoredObject A =
      role("a", "{'x':'1'}", "{'apiGroups':[''],'resources':['pods'],'verbs':['get']}");
  private static final StoredObject B =
      role(
          "b",
          "{'x':'1','y':'1'}",
          "{'apiGroups':[''],'resources':['pods'],'verbs':['get']},"
              + "{'apiGroups':[''],'resources':['nodes'],'verbs':['get']}");
  private static final StoredObject OTHER =
      role("other", "{}", "{'apiGroups':[''],'resources':['secrets'],'verbs':['get']}");
  private static final String SELECTS_X =
      "'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'x':'1'}}]}";

  private static StoredObject role(String name, String labels, String rules) {
    return stored(
        "{'metadata':{'name':'%s','uid':'u','labels':%s},'rules':[%s]}"
            .formatted(name, labels, rules));
  }

  private static StoredObject stored(String json) {
    ObjectNode object = Json.readObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    return ObjectDraft.of(object, SelectableFields.NONE).seal(3);
  }

  private static String rules(StoredObject role, StoredObject... all) {
    Optional<Action> action = RoleAggregation.reconcile(role, List.of(all));
    assertThat(action).isPresent();
    return ((Action.Patch) action.get()).patch().path("rules").toString();
  }

  @Test
  void rulesOfAllThatAreSelectedAreTakenInOnce() {
    StoredObject all =
        stored("{'metadata':{'name':'all','uid':'u','labels':{'x':'1'}}," + SELECTS_X + "}");

    assertThat(rules(all, A, all, B, OTHER))
        .isEqualTo(
            "[{\"apiGroups\":[\"\"],\"resources\":[\"pods\"],\"verbs\":[\"get\"]},"
                + "{\"apiGroups\":[\"\"],\"resources\":[\"nodes\"],\"verbs\":[\"get\"]}]");
  }

  @Test
  void whatIsAsItShouldBeIsLeftAlone() {
    StoredObject done =
        stored(
            "{'metadata':{'name':'done','uid':'u'},"
                + SELECTS_X
                + ",'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}");

    assertThat(RoleAggregation.reconcile(done, List.of(A, done, OTHER))).isEmpty();
    assertThat(RoleAggregation.reconcile(A, List.of(A, B))).isEmpty();
    assertThat(RoleAggregation.isAggregated(done)).isTrue();
    assertThat(RoleAggregation.isAggregated(A)).isFalse();
  }

  @Test
  void rulesOfWhoIsNoLongerSelectedGo() {
    StoredObject stale =
        stored(
            "{'metadata':{'name':'stale','uid':'u'},"
                + SELECTS_X
                + ",'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}");

    assertThat(rules(stale, stale, OTHER)).isEqualTo("[]");
  }
}
