package io.luotsi.core.flowcontrol;

import java.util.Optional;

/**
 * Between what a priority level's limit moves. All in seats, none negative.
 *
 * @param nominal its part of the server's seats
 * @param lower what it never lends
 * @param upper what it may have at most, with all that it borrows
 * @see "Source: KEP-1040"
 */
public record SeatLimits(int nominal, int lower, int upper) {
  private static final double PERCENT = 100;

  /** Most seats that one request takes anywhere. */
  private static final int MOST_SEATS = 10;

  private static final double WIDEST = 0.15;

  /**
   * @param seats of the server: what a level borrows at most if it does not say
   */
  static SeatLimits of(int nominal, PriorityLevel.Lending lending, int seats) {
    int borrowing =
        lending.borrowing().isPresent() ? part(nominal, lending.borrowing().getAsInt()) : seats;
    return new SeatLimits(
        nominal, nominal - part(nominal, lending.lendable()), nominal + borrowing);
  }

  private static int part(int nominal, int percent) {
    return (int) Math.round(nominal * (percent / PERCENT));
  }

  /** What a level begins with: half of what it lends is lent. */
  public int initial() {
    return nominal - (nominal - lower) / 2;
  }

  /**
   * Most seats that one request takes: where there are queues, little enough of the nominal limit
   * that a hand of requests fits in.
   *
   * @see "Source: apiserver pkg/util/flowcontrol max_seats.go"
   */
  public int widest(Optional<PriorityLevel.Queuing> queuing) {
    return queuing
        .map(hands -> Math.min((int) Math.ceil(nominal * WIDEST), nominal / hands.handSize()))
        .map(seats -> Math.clamp(seats, 1, MOST_SEATS))
        .orElse(MOST_SEATS);
  }
}
