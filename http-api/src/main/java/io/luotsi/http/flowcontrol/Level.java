package io.luotsi.http.flowcontrol;

import io.luotsi.core.flowcontrol.Hand;
import io.luotsi.core.flowcontrol.PriorityLevel;
import io.luotsi.core.flowcontrol.QueueSet;
import io.luotsi.core.flowcontrol.QueueSet.Arrival;
import io.luotsi.core.flowcontrol.QueueSet.Request;
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

  private final QueueSet<Wait> seats;

  Level(PriorityLevel level, int limit) {
    this.seats = new QueueSet<>(level.queuing(), limit);
  }

  void change(PriorityLevel level, int limit) {
    List<Request<Wait>> begun;
    synchronized (seats) {
      begun = seats.change(level.queuing(), limit, System.nanoTime());
    }
    go(begun);
  }

  Answer ask(String schema, String flow, int wanted) {
    long hash = Hand.hash(schema, flow);
    Arrival<Wait> arrival;
    synchronized (seats) {
      arrival = seats.arrive(new Wait(), hash, wanted, System.nanoTime());
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
      begun = seats.end(request, System.nanoTime());
    }
    go(begun);
  }

  /** A request has waited too long. */
  void giveUp(Request<Wait> request) {
    synchronized (seats) {
      // If it has begun, whoever began it learns that it was too late, and ends it.
      seats.giveUp(request);
    }
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
