package io.luotsi.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LatenciesTest {
  private static final long MILLI = 1_000_000;

  /** 1 ms, 2 ms, … in no order. */
  private static Latencies upTo(int millis) {
    Latencies latencies = new Latencies();
    for (int i = 0; i < millis; i++) {
      latencies.add((1 + (i * 7L) % millis) * MILLI);
    }
    return latencies;
  }

  @Test
  void percentilesAreTheNearestRank() {
    Latencies hundred = upTo(100);
    assertThat(hundred.percentileMillis(0.5)).isEqualTo(50);
    assertThat(hundred.percentileMillis(0.99)).isEqualTo(99);
    assertThat(hundred.percentileMillis(1)).isEqualTo(100);
    assertThat(upTo(3).percentileMillis(0.5)).isEqualTo(2);
    assertThat(upTo(1).percentileMillis(0.99)).isEqualTo(1);
  }

  @Test
  void allOfSeveralAreKept() {
    Latencies all = new Latencies();
    all.addAll(upTo(1_000));
    all.addAll(upTo(10));
    assertThat(all.count()).isEqualTo(1_010);
    assertThat(all.percentileMillis(1)).isEqualTo(1_000);
  }

  @Test
  void nothingHasNoPercentile() {
    assertThatThrownBy(() -> new Latencies().percentileMillis(0.5))
        .isInstanceOf(IllegalStateException.class);
  }
}
