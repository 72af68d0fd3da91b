package io.luotsi.core.flowcontrol;

import io.luotsi.core.flowcontrol.FairShares.Claim;
import java.util.ArrayList;
import java.util.List;

/**
 * How many seats each priority level may use until it is asked again: those that some do not need
 * are lent to those that need more. A level that is not exempt keeps what it does not lend, and
 * gets back what it has used lately, up to its nominal limit; what then is left goes to all by
 * their demand. An exempt level takes what it needs, others' seats too. Pure.
 *
 * @see "Source: KEP-1040; apiserver pkg/util/flowcontrol apf_controller.go"
 */
public final class SeatLending {
  /** A level as it is asked about. */
  public record Level(boolean exempt, SeatLimits limits, DemandTrend demand) {
    /** What lending leaves it, whatever others want. */
    private int needs() {
      int wanted = exempt ? demand.highest() : Math.min(limits.nominal(), demand.highest());
      return Math.max(limits.lower(), wanted);
    }

    private double target() {
      return exempt ? needs() : Math.max(needs(), demand.smoothed());
    }
  }

  /**
   * @param limit seats that the level may use
   * @param target seats that it would have if there were just enough
   */
  public record Lent(int limit, double target) {}

  /**
   * @param fraction of its target that a level gets that has neither too little nor too much; 0
   *     when exempt levels leave too little for all the others to have what they need
   * @param levels in the order in which they were asked about
   */
  public record Adjustment(double fraction, List<Lent> levels) {
    public Adjustment {
      levels = List.copyOf(levels);
    }
  }

  private SeatLending() {}

  public static Adjustment adjust(List<Level> levels) {
    int seats = levels.stream().mapToInt(level -> level.limits.nominal()).sum();
    int left = seats - levels.stream().filter(Level::exempt).mapToInt(Level::needs).sum();
    List<Level> limited = levels.stream().filter(level -> !level.exempt).toList();
    int lower = limited.stream().mapToInt(level -> level.limits.lower()).sum();
    int needed = limited.stream().mapToInt(Level::needs).sum();
    if (left <= needed) {
      double share = left <= lower ? 0 : (double) (left - lower) / (needed - lower);
      return new Adjustment(0, levels.stream().map(level -> scarce(level, share)).toList());
    }
    // Of all seats, as upstream: what exempt levels use is not taken from the others before it
    // would cost them what they need.
    FairShares shares =
        FairShares.divide(
            seats,
            limited.stream()
                .map(level -> new Claim(level.needs(), level.limits.upper(), level.target()))
                .toList());
    List<Lent> lent = new ArrayList<>();
    int next = 0;
    for (Level level : levels) {
      int limit = level.exempt ? level.needs() : (int) Math.round(shares.parts().get(next++));
      lent.add(new Lent(limit, level.target()));
    }
    return new Adjustment(shares.fraction(), lent);
  }

  /**
   * @param share of what the level needs beyond what it does not lend
   */
  private static Lent scarce(Level level, double share) {
    int lower = level.limits.lower();
    int limit =
        level.exempt ? level.needs() : lower + (int) Math.round((level.needs() - lower) * share);
    return new Lent(limit, level.target());
  }
}
