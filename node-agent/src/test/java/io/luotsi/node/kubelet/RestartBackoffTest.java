package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestartBackoffTest {
  private static final Instant T = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void doublesFromTenSecondsToFiveMinutes() {
    List<Long> seconds = new ArrayList<>();
    RestartBackoff backoff = RestartBackoff.NONE;
    Instant now = T;
    for (int i = 0; i < 7; i++) {
      backoff = backoff.next(now);
      seconds.add(backoff.delay().toSeconds());
      now = now.plus(backoff.delay());
    }
    assertThat(seconds).containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L);
  }

  @Test
  void firstFailureIsNotHeldBackTheSecondIs() {
    assertThat(RestartBackoff.NONE.notBefore(T, T)).isEmpty();
    RestartBackoff once = RestartBackoff.NONE.next(T);
    assertThat(once.notBefore(T.plusSeconds(1), T.plusSeconds(1))).contains(T.plusSeconds(11));
    assertThat(once.notBefore(T.plusSeconds(1), T.plusSeconds(11))).isEmpty();
  }

  @Test
  void isForgottenAfterTenMinutesWithoutAFailure() {
    RestartBackoff often = RestartBackoff.NONE.next(T).next(T).next(T);
    Instant later = T.plus(Duration.ofMinutes(10)).plusSeconds(1);
    assertThat(often.notBefore(later, later)).isEmpty();
    assertThat(often.next(later).delay()).isEqualTo(RestartBackoff.FIRST);
    assertThat(often.next(later.minusSeconds(2)).delay()).isEqualTo(Duration.ofSeconds(80));
  }
}
