package io.luotsi.core.controller.garbage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.OwnerReference;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.garbage.GarbageRules.Item;
import io.luotsi.core.controller.garbage.GarbageRules.OwnerState;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GarbageRulesTest {
  private static final GroupVersionResource MAPS = GroupVersionResource.of("v1", "configmaps");

  private static Item item(String name, String metadata, String... owners) {
    String json =
        "{'metadata':{'name':'%s','namespace':'ns','uid':'%s'%s}}"
            .formatted(name, name, metadata)
            .replace('\'', '"');
    ObjectNode object = Json.readObject(json.getBytes(StandardCharsets.UTF_8));
    for (String owner : owners) {
      object
          .withObject("/metadata")
          .withArray("ownerReferences")
          .addObject()
          .put("apiVersion", "v1")
          .put("kind", "ConfigMap")
          .put("name", owner)
          .put("uid", owner)
          .put("blockOwnerDeletion", true);
    }
    return new Item(MAPS, ObjectDraft.of(object, SelectableFields.NONE).seal(5));
  }

  private static Map<OwnerReference, OwnerState> states(Item item, String words) {
    Map<OwnerReference, OwnerState> states = new LinkedHashMap<>();
    String[] each = words.split(" ");
    for (int i = 0; i < each.length; i++) {
      states.put(item.object().owners().get(i), OwnerState.valueOf(each[i]));
    }
    return states;
  }

  private static String say(List<Action> actions) {
    return String.join(
        "; ",
        actions.stream()
            .map(
                action ->
                    action instanceof Action.Delete delete
                        ? "delete " + delete.options().propagation().orElseThrow()
                        : "keep "
                            + ((Action.Patch) action)
                                .patch()
                                .at("/metadata/ownerReferences")
                                .findValuesAsText("uid"))
            .toList());
  }

  @ParameterizedTest
  @CsvSource({
    "SOLID SOLID, false, ''",
    "SOLID DANGLING, false, keep [a]",
    "DANGLING SOLID, false, keep [b]",
    "SOLID WAITING, false, keep [a]",
    "DANGLING DANGLING, false, delete BACKGROUND",
    "DANGLING DANGLING, true, delete BACKGROUND",
    "WAITING DANGLING, false, delete BACKGROUND",
    "WAITING DANGLING, true, delete FOREGROUND",
    "WAITING WAITING, true, delete FOREGROUND",
  })
  void anObjectGoesWhenNoOwnerKeepsIt(String owners, boolean hasDependents, String expected) {
    Item item = item("x", "", "a", "b");
    List<Item> dependents = hasDependents ? List.of(item("y", "", "x")) : List.of();

    assertThat(say(GarbageRules.collect(item, states(item, owners), dependents)))
        .isEqualTo(expected);
  }

  @Test
  void itsOwnFinalizersSayHowItGoes() {
    Item foreground = item("x", ",'finalizers':['foregroundDeletion']", "a");
    Item orphan = item("x", ",'finalizers':['orphan']", "a");

    assertThat(say(GarbageRules.collect(foreground, states(foreground, "DANGLING"), List.of())))
        .isEqualTo("delete FOREGROUND");
    assertThat(say(GarbageRules.collect(orphan, states(orphan, "DANGLING"), List.of())))
        .isEqualTo("delete ORPHAN");
  }

  @Test
  void aCircleOfWaitingObjectsIsBroken() {
    Item item = item("x", "", "a");
    Item waiting =
        item(
            "a",
            ",'deletionTimestamp':'2026-01-01T00:00:00Z','finalizers':['foregroundDeletion']",
            "x");

    List<Action> actions = GarbageRules.collect(item, states(item, "WAITING"), List.of(waiting));

    assertThat(actions).hasSize(2);
    assertThat(((Action.Patch) actions.getFirst()).patch().toString())
        .contains("\"blockOwnerDeletion\":false");
  }

  @Test
  void aForegroundOwnerIsFreeWhenNothingBlocksIt() {
    Item owner = item("x", ",'finalizers':['keep','foregroundDeletion']");

    assertThat(GarbageRules.foreground(owner, List.of(item("y", "", "x")))).isEmpty();
    assertThat(GarbageRules.foreground(owner, List.of()))
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Patch.class,
            patch ->
                assertThat(patch.patch().toString())
                    .isEqualTo(
                        "{\"metadata\":{\"uid\":\"x\",\"resourceVersion\":\"5\","
                            + "\"finalizers\":[\"keep\"]}}"));
  }
}
