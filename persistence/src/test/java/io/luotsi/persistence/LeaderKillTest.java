package io.luotsi.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes whose clients write; whichever leads is killed with SIGKILL and started again,
 * and at last all three are. Nothing that a client was told is lost, and writing goes on in no
 * time.
 */
@Tag("long")
class LeaderKillTest {
  private static final int KILLS = Integer.getInteger("luotsi.test.kills", 3);
  private static final int WRITES_BETWEEN_KILLS = 100;

  @TempDir Path directory;

  private final List<Duration> elections = new ArrayList<>();

  @Test
  @Timeout(240)
  void noAcknowledgedWriteIsLostWhenLeadersAreKilledAndWritingGoesOnSoon() throws Exception {
    List<Duration> gaps = new ArrayList<>();
    try (MemberProcesses processes = MemberProcesses.start(directory)) {
      for (int kill = 1; kill <= KILLS; kill++) {
        processes.awaitWriting(WRITES_BETWEEN_KILLS);
        gaps.add(killLeader(processes, kill));
      }
      processes.awaitWriting(WRITES_BETWEEN_KILLS);
      processes.killAll(); // under writes
      List<Duration> sorted = gaps.stream().sorted().toList();
      System.out.println(
          "kill to next acknowledged write: median "
              + sorted.get(KILLS / 2).toMillis()
              + " ms, worst "
              + sorted.getLast().toMillis()
              + " ms, all "
              + gaps.stream().map(Duration::toMillis).toList()
              + ", of which to the next ready leader "
              + elections.stream().map(Duration::toMillis).toList());
      assertThat(gaps).hasSize(KILLS);
      assertThat(processes.said().acknowledged)
          .hasSizeGreaterThanOrEqualTo((KILLS + 1) * WRITES_BETWEEN_KILLS);
      processes.checkHistory();
    }
  }

  private Duration killLeader(MemberProcesses processes, int kill) throws Exception {
    MemberProcesses.Said said = processes.said();
    String victim;
    long termBefore;
    synchronized (said) {
      victim = said.leader;
      termBefore = said.term;
    }
    long killed = System.nanoTime();
    processes.kill(victim);
    Duration gap;
    synchronized (said) {
      said.await("the next write", () -> said.term > termBefore && said.sinceTerm > 0);
      assertThat(said.leader).isNotEqualTo(victim);
      gap = Duration.ofNanos(said.firstSinceTermNanos - killed);
      elections.add(Duration.ofNanos(said.ledNanos - killed));
    }
    processes.start(victim, kill);
    return gap;
  }
}
