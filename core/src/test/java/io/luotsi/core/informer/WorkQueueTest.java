package io.luotsi.core.informer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private final WorkQueue<String> queue = new WorkQueue<>(Backoff.CONTROLLER, QueueRecorder.NONE);

  @Test
  void keysComeOutInOrderOfArrivalEachOnce() {
    queue.add("a");
    queue.add("b");
    queue.add("a");

    assertThat(queue.poll()).contains("a");
    assertThat(queue.poll()).contains("b");
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void aKeyAddedWhileItIsWorkedOnComesOnceMoreAfterwards() {
    queue.add("a");
    queue.poll();
    queue.add("a");
    queue.add("a");
    assertThat(queue.poll()).isEmpty();

    queue.succeeded("a");

    assertThat(queue.poll()).contains("a");
    queue.succeeded("a");
    assertThat(queue.poll()).isEmpty();
  }

  @Test
  void failuresWaitTwiceAsLongEachTimeUntilASuccess() {
    List<Duration> waits = new ArrayList<>();
    Instant now = NOW;
    for (int i = 0; i < 4; i++) {
      queue.add("a");
      queue.poll();
      waits.add(queue.failed("a", now));
      now = queue.nextDue().orElseThrow();
      queue.advance(now);
      assertThat(queue.size()).isEqualTo(1);
    }
    queue.poll();
    queue.succeeded("a");
    queue.add("a");
    queue.poll();

    assertThat(waits)
        .containsExactly(
            Duration.ofMillis(5),
            Duration.ofMillis(10),
            Duration.ofMillis(20),
            Duration.ofMillis(40));
    assertThat(queue.failed("a", now)).isEqualTo(Duration.ofMillis(5));
  }

  @Test
  void theBackoffIsNeverLongerThanItsLast() {
    assertThat(Backoff.CONTROLLER.after(18)).isEqualTo(Duration.ofMillis(655_360));
    assertThat(Backoff.CONTROLLER.after(19)).isEqualTo(Duration.ofSeconds(1000));
    assertThat(Backoff.CONTROLLER.after(1_000_000)).isEqualTo(Duration.ofSeconds(1000));
  }

  @Test
  void ofSeveralDelaysTheEarliestCountsAndTheOthersAreForgotten() {
    queue.addAt("a", NOW.plusSeconds(10));
    queue.addAt("a", NOW.plusSeconds(5));
    queue.addAt("a", NOW.plusSeconds(7));

    assertThat(queue.nextDue()).contains(NOW.plusSeconds(5));
    queue.advance(NOW.plusSeconds(4));
    assertThat(queue.size()).isZero();
    queue.advance(NOW.plusSeconds(20));

    assertThat(queue.poll()).contains("a");
    queue.succeeded("a");
    assertThat(queue.poll()).isEmpty();
    assertThat(queue.nextDue()).isEmpty();
  }

  @Property
  void noKeyIsWorkedOnTwiceAtOnceAndNoneIsLost(
      @ForAll @Size(max = 200) List<@IntRange(max = 11) Integer> steps) {
    WorkQueue<Integer> keys = new WorkQueue<>(Backoff.CONTROLLER, QueueRecorder.NONE);
    Set<Integer> working = new HashSet<>();
    Set<Integer> wanted = new HashSet<>();
    for (int step : steps) {
      int key = step % 4;
      if (step < 4) {
        keys.add(key);
        wanted.add(key);
      } else if (step < 8) {
        Optional<Integer> next = keys.poll();
        next.ifPresent(k -> assertThat(working.add(k)).isTrue());
        next.ifPresent(wanted::remove);
      } else if (working.remove(key)) {
        keys.done(key);
      }
    }
    working.forEach(keys::done);
    Set<Integer> left = new HashSet<>();
    for (Optional<Integer> k = keys.poll(); k.isPresent(); k = keys.poll()) {
      left.add(k.get());
    }
    assertThat(left).isEqualTo(wanted);
  }
}
