package io.luotsi.core.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.luotsi.core.flowcontrol.SeatDemand.Period;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What is remembered of the seats that requests wanted. */
class SeatDemandTest {
  private static final long SECOND = 1_000_000_000;
  private static final Offset<Double> ROUNDING = within(1e-9);

  @Test
  void demandIsWeightedByTheTimeItLasted() {
    SeatDemand demand = new SeatDemand(5 * SECOND);
    demand.set(8, 8 * SECOND); // 0 for 3 s, then 8 for 1 s
    Period period = demand.period(9 * SECOND);

    assertThat(period.seconds()).isEqualTo(4, ROUNDING);
    assertThat(period.average()).isEqualTo(2, ROUNDING);
    assertThat(period.deviation()).isEqualTo(Math.sqrt(12), ROUNDING);
    assertThat(period.highest()).isEqualTo(8);
  }

  @Test
  void aPeriodBeginsWithWhatTheLastOneEndedWith() {
    SeatDemand demand = new SeatDemand(0);
    demand.set(9, SECOND);
    demand.set(3, 2 * SECOND);
    demand.period(3 * SECOND);

    assertThat(demand.period(4 * SECOND)).isEqualTo(new Period(1, 3, 0, 3));
    assertThat(demand.period(4 * SECOND)).isEqualTo(new Period(0, 0, 0, 3));
  }

  @Test
  void theTrendRisesAtOnceAndHalfOfItIsGoneInFiveMinutes() {
    DemandTrend trend = DemandTrend.NONE.after(new Period(10, 90, 10, 130));
    assertThat(trend).isEqualTo(new DemandTrend(130, 90, 10, 100));

    for (int i = 0; i < 30; i++) {
      trend = trend.after(new Period(10, 0, 0, 0));
    }
    assertThat(trend.smoothed()).isBetween(49.0, 50.0);
    assertThat(trend.highest()).isZero();
  }

  @Test
  void aPeriodWithoutTimeOnlyHasAHighestDemand() {
    DemandTrend trend = new DemandTrend(1, 2, 3, 4).after(new Period(0, 0, 0, 7));

    assertThat(trend).isEqualTo(new DemandTrend(7, 2, 3, 4));
  }
}
