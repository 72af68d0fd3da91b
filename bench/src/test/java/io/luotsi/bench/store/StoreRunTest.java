package io.luotsi.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreRunTest {
  @TempDir Path directory;

  private final List<String> progress = new ArrayList<>();

  private StoreReport run(StorePlan plan) throws Exception {
    Samples samples = StoreRun.run(plan, Optional.empty(), Optional.of(directory), progress::add);
    assertThat(directory).isEmptyDirectory();
    return StoreReport.of(plan, "nothing", List.of(0.0, 0.0), samples);
  }

  private static double median(StoreReport report, Measure measure) {
    return Optional.ofNullable(report.figures().get(measure.key()))
        .orElseThrow(() -> new AssertionError(measure + " in " + report.figures().keySet()))
        .sides()
        .get("luotsi")
        .median();
  }

  @Test
  void writesOfOneMemberAreMeasured() throws Exception {
    StoreReport report = run(new StorePlan(List.of(2), List.of(1), 1, 1, 0, 0, 0, Item.BYTES));
    assertThat(median(report, Measures.writes(2))).isGreaterThan(1);
    assertThat(median(report, Measures.p99(2)))
        .isGreaterThanOrEqualTo(median(report, Measures.p50(2)))
        .isPositive();
    assertThat(median(report, Measures.serverProcessor(2))).isPositive();
    assertThat(report.figures()).hasSize(5);
    assertThat(progress).hasSize(2);
  }

  @Test
  @Tag("faults")
  void everythingIsMeasured() throws Exception {
    StoreReport report =
        run(new StorePlan(List.of(4), List.of(1, 3), 2, 1, 2_500, 20, 1, Item.BYTES));
    Map<String, StoreReport.Figure> figures = report.figures();
    assertThat(figures).hasSize(2 * 5 + 3 + 2 + 3 + 3 + 2 + 4);
    assertThat(median(report, Measures.writes(4).with(3))).isGreaterThan(1);
    assertThat(median(report, Measures.RESIDENT)).isGreaterThan(10);
    assertThat(median(report, Measures.LIST_OBJECTS)).isGreaterThan(100);
    assertThat(median(report, Measures.WATCH_EVENTS)).isGreaterThan(100);
    assertThat(median(report, Measures.WATCH_P99)).isPositive();
    assertThat(median(report, Measures.START)).isGreaterThan(10);
    assertThat(median(report, Measures.LONGEST_BESIDE))
        .isGreaterThanOrEqualTo(median(report, Measures.P99_BESIDE));
    for (var way : LeaderLosses.Way.values()) {
      assertThat(median(report, Measures.lost(way, 0))).isGreaterThan(1);
      assertThat(median(report, Measures.lost(way, 2_500))).isGreaterThan(1);
    }
  }
}
