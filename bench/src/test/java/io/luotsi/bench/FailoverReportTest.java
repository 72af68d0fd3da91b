package io.luotsi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FailoverReportTest {
  private static final FailoverReport.Settings SETTINGS =
      new FailoverReport.Settings(3, List.of("node-1", "node-2", "node-3", "shared"), 50, 10);

  private static Round round(long nextWrite, String... broken) {
    Map<Measure, Long> millis = Map.of(Measure.NEXT_WRITE, nextWrite);
    return new Round("node-1", millis, 100, 2, 1, List.of(broken));
  }

  @Test
  void medianAndWorstAreOfWhatWasMeasured() {
    assertThat(Round.summarise(List.of(round(900), round(300), round(500))))
        .containsExactlyEntriesOf(Map.of(Measure.NEXT_WRITE, new Round.Summary(500, 900)));
    assertThat(Round.summarise(List.of(round(1), round(2))))
        .containsEntry(Measure.NEXT_WRITE, new Round.Summary(2, 2));
    assertThat(Round.summarise(List.of())).isEmpty();
  }

  @Test
  void anAcknowledgedWriteProvesThatSomebodyLedWhoHadStood() {
    Map<Measure, Long> seen =
        Map.of(
            Measure.STANDS, 500L,
            Measure.LEADS, 450L,
            Measure.NEXT_WRITE, 420L,
            Measure.NEXT_SHARED_WRITE, 400L,
            Measure.NOT_READY, 3_000L);
    assertThat(Round.inOrder(seen))
        .containsEntry(Measure.STANDS, 400L)
        .containsEntry(Measure.LEADS, 400L)
        .containsEntry(Measure.NEXT_WRITE, 420L)
        .containsEntry(Measure.NOT_READY, 3_000L);
    assertThat(Round.inOrder(Map.of(Measure.STANDS, 100L, Measure.LEADS, 300L)))
        .containsExactlyInAnyOrderEntriesOf(Map.of(Measure.STANDS, 100L, Measure.LEADS, 300L));
    assertThat(Round.inOrder(Map.of(Measure.NEXT_WRITE, 200L, Measure.LEADS, 150L)))
        .containsEntry(Measure.STANDS, 150L);
    assertThat(Round.inOrder(Map.of())).isEmpty();
  }

  @Test
  void jsonHasEveryFigure() {
    FailoverReport report =
        FailoverReport.of(SETTINGS, List.of(round(900), round(300)), List.of(round(7)));
    ObjectNode json = Json.objectOf(report);
    assertThat(json.at("/kills/count").asInt()).isEqualTo(2);
    assertThat(json.at("/kills/summary/nextWrite/worst").asLong()).isEqualTo(900);
    assertThat(json.at("/kills/rounds/1/millis/nextWrite").asLong()).isEqualTo(300);
    assertThat(json.at("/pauses/rounds/0/acknowledged").asLong()).isEqualTo(100);
    assertThat(json.at("/machine/cores").asInt()).isPositive();
    assertThat(json.at("/settings/pauseSeconds").asLong()).isEqualTo(10);
    assertThat(json.path("broken")).isEmpty();
  }

  @Test
  void textSaysWhatHeldAndWhatDidNot() {
    String held = FailoverReport.of(SETTINGS, List.of(round(900)), List.of()).text();
    assertThat(held)
        .contains("1 kills", "0 pauses", "every acknowledged write is there")
        .containsPattern("next acknowledged write at a living member +900 +900 +- +-");
    String broken = FailoverReport.of(SETTINGS, List.of(round(9, "lost x")), List.of()).text();
    assertThat(broken).contains("BROKEN PROMISES", "  lost x").doesNotContain("every acknowledged");
  }
}
