package io.luotsi.core.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.flowcontrol.SeatLending.Adjustment;
import io.luotsi.core.flowcontrol.SeatLending.Lent;
import io.luotsi.core.flowcontrol.SeatLending.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who lends seats to whom. */
class SeatLendingTest {
  /** 500 seats as shares of 50, 100 and 5 divide them. */
  private static final int SEATS = 500;

  private static final SeatLimits HIGH = new SeatLimits(160, 80, 660);
  private static final SeatLimits LOW = new SeatLimits(320, 32, 820);
  private static final SeatLimits REST = new SeatLimits(20, 20, 520);

  private static Level wants(SeatLimits limits, int seats) {
    return new Level(false, limits, new DemandTrend(seats, seats, 0, seats));
  }

  private static Level exempt(int seats) {
    return new Level(true, new SeatLimits(0, 0, SEATS), new DemandTrend(seats, seats, 0, seats));
  }

  private static List<Integer> limits(Level... levels) {
    return SeatLending.adjust(List.of(levels)).levels().stream().map(Lent::limit).toList();
  }

  @Test
  void aBusyLevelBorrowsWhatAnIdleOneLends() {
    assertThat(limits(exempt(0), wants(HIGH, 400), wants(LOW, 0), wants(REST, 0)))
        .containsExactly(0, 442, 35, 22);
  }

  @Test
  void whoLendsGetsBackWhatItNeeds() {
    assertThat(limits(exempt(0), wants(HIGH, 600), wants(LOW, 200), wants(REST, 0)))
        .containsExactly(0, 280, 200, 20);
    assertThat(limits(exempt(0), wants(HIGH, 900), wants(LOW, 900), wants(REST, 900)))
        .containsExactly(0, 160, 320, 20);
  }

  @Test
  void nobodyBorrowsMoreThanItMay() {
    SeatLimits modest = new SeatLimits(160, 80, 200);

    assertThat(limits(exempt(0), wants(modest, 400), wants(LOW, 0), wants(REST, 0)))
        .containsExactly(0, 200, 185, 115);
  }

  @Test
  void anExemptLevelTakesWhatItNeedsAndTheOthersKeepWhatTheyDoNotLend() {
    assertThat(limits(exempt(600), wants(HIGH, 600), wants(LOW, 600), wants(REST, 600)))
        .containsExactly(600, 80, 32, 20);
    assertThat(limits(exempt(184), wants(HIGH, 600), wants(LOW, 600), wants(REST, 600)))
        .as("half of what they lend")
        .containsExactly(184, 120, 176, 20);
    assertThat(limits(exempt(288), wants(HIGH, 600), wants(LOW, 1), wants(REST, 600)))
        .containsExactly(288, 160, 32, 20);
  }

  @Test
  void anExemptLevelKeepsItsNominalSeatsUnlessItLendsThem() {
    Level keeps = new Level(true, new SeatLimits(40, 40, 540), DemandTrend.NONE);
    Level lends = new Level(true, new SeatLimits(40, 0, 540), DemandTrend.NONE);

    assertThat(limits(keeps, wants(REST, 0)).getFirst()).isEqualTo(40);
    assertThat(limits(lends, wants(REST, 0)).getFirst()).isZero();
  }

  @Test
  void limitsStayWithinBoundsAndAddUpToAllSeats() {
    Random random = new Random(7);
    for (int round = 0; round < 5_000; round++) {
      List<Level> levels = new ArrayList<>();
      int seats = 0;
      for (int i = random.nextInt(8); i >= 0; i--) {
        int nominal = random.nextInt(200);
        int lower = nominal - random.nextInt(nominal + 1);
        int demand = random.nextInt(400);
        seats += nominal;
        levels.add(
            new Level(
                false,
                new SeatLimits(nominal, lower, nominal + random.nextInt(600)),
                new DemandTrend(demand, demand, 0, random.nextInt(400))));
      }

      Adjustment adjusted = SeatLending.adjust(levels);

      int given = adjusted.levels().stream().mapToInt(Lent::limit).sum();
      assertThat(given).as("%s", levels).isBetween(seats - levels.size(), seats + levels.size());
      for (int i = 0; i < levels.size(); i++) {
        SeatLimits limits = levels.get(i).limits();
        int needs = Math.min(limits.nominal(), levels.get(i).demand().highest());
        assertThat(adjusted.levels().get(i).limit())
            .as("%s", levels)
            .isBetween(Math.max(limits.lower(), needs), limits.upper());
      }
    }
  }
}
