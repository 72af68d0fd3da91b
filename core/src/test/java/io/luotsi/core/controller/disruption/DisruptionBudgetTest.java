package io.luotsi.core.controller.disruption;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.controller.disruption.DisruptionBudget.Bounds;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DisruptionBudgetTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  /** Scale 10, pods there 7. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          'minAvailable': 3       | 7  | 3
          'minAvailable': '50%'   | 10 | 5
          'minAvailable': '51%'   | 10 | 6
          'maxUnavailable': 3     | 10 | 7
          'maxUnavailable': '25%' | 10 | 7
          'maxUnavailable': 30    | 10 | 0
          """)
  void boundsAreOfThePodsOrOfTheirControllersScale(String spec, int expected, int desired) {
    assertThat(Bounds.of(json("{" + spec + "}"), 10, 7)).isEqualTo(new Bounds(expected, desired));
  }

  private static ObjectNode status(Bounds bounds, int healthy) {
    return DisruptionBudget.status(
            json("{'metadata': {'generation': 2}}"), bounds, healthy, Map.of("p", NOW), NOW)
        .orElseThrow();
  }

  @Test
  void whatIsHealthyBeyondWhatIsWantedMayBeDisrupted() {
    ObjectNode budget = status(new Bounds(5, 3), 4);
    assertThat(budget.path("status").toString())
        .isEqualTo(
            "{\"currentHealthy\":4,\"desiredHealthy\":3,\"disruptionsAllowed\":1,"
                + "\"expectedPods\":5,\"disruptedPods\":{\"p\":\"2026-01-02T03:04:05Z\"},"
                + "\"observedGeneration\":2,\"conditions\":[{\"type\":\"DisruptionAllowed\","
                + "\"lastTransitionTime\":\"2026-01-02T03:04:05Z\",\"message\":\"\","
                + "\"reason\":\"SufficientPods\",\"status\":\"True\",\"observedGeneration\":2}]}");
    assertThat(
            DisruptionBudget.status(
                budget, new Bounds(5, 3), 4, Map.of("p", NOW), NOW.plusSeconds(9)))
        .isEmpty();
  }

  @Test
  void withoutPodsThatAreExpectedNothingMayBeDisrupted() {
    assertThat(status(new Bounds(0, 0), 4).at("/status/disruptionsAllowed").asInt()).isZero();
    assertThat(status(new Bounds(5, 4), 3).at("/status/disruptionsAllowed").asInt()).isZero();
    assertThat(status(new Bounds(5, 4), 3).at("/status/conditions/0/reason").asText())
        .isEqualTo("InsufficientPods");
  }

  @Test
  void anEmptySelectorIsAboutNoPod() {
    assertThat(DisruptionBudget.covers(json("{'spec': {'selector': {}}}"), Map.of("a", "b")))
        .isFalse();
    assertThat(
            DisruptionBudget.covers(
                json("{'spec': {'selector': {'matchLabels': {'a': 'b'}}}}"), Map.of("a", "b")))
        .isTrue();
  }
}
