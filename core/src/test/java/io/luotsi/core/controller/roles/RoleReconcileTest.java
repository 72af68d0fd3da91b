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
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class RoleReconcileTest {
  private static final String BASIC = "system:basic-user";

  private static StoredObject stored(ObjectNode object, Consumer<ObjectNode> change) {
    ObjectNode copy = object.deepCopy();
    copy.withObject("metadata").put("uid", "u");
    change.accept(copy);
    return ObjectDraft.of(copy, SelectableFields.NONE).seal(7);
  }

  private static ObjectNode role() {
    return DefaultRoles.roles().get(BASIC);
  }

  private static ObjectNode binding() {
    return DefaultRoles.bindings().get(BASIC);
  }

  private static ObjectNode updated(List<Action> actions) {
    assertThat(actions).hasSize(1);
    return ((Action.Update) actions.getFirst()).body();
  }

  @Test
  void whatIsMissingIsMadeAndWhatIsWholeIsLeftAlone() {
    assertThat(RoleReconcile.role(role(), Optional.empty()))
        .singleElement()
        .isInstanceOf(Action.Create.class);
    assertThat(RoleReconcile.role(role(), Optional.of(stored(role(), object -> {})))).isEmpty();
    assertThat(RoleReconcile.binding(binding(), Optional.empty()))
        .singleElement()
        .isInstanceOf(Action.Create.class);
    assertThat(RoleReconcile.binding(binding(), Optional.of(stored(binding(), object -> {}))))
        .isEmpty();
  }

  @Test
  void rulesThatWereTakenAwayComeBackAndThoseThatWereAddedStay() {
    StoredObject changed =
        stored(
            role(),
            object -> {
              object.withArray("rules").remove(0);
              object
                  .withArray("rules")
                  .add(json("{'apiGroups':['x'],'resources':['y'],'verbs':['z']}"));
            });

    String rules =
        updated(RoleReconcile.role(role(), Optional.of(changed))).path("rules").toString();

    assertThat(rules).contains("selfsubjectreviews", "selfsubjectaccessreviews", "\"y\"");
  }

  @Test
  void labelsAndAnnotationsThatSomebodyHasSetStay() {
    StoredObject changed =
        stored(
            role(),
            object -> {
              object.withObject("/metadata/labels").removeAll().put("mine", "1");
              object.withObject("/metadata/annotations").put(RoleReconcile.AUTOUPDATE, "odd");
            });

    ObjectNode metadata =
        updated(RoleReconcile.role(role(), Optional.of(changed))).withObject("metadata");

    assertThat(metadata.at("/labels/mine").asText()).isEqualTo("1");
    assertThat(metadata.path("labels").path("kubernetes.io/bootstrapping").asText())
        .isEqualTo("rbac-defaults");
    assertThat(metadata.path("annotations").path(RoleReconcile.AUTOUPDATE).asText())
        .isEqualTo("odd");
  }

  @Test
  void whoSaysFalseKeepsThemAsTheyAre() {
    Consumer<ObjectNode> emptied =
        object -> {
          object.withObject("/metadata/annotations").put(RoleReconcile.AUTOUPDATE, "false");
          object.remove(List.of("rules", "subjects"));
        };
    assertThat(RoleReconcile.role(role(), Optional.of(stored(role(), emptied)))).isEmpty();
    assertThat(RoleReconcile.binding(binding(), Optional.of(stored(binding(), emptied)))).isEmpty();
  }

  @Test
  void subjectsThatWereTakenAwayComeBack() {
    StoredObject changed =
        stored(
            binding(),
            object ->
                object
                    .putArray("subjects")
                    .add(
                        json(
                            "{'kind':'User','name':'jane','apiGroup':'rbac.authorization.k8s.io'}")));

    String subjects =
        updated(RoleReconcile.binding(binding(), Optional.of(changed))).path("subjects").toString();

    assertThat(subjects).contains("jane", "system:authenticated");
  }

  @Test
  void aBindingToAnotherRoleIsMadeAnew() {
    StoredObject changed =
        stored(binding(), object -> object.withObject("roleRef").put("name", "cluster-admin"));

    assertThat(RoleReconcile.binding(binding(), Optional.of(changed)))
        .satisfiesExactly(
            first -> assertThat(first).isInstanceOf(Action.Delete.class),
            second -> assertThat(second).isInstanceOf(Action.Create.class));
  }

  @Test
  void anAggregatedRoleKeepsTheRulesThatItHasGathered() {
    ObjectNode admin = DefaultRoles.roles().get("admin");
    StoredObject gathered =
        stored(
            admin,
            object ->
                object
                    .putArray("rules")
                    .add(json("{'apiGroups':[''],'resources':['pods'],'verbs':['get']}")));

    assertThat(RoleReconcile.role(admin, Optional.of(gathered))).isEmpty();
    StoredObject plain = stored(admin, object -> object.remove("aggregationRule"));
    assertThat(updated(RoleReconcile.role(admin, Optional.of(plain))).path("aggregationRule"))
        .isEqualTo(admin.path("aggregationRule"));
  }

  private static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
