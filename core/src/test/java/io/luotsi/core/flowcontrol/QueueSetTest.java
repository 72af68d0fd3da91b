package io.luotsi.core.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.flowcontrol.PriorityLevel.Queuing;
import io.luotsi.core.flowcontrol.QueueSet.Arrival;
import io.luotsi.core.flowcontrol.QueueSet.Refusal;
import io.luotsi.core.flowcontrol.QueueSet.Request;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who is served, who waits, and who is refused. */
class QueueSetTest {
  private static final long MILLI = 1_000_000;
  private static final long ELEPHANT = Hand.hash("s", "elephant");

  private static QueueSet<String> queued(int queues, int hand, int length, int limit) {
    return new QueueSet<>(Optional.of(new Queuing(queues, hand, length)), limit);
  }

  private static List<String> owners(List<Request<String>> requests) {
    return requests.stream().map(Request::owner).toList();
  }

  private static Request<String> begun(Arrival<String> arrival) {
    assertThat(arrival).isInstanceOf(Arrival.Begins.class);
    return ((Arrival.Begins<String>) arrival).request();
  }

  private static Request<String> waiting(Arrival<String> arrival) {
    assertThat(arrival).isInstanceOf(Arrival.Waits.class);
    return ((Arrival.Waits<String>) arrival).request();
  }

  @Test
  void withoutQueuesWhoFindsNoSeatIsRefused() {
    QueueSet<String> set = new QueueSet<>(Optional.empty(), 2);
    Request<String> first = begun(set.arrive("a", 1, 1, 0));
    begun(set.arrive("b", 1, 1, 0));

    assertThat(set.arrive("c", 1, 1, 0))
        .isEqualTo(new Arrival.Refused<>(Refusal.CONCURRENCY_LIMIT));
    assertThat(set.end(first, MILLI)).isEmpty();
    begun(set.arrive("d", 1, 1, 0));
  }

  @Test
  void aQueueServesInOrderAndRefusesWhenItIsFull() {
    QueueSet<String> set = queued(1, 1, 2, 1);
    Request<String> first = begun(set.arrive("a", 1, 1, 0));
    waiting(set.arrive("b", 1, 1, 0));
    waiting(set.arrive("c", 1, 1, 0));

    assertThat(set.arrive("d", 1, 1, 0)).isEqualTo(new Arrival.Refused<>(Refusal.QUEUE_FULL));
    List<Request<String>> next = set.end(first, MILLI);
    assertThat(owners(next)).containsExactly("b");
    assertThat(owners(set.end(next.getFirst(), MILLI))).containsExactly("c");
  }

  @Test
  void whoWantsManySeatsAndGivesUpLetsThoseBeginWhoWantFew() {
    QueueSet<String> set = queued(1, 1, 4, 3);
    begun(set.arrive("a", 1, 1, 0));
    Request<String> wide = waiting(set.arrive("wide", 1, 3, 0));
    waiting(set.arrive("b", 1, 1, 0));
    waiting(set.arrive("c", 1, 1, 0));
    waiting(set.arrive("d", 1, 1, 0));

    assertThat(owners(set.giveUp(wide, MILLI))).containsExactly("b", "c");
    assertThat(set.seatsInUse()).isEqualTo(3);
    assertThat(set.waiting()).isEqualTo(1);
  }

  @Test
  void whoGivesUpLeavesItsPlaceAndWhoHasBegunCannot() {
    QueueSet<String> set = queued(1, 1, 1, 1);
    Request<String> first = begun(set.arrive("a", 1, 1, 0));
    Request<String> second = waiting(set.arrive("b", 1, 1, 0));

    assertThat(set.giveUp(second, 0)).isEmpty();
    assertThat(set.waiting()).isZero();
    Request<String> third = waiting(set.arrive("c", 1, 1, 0));
    assertThat(owners(set.end(first, MILLI))).containsExactly("c");
    assertThat(set.giveUp(third, MILLI)).isEmpty();
    assertThat(set.seatsInUse()).isEqualTo(1);
    assertThat(set.end(third, MILLI)).isEmpty();
    assertThat(set.seatsInUse()).isZero();
  }

  @Test
  void aWideRequestWaitsForAllItsSeatsAndGetsNoMoreThanThereAre() {
    QueueSet<String> set = queued(8, 2, 10, 4);
    Request<String> narrow = begun(set.arrive("narrow", 1, 1, 0));
    Request<String> wide = waiting(set.arrive("wide", 2, 10, 0));
    waiting(set.arrive("behind", 3, 1, 0));

    assertThat(wide.seats()).isEqualTo(4);
    assertThat(owners(set.end(narrow, MILLI))).containsExactly("wide");
    assertThat(set.seatsInUse()).isEqualTo(4);
    assertThat(owners(set.end(wide, MILLI))).containsExactly("behind");
  }

  @Test
  void withoutSeatsNobodyIsServedUntilThereAreSome() {
    QueueSet<String> set = queued(4, 2, 5, 0);
    waiting(set.arrive("a", 1, 1, 0));

    Optional<Queuing> same = Optional.of(new Queuing(4, 2, 5));
    assertThat(owners(set.change(same, 3, MILLI))).containsExactly("a");
  }

  @Test
  void otherQueuesKeepWhoWaits() {
    QueueSet<String> set = queued(16, 4, 5, 1);
    Request<String> first = begun(set.arrive("a", 1, 1, 0));
    waiting(set.arrive("b", 2, 1, 0));
    waiting(set.arrive("c", 3, 1, 0));

    assertThat(set.change(Optional.of(new Queuing(2, 1, 1)), 1, 0)).isEmpty();
    assertThat(set.waiting()).isEqualTo(2);
    assertThat(set.change(Optional.empty(), 1, 0)).isEmpty();
    List<Request<String>> next = set.end(first, MILLI);
    assertThat(owners(next)).containsExactly("b");
    assertThat(owners(set.end(next.getFirst(), MILLI))).containsExactly("c");
  }

