package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Seats go from a level that is idle to one that is busy, and back. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class SeatLendingOverHttpTest {
  private static final String BUSY = "/api/v1/namespaces/default/configmaps";
  private static final String LENDER = "/api/v1/namespaces/kube-public/configmaps";
  private static final String QUEUE =
      "'limitResponse':{'type':'Queue','queuing':{'queues':8,'handSize':2,'queueLengthLimit':9}}";

  private static FewSeats seats;

  /** Of 22 seats, catch-all has ten, busy two and lender ten, of which it lends six. */
  @BeforeAll
  static void start() {
    seats = new FewSeats(22);
    seats.level("lender", 5, "'lendablePercent':60," + QUEUE);
    seats.schema("lenders", "lender", "kube-public");
    seats.level("busy", 1, QUEUE);
    seats.schema("busy", "busy", "default");
    assertThat(seats.server().get(BUSY).statusCode()).isEqualTo(200); // rules are read when asked
  }

  @AfterAll
  static void stop() {
    seats.close();
  }

  private static List<FewSeats.Held> hold(HttpClient client, String path, int count) {
    List<FewSeats.Held> held = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      held.add(seats.hold(client, path));
    }
    return held;
  }

  private static double limit(String which, String level) {
    return seats.metric(
        "apiserver_flowcontrol_%s_limit_seats{priority_level=\"%s\"}".formatted(which, level));
  }

  private static double demand(String what, String level) {
    return seats.metric(
        "apiserver_flowcontrol_demand_seats_%s{priority_level=\"%s\"}".formatted(what, level));
  }

  private static double waiting(String schema) {
    return seats.metric(
        "apiserver_flowcontrol_current_inqueue_seats{flow_schema=\"%s\"".formatted(schema));
  }

  private static void awaitWaiting(String schema, int count) {
    while (waiting(schema) != count) {
      Thread.yield();
    }
  }

  /** Twice, so that what was before does not count in the average. */
  private static void adjust() {
    seats.server().flows().adjust();
    seats.server().flows().adjust();
  }

  private static void finish(List<FewSeats.Held> held, String prefix) {
    for (int i = 0; i < held.size(); i++) {
      held.get(i).finish(prefix + i);
    }
    held.forEach(one -> assertThat(one.response().join().statusCode()).isEqualTo(201));
  }

  @Test
  void aBusyLevelBorrowsFromAnIdleOneAndGivesBack() {
    assertThat(limit("nominal", "busy")).isEqualTo(2);
    assertThat(limit("nominal", "lender")).isEqualTo(10);
    assertThat(limit("lower", "lender")).isEqualTo(4);
    assertThat(limit("upper", "lender")).isEqualTo(32);
    assertThat(limit("nominal", "exempt")).isZero();

    int begin = (int) limit("current", "busy");
    List<FewSeats.Held> many = hold(seats.eve(), BUSY, 6);
    awaitWaiting("busy", 6 - begin);
    adjust();

    awaitWaiting("busy", 0);
    seats.awaitSeats(6);
    assertThat(limit("current", "busy")).isBetween(6.0, 8.0);
    assertThat(limit("current", "lender")).isEqualTo(4);
    assertThat(demand("high_watermark", "busy")).isEqualTo(6);
    assertThat(demand("smoothed", "busy")).isBetween(6.0, 8.0);
    assertThat(seats.metric("apiserver_flowcontrol_seat_fair_frac ")).isGreaterThan(1);

    List<FewSeats.Held> back = hold(seats.bob(), LENDER, 10);
    awaitWaiting("lenders", 6);
    adjust();

    awaitWaiting("lenders", 0);
    assertThat(limit("current", "lender")).isEqualTo(10);
    assertThat(limit("current", "busy")).isEqualTo(2);
    List<FewSeats.Held> late = hold(seats.eve(), BUSY, 1);
    awaitWaiting("busy", 1);

    finish(many, "many");
    finish(back, "back");
    finish(late, "late");
    seats.awaitSeats(0);
  }

  @Test
  void theExemptLevelTakesWhatItNeeds() {
    adjust();
    assertThat(limit("current", "exempt")).isZero();
    assertThat(limit("upper", "exempt")).isEqualTo(22);

    List<FewSeats.Held> held = hold(seats.server().admin(), BUSY, 3);
    while (limit("current", "exempt") < 3) {
      seats.server().flows().adjust();
    }
    finish(held, "exempt");
    adjust();
    assertThat(limit("current", "exempt")).isZero();
  }
}
