package io.luotsi.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoreReportTest {
  private static StoreReport report(Samples samples) {
    return StoreReport.of(StorePlan.QUICK, "etcd 3.4.23", List.of(0.5, 2.25), samples);
  }

  private static Samples writes(double luotsi, double etcd) {
    Samples samples = new Samples();
    samples.add(Side.LUOTSI, Measures.writes(500), luotsi);
    samples.add(Side.ETCD, Measures.writes(500), etcd);
    return samples;
  }

  @Test
  void theRatioIsOursByTheirs() {
    Samples samples = writes(30_000, 5_000);
    samples.add(Side.LUOTSI, Measures.writes(500), 10_000);
    samples.add(Side.LUOTSI, Measures.writes(500), 20_000);
    samples.add(Side.LUOTSI, Measures.p99(1).with(3), 3);
    samples.add(Side.ETCD, Measures.p99(1).with(3), 2);
    ObjectNode json = Json.objectOf(report(samples));
    assertThat(json.at("/ratio/writes_500").asDouble()).isEqualTo(4);
    assertThat(json.at("/ratio/p99_millis_1_members_3").asDouble()).isEqualTo(1.5);
    assertThat(json.at("/figures/writes_500/sides/luotsi/median").asDouble()).isEqualTo(20_000);
    assertThat(json.at("/figures/writes_500/sides/luotsi/worst").asDouble()).isEqualTo(10_000);
    assertThat(json.at("/figures/writes_500/sides/luotsi/samples")).hasSize(3);
    assertThat(json.at("/figures/writes_500/sides/etcd/median").asDouble()).isEqualTo(5_000);
    assertThat(json.at("/figures/p99_millis_1_members_3/sides/luotsi/worst").asDouble())
        .isEqualTo(3);
    assertThat(json.at("/settings/clients")).hasSize(3);
    assertThat(json.at("/settings/objectBytes").asInt()).isEqualTo(2_048);
    assertThat(json.at("/machine/cores").asInt()).isPositive();
    assertThat(json.at("/load/1").asDouble()).isEqualTo(2.25);
  }

  @Test
  void withoutAReferenceThereIsNoRatioAndNoGoal() {
    Samples samples = new Samples();
    samples.add(Side.LUOTSI, Measures.writes(500), 30_000);
    StoreReport alone = report(samples);
    assertThat(alone.ratio()).isEmpty();
    assertThat(alone.goals()).isEmpty();
    assertThat(alone.text()).containsPattern("500 clients +30,000 \\(30,000\\) +- +-");
  }

  @Test
  void goalsAreMetAtTheirLimitAndMissedBehindIt() {
    assertThat(report(writes(5, 1)).goals())
        .singleElement()
        .extracting(StoreReport.Goal::met)
        .isEqualTo(true);
    assertThat(report(writes(4.99, 1)).goals())
        .singleElement()
        .extracting(StoreReport.Goal::met)
        .isEqualTo(false);
    Samples latency = new Samples();
    latency.add(Side.LUOTSI, Measures.p99(1), 1.01);
    latency.add(Side.ETCD, Measures.p99(1), 1);
    assertThat(report(latency).goals())
        .singleElement()
        .extracting(StoreReport.Goal::met)
        .isEqualTo(false);
    assertThat(report(latency).text()).contains("MISSED p99 of a write at 1 client");
  }

  @Test
  void theTableHasEveryFigureOnce() {
    String text = report(writes(25_000, 4_000)).text();
    assertThat(text)
        .contains("against etcd 3.4.23", "load average 0.5 before, 2.25 after")
        .containsPattern("writes/s, 500 clients +25,000 \\(25,000\\) +4,000 \\(4,000\\) +6.25")
        .contains("met    writes/s at 500 clients: at least 5 times etcd's (ratio 6.25)");
  }

  @Test
  void mediansAreTheMiddleAndRoundingKeepsFourDigits() {
    assertThat(StoreReport.median(List.of(9.0, 1.0, 4.0))).isEqualTo(4);
    assertThat(StoreReport.median(List.of(1.0, 4.0))).isEqualTo(2.5);
    assertThat(StoreReport.rounded(123_456)).isEqualTo(123_500);
    assertThat(StoreReport.rounded(0.012_345_6)).isEqualTo(0.012_35);
    assertThat(StoreReport.rounded(0)).isZero();
  }
}
