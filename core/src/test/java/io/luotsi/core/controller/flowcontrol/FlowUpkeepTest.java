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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  private static void annotate(ObjectNode object, String value) {
    object.withObject("metadata").withObject("annotations").put(FlowUpkeep.AUTOUPDATE, value);
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

  /**
   * What becomes of a level of these shares, annotated so (or not at all) and of that generation.
   *
   * @param kept the shares and the annotation that it is given; empty if it is left as it is
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # mandatory: always put back
          catch-all    | true  | 1 | 5   |
          catch-all    | true  | 2 | 99  | 5 true
          catch-all    | false | 1 | 5   | 5 true
          catch-all    | false | 1 | 99  | 5 true
          catch-all    |       | 1 | 99  | 5 true
          catch-all    |       | 2 | 99  | 5 true
          # suggested: put back unless the annotation says no
          workload-low | true  | 1 | 100 |
          workload-low | true  | 2 | 99  | 100 true
          workload-low | false | 1 | 99  |
          workload-low | false | 2 | 99  |
          # who says nothing has changed it if its generation says so
          workload-low |       | 1 | 99  | 100 true
          workload-low |       | 1 | 100 | 100 true
          workload-low |       | 2 | 99  | 99 false
          """)
  void aDefaultLevelIsPutBackOrLeft(
      String name, @Nullable String annotation, int generation, int shares, @Nullable String kept) {
    ObjectNode byDefault =
        DefaultFlows.MANDATORY_LEVELS.getOrDefault(name, DefaultFlows.SUGGESTED_LEVELS.get(name));
    StoredObject found =
        stored(
            byDefault,
            level -> {
              level.withObject("metadata").put("generation", generation);
              level.withObject("spec").withObject("limited").put(SHARES, shares);
              if (annotation != null) {
                annotate(level, annotation);
              }
            });

    assertThat(FlowUpkeep.keep(LEVELS, name, Optional.of(found)))
        .extracting(FlowUpkeepTest::updated)
        .isEqualTo(kept == null ? List.of() : List.of(kept));
  }

  private static String updated(Action action) {
    ObjectNode body = ((Action.Update) action).body();
    return body.at("/spec/limited/" + SHARES).asInt()
        + " "
        + body.at("/metadata/annotations").path(FlowUpkeep.AUTOUPDATE).asText();
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
