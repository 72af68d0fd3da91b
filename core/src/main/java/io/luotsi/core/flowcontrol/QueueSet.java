package io.luotsi.core.flowcontrol;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The seats of one priority level, and who waits for them. A flow has a hand of the level's queues
 * and waits in the emptiest of these; when a seat is free, the queue goes on that has been served
 * least, measured in seats and time. So a flow that floods the level fills its own hand, and one
 * whose hand has any other queue is served as if the first were not there. For one thread at a
 * time; time comes in as an argument.
 *
 * <p>Fair queuing is by start times: a queue's next start is where its last request ended, in
 * seat-nanoseconds; a queue that comes back begins where the set is, so that nobody saves up
 * service. A request's time is guessed when it begins and put right when it ends.
 *
 * @param <T> what a caller knows a request by
 * @see "Source: apiserver pkg/util/flowcontrol/fairqueuing; Goyal, Vin, Chen: Start-time Fair
 *     Queuing, 1996"
 */
public final class QueueSet<T> {
  /** Upstream's guess. */
  private static final long GUESSED_NANOS = 3_000_000;

  /** Why a request is refused; the words are those of upstream's metrics. */
  public enum Refusal {
    CONCURRENCY_LIMIT("concurrency-limit"),
    QUEUE_FULL("queue-full"),
    TIME_OUT("time-out");

    private final String word;

