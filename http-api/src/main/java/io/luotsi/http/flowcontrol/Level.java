package io.luotsi.http.flowcontrol;

import io.luotsi.core.flowcontrol.DemandTrend;
import io.luotsi.core.flowcontrol.Hand;
import io.luotsi.core.flowcontrol.PriorityLevel;
import io.luotsi.core.flowcontrol.QueueSet;
import io.luotsi.core.flowcontrol.QueueSet.Arrival;
import io.luotsi.core.flowcontrol.QueueSet.Request;
import io.luotsi.core.flowcontrol.SeatDemand;
import io.luotsi.core.flowcontrol.SeatLending;
import io.luotsi.core.flowcontrol.SeatLimits;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The seats of a priority level, for any number of threads. */
final class Level {
  /** How a wait ends. */
  enum End {
    GO,
    TIME_OUT
  }

  /** The wait of one request; who says first how it ends is right. */
  static final class Wait extends CompletableFuture<End> {}

  /** What becomes of a request. */
  sealed interface Answer {
    /** It has its seats. */
    record Go(Request<Wait> request) implements Answer {}

    /**
     * @param ahead requests in its queue, itself included
     */
    record Queued(Request<Wait> request, int ahead) implements Answer {}

    record No(QueueSet.Refusal why) implements Answer {}
  }

  /** Also the lock of all that follows. */
  private final QueueSet<Wait> seats;

  private final SeatDemand demand = new SeatDemand(System.nanoTime());
  private PriorityLevel level;
  private SeatLimits limits;
  private DemandTrend trend = DemandTrend.NONE;
  private int exemptSeats;

  Level(PriorityLevel level, SeatLimits limits) {
    this.level = level;
    this.limits = limits;
    this.seats = new QueueSet<>(level.queuing(), limits.initial());
  }

  /** From now on it is described otherwise. What it may use now, {@link #lend} says next. */
  void describe(PriorityLevel newLevel, SeatLimits newLimits) {
    synchronized (seats) {
      level = newLevel;
      limits = newLimits;
    }
  }

  /** How much was asked of it since this was last asked. */
  SeatLending.Level review() {
    synchronized (seats) {
      trend = trend.after(demand.period(System.nanoTime()));
      return new SeatLending.Level(level.exempt(), limits, trend);
    }
  }

  /**
   * @param limit seats that it may use until it is told otherwise
   */
  void lend(int limit) {
    List<Request<Wait>> begun;
    synchronized (seats) {
      long now = System.nanoTime();
      begun = seats.change(level.queuing(), limit, now);
      demanded(now);
    }
    go(begun);
  }

  private void demanded(long now) {
    demand.set(exemptSeats + seats.demand(), now);
  }

  /**
   * A request of an exempt level begins, which waits for nobody, or ends.
   *
   * @param change of the seats that such requests have
   */
  void exempt(int change) {
    synchronized (seats) {
      exemptSeats += change;
      demanded(System.nanoTime());
    }
  }

  Answer ask(String schema, String flow, int wanted) {
    long hash = Hand.hash(schema, flow);
    Arrival<Wait> arrival;
    synchronized (seats) {
      long now = System.nanoTime();
      arrival = seats.arrive(new Wait(), hash, wanted, now);
      demanded(now);
    }
    return switch (arrival) {
      case Arrival.Begins<Wait>(Request<Wait> request) -> new Answer.Go(request);
      case Arrival.Waits<Wait>(Request<Wait> request, int ahead) ->
          new Answer.Queued(request, ahead);
      case Arrival.Refused<Wait>(QueueSet.Refusal why) -> new Answer.No(why);
    };
  }

  /** Gives a request's seats back. Once, and only of one that had them. */
  void end(Request<Wait> request) {
    List<Request<Wait>> begun;
    synchronized (seats) {
      long now = System.nanoTime();
      begun = seats.end(request, now);
      demanded(now);
    }
    go(begun);
  }

  /** A request has waited too long. */
  void giveUp(Request<Wait> request) {
    List<Request<Wait>> begun;
    synchronized (seats) {
      long now = System.nanoTime();
      // If it has begun, whoever began it learns that it was too late, and ends it.
      begun = seats.giveUp(request, now);
      demanded(now);
    }
    go(begun);
  }

  private void go(List<Request<Wait>> begun) {
    for (Request<Wait> request : begun) {
      if (!request.owner().complete(End.GO)) {
        end(request);
      }
    }
  }

  int seatsInUse() {
    synchronized (seats) {
      return seats.seatsInUse();
    }
  }
}
