package io.luotsi.app.command;

import static io.luotsi.app.command.Sighting.State.DOWN;
import static io.luotsi.app.command.Sighting.State.PAUSED;
import static io.luotsi.app.command.Sighting.State.RUNNING;
import static io.luotsi.app.command.Sighting.State.STARTING;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.app.command.Sighting.State;
import java.util.List;
import org.junit.jupiter.api.Test;

class SightingTest {
  private static Sighting member(State state, long pid) {
    return new Sighting("node-2", state, pid, false, 0);
  }

  private static Sighting leading(String name, State state, long term) {
    return new Sighting(name, state, 7, true, term);
  }

  private static List<String> changes(Sighting before, Sighting now) {
    return Sighting.changes(List.of(before), List.of(now));
  }

  @Test
  void nothingIsSaidOfWhatStays() {
    for (State state : State.values()) {
      assertThat(changes(member(state, 5), member(state, 5))).isEmpty();
    }
    assertThat(changes(leading("node-1", RUNNING, 3), leading("node-1", RUNNING, 3))).isEmpty();
  }

  @Test
  void eachStepOfAMembersLifeIsSaidOnce() {
    assertThat(changes(member(RUNNING, 5), member(DOWN, 0)))
        .containsExactly("node-2 (pid 5) has ended");
    assertThat(changes(member(DOWN, 0), member(STARTING, 6)))
        .containsExactly("node-2 (pid 6) has started");
    assertThat(changes(member(STARTING, 6), member(RUNNING, 6))).containsExactly("node-2 answers");
    assertThat(changes(member(RUNNING, 6), member(PAUSED, 6))).containsExactly("node-2 is paused");
    assertThat(changes(member(PAUSED, 6), member(RUNNING, 6))).containsExactly("node-2 goes on");
    assertThat(changes(member(PAUSED, 6), member(STARTING, 6))).containsExactly("node-2 goes on");
  }

  @Test
  void whatHappenedBetweenTwoLooksIsSaidInItsOrder() {
    assertThat(changes(member(PAUSED, 5), member(RUNNING, 6)))
        .containsExactly(
            "node-2 (pid 5) has ended", "node-2 (pid 6) has started", "node-2 answers");
  }

  @Test
  void thePausedLeaderLeadsNoMoreAndTheLatestTermCounts() {
    Sighting paused = leading("node-1", PAUSED, 4);
    Sighting awake = leading("node-1", RUNNING, 4);
    Sighting next = leading("node-3", RUNNING, 5);
    assertThat(Sighting.leader(List.of(paused))).isEmpty();
    assertThat(Sighting.leader(List.of(awake, next))).contains(next);
    assertThat(
            Sighting.changes(
                List.of(awake, new Sighting("node-3", RUNNING, 7, false, 0)), List.of(awake, next)))
        .containsExactly("node-3 leads, in term 5");
    assertThat(changes(leading("node-1", RUNNING, 4), leading("node-1", RUNNING, 6)))
        .as("the same member in a later term")
        .containsExactly("node-1 leads, in term 6");
  }
}
