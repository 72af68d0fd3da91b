package io.luotsi.persistence.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class RecurringTest {
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Queue<Runnable> planned = new ArrayDeque<>();
  private final List<Duration> delays = new ArrayList<>();
  private int done;

  private Recurring recurring(Runnable work) {
    return new Recurring(
        work,
        PAUSE,
        delay -> {
          delays.add(delay);
          return planned::add;
        });
  }

  @Test
  void itIsDoneAgainAfterAPause() {
    recurring(() -> done++).start(FIRST);
    for (int i = 0; i < 3; i++) {
      planned.remove().run();
    }
    assertThat(done).isEqualTo(3);
    assertThat(delays).containsExactly(FIRST, PAUSE, PAUSE, PAUSE);
    assertThat(planned).hasSize(1);
  }

  @Test
  void aTimeThatFailsIsFollowedByTheNext() {
    recurring(
            () -> {
              if (done++ == 0) {
                throw new IllegalStateException("no proxy");
              }
            })
        .start(FIRST);
    assertThatThrownBy(planned.remove()::run).hasMessage("no proxy");
    planned.remove().run();
    assertThat(done).isEqualTo(2);
    assertThat(planned).hasSize(1);
  }

  @Test
  void nothingIsDoneOnceItIsClosed() {
    Recurring recurring = recurring(() -> done++);
    recurring.start(FIRST);
    recurring.close();
    planned.remove().run();
    assertThat(done).isZero();
    assertThat(planned).isEmpty();
  }
}
