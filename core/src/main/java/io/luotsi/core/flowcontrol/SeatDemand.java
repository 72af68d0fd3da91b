package io.luotsi.core.flowcontrol;

/**
 * How many seats a priority level's requests could use, as it changes over time: those that they
 * have, and those that they wait for. For one thread at a time; time comes in as an argument and
 * never runs back.
 *
 * @see "Source: apiserver pkg/util/flowcontrol/fairqueuing integrator.go"
 */
public final class SeatDemand {
  private static final double NANOS = 1e9;

  /**
   * The demand of a stretch of time.
   *
   * @param seconds how long it was; 0 if nothing can be said of its average
   * @param average weighted by time, in seats
   * @param deviation from the average: the root of the mean of its squares
   */
  public record Period(double seconds, double average, double deviation, int highest) {}

  private int seats;
  private int highest;
  private long since;
  private double seconds;
  private double seatSeconds;
  private double squareSeconds;

  public SeatDemand(long nanos) {
    this.since = nanos;
  }

  /** From now on it is so many. */
  public void set(int wanted, long nanos) {
    if (wanted != seats) {
      reach(nanos);
      seats = wanted;
      highest = Math.max(highest, wanted);
    }
  }

  private void reach(long nanos) {
    double passed = Math.max(0, nanos - since) / NANOS;
    since = nanos;
    seconds += passed;
    seatSeconds += passed * seats;
    squareSeconds += passed * seats * seats;
  }

  /** What has been since this was last asked, or the beginning. */
  public Period period(long nanos) {
    reach(nanos);
    double average = seconds > 0 ? seatSeconds / seconds : 0;
    double variance = seconds > 0 ? squareSeconds / seconds - average * average : 0;
    // Of a demand that hardly changes, rounding may leave less than nothing.
    Period period = new Period(seconds, average, Math.sqrt(Math.max(0, variance)), highest);
    seconds = 0;
    seatSeconds = 0;
    squareSeconds = 0;
    highest = seats;
    return period;
  }
}