    Refusal(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** What becomes of a request that arrives. */
  public sealed interface Arrival<T> {
    record Begins<T>(Request<T> request) implements Arrival<T> {}

    /**
     * @param ahead requests of its queue, itself included
     */
    record Waits<T>(Request<T> request, int ahead) implements Arrival<T> {}

    record Refused<T>(Refusal why) implements Arrival<T> {}
  }

  /** One that waits or is served. */
  public static final class Request<T> {
    private final T owner;
    private final int seats;
    private final long flow;
    private Queue<T> queue;
    private boolean waiting;
    private long began;

    private Request(T owner, int seats, long flow, Queue<T> queue) {
      this.owner = owner;
      this.seats = seats;
      this.flow = flow;
      this.queue = queue;
    }

    public T owner() {
      return owner;
    }

    public int seats() {
      return seats;
    }
  }

  private static final class Queue<T> {
    private final int index;
    private final Deque<Request<T>> waiting = new ArrayDeque<>();
    private int seatsInUse;
    private long start;

    Queue(int index) {
      this.index = index;
    }

    long load() {
      long seats = seatsInUse;
      for (Request<T> request : waiting) {
        seats += request.seats;
      }
      return seats;
    }
  }

  private Optional<PriorityLevel.Queuing> queuing;
  private int limit;
  private int seatsInUse;
  private int waiting;
  private int seatsWanted;

  /** Where the set is: the start of the request that began last. */
  private long now;

  /** Queues in which somebody waits or is served; the others need not exist. By index. */
  private final Map<Integer, Queue<T>> busy = new HashMap<>();

  /** Those in which somebody waits, in the order in which that began. */
  private final Map<Integer, Queue<T>> lined = new LinkedHashMap<>();

  /**
   * @param limit seats; none at all is allowed, and nobody is served then
   */
  public QueueSet(Optional<PriorityLevel.Queuing> queuing, int limit) {
    this.queuing = queuing;
    this.limit = limit;
  }

  public int limit() {
    return limit;
  }

  public int seatsInUse() {
    return seatsInUse;
  }

  public int waiting() {
    return waiting;
  }

  /** Seats that all who are here could use: those in use, and those that are waited for. */
  public int demand() {
    return seatsInUse + seatsWanted;
  }

  /**
   * @param flow hash of the flow, by which it gets its hand
   * @param wanted seats, at least 1; who wants more than there are gets all of them
   */
  public Arrival<T> arrive(T owner, long flow, int wanted, long nanos) {
    int seats = Math.max(1, Math.min(wanted, limit));
    if (queuing.isEmpty()) {
      if (!fits(seats)) {
        return new Arrival.Refused<>(Refusal.CONCURRENCY_LIMIT);
      }
      Request<T> request = new Request<>(owner, seats, flow, new Queue<>(0));
      begin(request, nanos);
      return new Arrival.Begins<>(request);
    }
    Queue<T> queue = emptiest(flow, queuing.get());
    Request<T> request = new Request<>(owner, seats, flow, queue);
    if (waiting == 0 && fits(seats)) {
      queue.start = Math.max(queue.start, now);
      begin(request, nanos);
      return new Arrival.Begins<>(request);
    }
    if (queue.waiting.size() >= queuing.get().lengthLimit()) {
      return new Arrival.Refused<>(Refusal.QUEUE_FULL);
    }
    line(request, queue);
    return new Arrival.Waits<>(request, queue.waiting.size());
  }

  private void line(Request<T> request, Queue<T> queue) {
    if (queue.waiting.isEmpty()) {
      queue.start = Math.max(queue.start, now);
      lined.put(queue.index, queue);
    }
    request.queue = queue;
    request.waiting = true;
    queue.waiting.add(request);
    busy.put(queue.index, queue);
    waiting++;
    seatsWanted += request.seats;
  }

  /**
   * A request has been served: its seats are free.
   *
   * @return those that begin now, in order
   */
  public List<Request<T>> end(Request<T> request, long nanos) {
    Queue<T> queue = request.queue;
    seatsInUse -= request.seats;
    queue.seatsInUse -= request.seats;
    queue.start += request.seats * (nanos - request.began - GUESSED_NANOS);
    forgetIfIdle(queue);
    return dispatch(nanos);
  }

  /**
   * A request waits no longer. Nothing changes if it has begun in the meantime.
   *
   * @return those that begin now: behind one that wants many seats there may be some that want few
   */
  public List<Request<T>> giveUp(Request<T> request, long nanos) {
    if (!request.waiting) {
      return List.of();
    }
    request.waiting = false;
    request.queue.waiting.remove(request);
    waiting--;
    seatsWanted -= request.seats;
    leftLine(request.queue);
    return dispatch(nanos);
  }

  /**
   * Goes on by other rules. Who waits is dealt into the new queues, in order and however long they
   * get; who waits when there are no queues any more waits for the next seat all the same.
   *
   * @return those that begin now
   */
  public List<Request<T>> change(
      Optional<PriorityLevel.Queuing> newQueuing, int newLimit, long nanos) {
    limit = newLimit;
    if (!newQueuing.equals(queuing)) {
      List<Request<T>> all = new ArrayList<>(waiting);
      lined.values().forEach(queue -> all.addAll(queue.waiting));
      lined.clear();
      busy.clear();
      waiting = 0;
      seatsWanted = 0;
      queuing = newQueuing;
      PriorityLevel.Queuing hands = newQueuing.orElse(new PriorityLevel.Queuing(1, 1, 0));
      all.forEach(request -> line(request, emptiest(request.flow, hands)));
    }
    return dispatch(nanos);
  }

  private List<Request<T>> dispatch(long nanos) {
    List<Request<T>> begun = new ArrayList<>(1);
    while (waiting > 0) {
      Queue<T> next = leastServed();
      Request<T> request = next.waiting.element();
      if (!fits(request.seats)) {
        break;
      }
      next.waiting.remove();
      request.waiting = false;
      waiting--;
      seatsWanted -= request.seats;
      begin(request, nanos);
      leftLine(next);
      begun.add(request);
    }
    return begun;
  }

  private boolean fits(int seats) {
    return limit > 0 && (seatsInUse == 0 || seatsInUse + seats <= limit);
  }

  private void begin(Request<T> request, long nanos) {
    Queue<T> queue = request.queue;
    request.began = nanos;
    seatsInUse += request.seats;
    queue.seatsInUse += request.seats;
    now = Math.max(now, queue.start);
    queue.start += request.seats * GUESSED_NANOS;
    if (queuing.isPresent()) {
      busy.put(queue.index, queue);
    }
  }

  /** Of those that were served equally, the one that has waited for its turn longest. */
  private Queue<T> leastServed() {
    Queue<T> least = lined.values().iterator().next();
    for (Queue<T> queue : lined.values()) {
      if (queue.start < least.start) {
        least = queue;
      }
    }
    return least;
  }

  /** After its turn a queue goes to the end of the line, or leaves it. */
  private void leftLine(Queue<T> queue) {
    lined.remove(queue.index, queue);
    if (!queue.waiting.isEmpty()) {
      lined.put(queue.index, queue);
    }
    forgetIfIdle(queue);
  }

  private void forgetIfIdle(Queue<T> queue) {
    if (queue.waiting.isEmpty() && queue.seatsInUse == 0) {
      busy.remove(queue.index, queue);
    }
  }

  private Queue<T> emptiest(long flow, PriorityLevel.Queuing hands) {
    int[] hand = Hand.deal(flow, hands.queues(), hands.handSize());
    int best = hand[0];
    long least = Long.MAX_VALUE;
    for (int index : hand) {
      Queue<T> queue = busy.get(index);
      long load = queue == null ? 0 : queue.load();
      if (load < least) {
        least = load;
        best = index;
      }
    }
    Queue<T> queue = busy.get(best);
    return queue == null ? new Queue<>(best) : queue;
  }
}