  /** Two flows that always have work get the same seats, however much one asks for. */
  @Test
  void aFloodGetsNoMoreThanAnybodyElse() {
    QueueSet<String> set = queued(64, 1, 1_000, 4);
    long mouse =
        IntStream.range(0, 100)
            .mapToLong(i -> Hand.hash("s", "mouse" + i))
            .filter(flow -> Hand.deal(flow, 64, 1)[0] != Hand.deal(ELEPHANT, 64, 1)[0])
            .findFirst()
            .orElseThrow();
    Deque<Request<String>> served = new ArrayDeque<>();
    for (int i = 0; i < 500; i++) {
      if (set.arrive("elephant", ELEPHANT, 1, 0) instanceof Arrival.Begins<String> begins) {
        served.add(begins.request());
      }
    }
    for (int i = 0; i < 100; i++) {
      waiting(set.arrive("mouse", mouse, 1, 0));
    }

    List<String> order = new ArrayList<>();
    for (int i = 1; i <= 120; i++) {
      set.end(served.remove(), i * MILLI)
          .forEach(
              request -> {
                served.add(request);
                order.add(request.owner());
              });
    }
    assertThat(order.stream().filter("mouse"::equals).count()).isBetween(58L, 66L);
  }

  /** Seats count, and how long they are held: not the number of requests. */
  @Test
  void aFlowOfLongRequestsIsServedLessOften() {
    QueueSet<String> set = queued(64, 1, 1_000, 1);
    long other = Hand.hash("s", "other");
    assertThat(Hand.deal(other, 64, 1)).isNotEqualTo(Hand.deal(ELEPHANT, 64, 1));
    Request<String> now = begun(set.arrive("long", ELEPHANT, 1, 0));
    for (int i = 0; i < 300; i++) {
      waiting(set.arrive("long", ELEPHANT, 1, 0));
      waiting(set.arrive("short", other, 1, 0));
    }

    long nanos = 0;
    int shorts = 0;
    for (int i = 0; i < 200; i++) {
      nanos += now.owner().equals("long") ? 9 * MILLI : MILLI;
      now = set.end(now, nanos).getFirst();
      shorts += now.owner().equals("short") ? 1 : 0;
    }
    assertThat(shorts).isBetween(172, 186); // nine of ten
  }

  @Test
  void aHandIsTheFlowsOwnAndHasNoQueueTwice() {
    Random random = new Random(7);
    for (int i = 0; i < 1_000; i++) {
      int deck = 1 + random.nextInt(200);
      int size = 1 + random.nextInt(Math.min(deck, 12));
      long flow = random.nextLong();
      int[] hand = Hand.deal(flow, deck, size);
      assertThat(hand).doesNotHaveDuplicates().isEqualTo(Hand.deal(flow, deck, size));
      assertThat(IntStream.of(hand)).allMatch(queue -> queue >= 0 && queue < deck);
    }
  }

  /** An elephant fills its hand of 8 of 64 queues; hardly a mouse has no other queue. */
  @Test
  void aHandIsolatesAnElephantFromMice() {
    assertThat(miceThatSuffer(64, 8)).isZero();
    assertThat(miceThatSuffer(64, 1)).isGreaterThan(5); // what a hand is for
  }

  private static long miceThatSuffer(int queues, int hand) {
    QueueSet<String> set = queued(queues, hand, 10, 1);
    int fed = 0;
    while (!(set.arrive("elephant", ELEPHANT, 1, 0) instanceof Arrival.Refused<String>)) {
      fed++;
    }
    assertThat(fed).isBetween(hand * 10, hand * 10 + 1);
    return IntStream.range(0, 1_000)
        .filter(
            i -> {
              Arrival<String> mouse = set.arrive("m", Hand.hash("s", "mouse-" + i), 1, 0);
              if (mouse instanceof Arrival.Waits<String>(Request<String> request, int ahead)) {
                set.giveUp(request, 0);
                return ahead > 1;
              }
              return true;
            })
        .count();
  }

  /** Whatever comes, no seat is given twice and none is lost. */
  @Test
  void seatsAreKeptCountOf() {
    Random random = new Random(11);
    QueueSet<String> set = queued(8, 3, 4, 10);
    List<Request<String>> served = new ArrayList<>();
    List<Request<String>> waiting = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      int what = random.nextInt(10);
      if (what < 5) {
        switch (set.arrive("r", random.nextInt(20), 1 + random.nextInt(4), i * MILLI)) {
          case Arrival.Begins<String>(Request<String> request) -> served.add(request);
          case Arrival.Waits<String>(Request<String> request, int ahead) -> waiting.add(request);
          case Arrival.Refused<String> refused -> {}
        }
      } else if (what < 9 && !served.isEmpty()) {
        List<Request<String>> begun =
            set.end(served.remove(random.nextInt(served.size())), i * MILLI);
        waiting.removeAll(begun);
        served.addAll(begun);
      } else if (!waiting.isEmpty()) {
        List<Request<String>> begun =
            set.giveUp(waiting.remove(random.nextInt(waiting.size())), i * MILLI);
        waiting.removeAll(begun);
        served.addAll(begun);
      }
      assertThat(set.seatsInUse()).isEqualTo(served.stream().mapToInt(Request::seats).sum());
      assertThat(set.seatsInUse()).isLessThanOrEqualTo(10);
      assertThat(set.waiting()).isEqualTo(waiting.size());
    }
  }
}
