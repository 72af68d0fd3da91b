package io.luotsi.core.flowcontrol;

/**
 * What is known of a priority level's demand for seats, from one adjustment to the next.
 *
 * @param highest of the last period
 * @param average of the last period
 * @param deviation of the last period
 * @param smoothed rises with demand at once and sinks after it slowly
 * @see "Source: KEP-1040; apiserver pkg/util/flowcontrol apf_controller.go"
 */
public record DemandTrend(int highest, double average, double deviation, double smoothed) {
  /** Nothing has been asked for. */
  public static final DemandTrend NONE = new DemandTrend(0, 0, 0, 0);

  /** How much of it stays in each period: with one each ten seconds, half of it in five minutes. */
  private static final double KEPT = 0.977;

  /** With another period. One that took no time has a highest demand and says nothing else. */
  public DemandTrend after(SeatDemand.Period period) {
    if (period.seconds() <= 0) {
      return new DemandTrend(period.highest(), average, deviation, smoothed);
    }
    double envelope = period.average() + period.deviation();
    return new DemandTrend(
        period.highest(),
        period.average(),
        period.deviation(),
        Math.max(envelope, KEPT * smoothed + (1 - KEPT) * envelope));
  }
}
