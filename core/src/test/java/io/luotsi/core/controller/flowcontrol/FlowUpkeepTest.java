package io.luotsi.core.controller.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.flowcontrol.DefaultFlows;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is made of the default objects, and what of what somebody has made of them. */
class FlowUpkeepTest {
  private static final GroupVersionResource LEVELS = Resources.PRIORITY_LEVELS;
  private static final String SHARES = "nominalConcurrencyShares";

  private static StoredObject stored(ObjectNode object, Consumer<ObjectNode> change) {
    ObjectNode copy = object.deepCopy();
    copy.withObject("metadata").put("uid", "u").put("generation", 1);
    change.accept(copy);
    copy.withObject("metadata").put("resourceVersion", "7");
    return StoredObject.parse(Json.write(copy), SelectableFields.NONE);
  }

  private static ObjectNode updated(List<Action> actions) {
    assertThat(actions).singleElement().isInstanceOf(Action.Update.class);
    return ((Action.Update) actions.getFirst()).body();
  }

  private static void annotate(ObjectNode object, String value) {
    object.withObject("metadata").withObject("annotations").put(FlowUpkeep.AUTOUPDATE, value);
  }

  private static void shares(ObjectNode level, int number) {
    level.withObject("spec").withObject("limited").put(SHARES, number);
  }

  @Test
  void whatIsNotThereIsMade() {
    List<Action> actions = FlowUpkeep.keep(LEVELS, "catch-all", Optional.empty());

    assertThat(actions).singleElement().isInstanceOf(Action.Create.class);
    ObjectNode body = ((Action.Create) actions.getFirst()).body();
    assertThat(body.at("/spec/limited/limitResponse/type").asText()).isEqualTo("Reject");
    assertThat(body.at("/metadata/annotations").path(FlowUpkeep.AUTOUPDATE).asText())
        .isEqualTo("true");
  }

  @Test
  void aMandatoryObjectIsPutBackWhateverItSays() {
    StoredObject changed =
        stored(
            DefaultFlows.MANDATORY_LEVELS.get("catch-all"),
            level -> {
              annotate(level, "false");
              shares(level, 99);
            });

    ObjectNode body = updated(FlowUpkeep.keep(LEVELS, "catch-all", Optional.of(changed)));
    assertThat(body.at("/spec/limited/" + SHARES).asInt()).isEqualTo(5);
    assertThat(body.at("/metadata/annotations").path(FlowUpkeep.AUTOUPDATE).asText())
        .isEqualTo("true");
  }

  @Test
  void theExemptLevelsSharesAreForTheOperatorToSay() {
    StoredObject changed =
        stored(
            DefaultFlows.MANDATORY_LEVELS.get("exempt"),
            level -> {
              annotate(level, "true");
              level.withObject("spec").withObject("exempt").put(SHARES, 20);
            });

    assertThat(FlowUpkeep.keep(LEVELS, "exempt", Optional.of(changed))).isEmpty();
  }

  @Test
  void aSuggestedObjectIsPutBackUnlessItsAnnotationSaysNo() {
    ObjectNode wanted = DefaultFlows.SUGGESTED_LEVELS.get("workload-low");
    StoredObject left =
        stored(
            wanted,
            level -> {
              annotate(level, "false");
              shares(level, 99);
            });
    StoredObject updates =
        stored(
            wanted,
            level -> {
              annotate(level, "true");
              shares(level, 99);
            });

    assertThat(FlowUpkeep.keep(LEVELS, "workload-low", Optional.of(left))).isEmpty();
    ObjectNode body = updated(FlowUpkeep.keep(LEVELS, "workload-low", Optional.of(updates)));
    assertThat(body.at("/spec/limited/" + SHARES).asInt()).isEqualTo(100);
  }

  @Test
  void whoSaysNothingHasChangedItIfItsGenerationSaysSo() {
    ObjectNode wanted = DefaultFlows.SUGGESTED_LEVELS.get("workload-low");
    StoredObject changed =
        stored(
            wanted,
            level -> {
              level.withObject("metadata").put("generation", 2);
              shares(level, 99);
            });

    ObjectNode body = updated(FlowUpkeep.keep(LEVELS, "workload-low", Optional.of(changed)));
    assertThat(body.at("/spec/limited/" + SHARES).asInt()).isEqualTo(99);
    assertThat(body.at("/metadata/annotations").path(FlowUpkeep.AUTOUPDATE).asText())
        .isEqualTo("false");
  }

  @Test
  void aSchemaSaysWhetherItsLevelIsThere() {
    Instant now = Instant.parse("2026-01-02T03:04:05Z");
    StoredObject schema = stored(DefaultFlows.SUGGESTED_SCHEMAS.get("probes"), object -> {});

    Action.Patch patch = (Action.Patch) FlowUpkeep.condition(schema, false, now).getFirst();
    assertThat(patch.patch().at("/status/conditions/0").toString())
        .isEqualTo(
            "{\"type\":\"Dangling\",\"status\":\"True\",\"reason\":\"NotFound\",\"message\":"
                + "\"This FlowSchema references the PriorityLevelConfiguration object named"
                + " \\\"exempt\\\" but there is no such object\",\"lastTransitionTime\":"
                + "\"2026-01-02T03:04:05Z\"}");
    StoredObject told =
        stored(
            DefaultFlows.SUGGESTED_SCHEMAS.get("probes"),
            object -> object.set("status", patch.patch().path("status")));
    assertThat(FlowUpkeep.condition(told, false, now.plusSeconds(9))).isEmpty();
    assertThat(FlowUpkeep.condition(told, true, now.plusSeconds(9))).hasSize(1);
  }

  @Test
  void defaultsAreKnownByName() {
    assertThat(FlowUpkeep.isDefault(Resources.FLOW_SCHEMAS, "probes")).isTrue();
    assertThat(FlowUpkeep.isDefault(LEVELS, "probes")).isFalse();
  }
}
