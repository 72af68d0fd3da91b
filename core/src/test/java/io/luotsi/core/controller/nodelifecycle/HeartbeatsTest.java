package io.luotsi.core.controller.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.controller.nodelifecycle.Heartbeats.Place;
import io.luotsi.core.controller.nodelifecycle.Heartbeats.Source;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration GRACE = Duration.ofSeconds(40);

  private final Heartbeats heartbeats = new Heartbeats(GRACE);

  @Test
  void aNodeIsDeadWhenItHasBeenSilentForTheGrace() {
    heartbeats.heard("n", Source.LEASE, 1, NOW);

    assertThat(heartbeats.patience("n", NOW.plusSeconds(39))).isEqualTo(Duration.ofSeconds(1));
    assertThat(heartbeats.patience("n", NOW.plusSeconds(40))).isZero();
    assertThat(heartbeats.heard("n", Source.LEASE, 2, NOW.plusSeconds(41))).isTrue();
    assertThat(heartbeats.patience("n", NOW.plusSeconds(41))).isEqualTo(GRACE);
  }

  @Test
  void aNodeThatWasNeverHeardOfHasTheWholeGrace() {
    assertThat(heartbeats.patience("n", NOW)).isEqualTo(GRACE);
    assertThat(heartbeats.patience("n", NOW.plus(GRACE))).isZero();
  }

  @Test
  void aLostNodeIsDeadAtOnceAndReturnsWithAHeartbeatThatWasWrittenLater() {
    heartbeats.heard("n", Source.LEASE, 7, NOW);
    heartbeats.lost("n");

    assertThat(heartbeats.patience("n", NOW)).isZero();
    assertThat(heartbeats.wantsPlace("n")).isTrue();
    assertThat(heartbeats.heard("n", Source.LEASE, 99, NOW)).as("not known to be later").isFalse();
    heartbeats.lostAt("n", new Place(8, 20));
    assertThat(heartbeats.wantsPlace("n")).isFalse();
    assertThat(heartbeats.heard("n", Source.LEASE, 8, NOW)).as("was under way").isFalse();
    assertThat(heartbeats.heard("n", Source.STATUS, 20, NOW)).as("was under way").isFalse();
    assertThat(heartbeats.patience("n", NOW)).isZero();

    assertThat(heartbeats.heard("n", Source.LEASE, 9, NOW)).isTrue();
    assertThat(heartbeats.patience("n", NOW)).isEqualTo(GRACE);
  }

  @Test
  void aNodeThatWasFoundWhileItsPlaceWasLookedUpIsNotLostAgain() {
    heartbeats.lost("n");
    heartbeats.found("n");
    heartbeats.lostAt("n", new Place(8, 20));

    assertThat(heartbeats.patience("n", NOW)).isEqualTo(GRACE);
  }

  @Test
  void anotherHeartbeatInTheStatusIsASignOfLifeWhoeverSeesItFirst() {
    assertThat(heartbeats.seen("n", "12:00:00", 5, NOW)).as("the first look").isFalse();
    heartbeats.lost("n");
    heartbeats.lostAt("n", new Place(0, 5));
    assertThat(heartbeats.patience("n", NOW)).isZero();

    assertThat(heartbeats.seen("n", "12:00:00", 6, NOW)).as("no heartbeat").isFalse();
    assertThat(heartbeats.seen("n", "12:00:10", 7, NOW)).isTrue();
    assertThat(heartbeats.seen("n", "12:00:00", 6, NOW)).as("late news").isFalse();
    assertThat(heartbeats.patience("n", NOW)).isEqualTo(GRACE);
  }

  @Test
  void aDeletedNodeIsForgotten() {
    heartbeats.heard("n", Source.LEASE, 7, NOW);
    heartbeats.lost("n");
    heartbeats.forget("n");

    assertThat(heartbeats.patience("n", NOW.plusSeconds(60))).isEqualTo(GRACE);
  }
}
