package io.luotsi.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes whose clients write and watch; one is stopped with SIGSTOP, which nobody sees but
 * by its silence, and woken with SIGCONT, when it believes that no time has passed.
 */
@Tag("long")
class PausedMembersTest {
  private static final int WRITES = 100;

  /** Past a snapshot, and more than the log keeps behind it. */
  private static final int WRITES_UNTIL_PURGED = 1_500;

  @TempDir Path directory;

  @Test
  @Timeout(240)
  void aPausedMemberIsReplacedAndWhenItWakesItFollowsAndHasWrittenNothing() throws Exception {
    try (MemberProcesses processes = MemberProcesses.start(directory)) {
      processes.awaitWriting(WRITES);
      String first = pauseLeaderUntilItsLogIsGone(processes);
      pauseFollower(processes, first);
      processes.killAll();
      processes.checkHistory();
    }
  }

  private String pauseLeaderUntilItsLogIsGone(MemberProcesses processes) throws Exception {
    MemberProcesses.Said said = processes.said();
    String leader;
    long term;
    synchronized (said) {
      leader = said.leader;
      term = said.term;
    }
    long paused = System.nanoTime();
    processes.pause(leader);
    synchronized (said) {
      said.await("another leader", () -> said.term > term && said.sinceTerm > 0);
      assertThat(said.leader).isNotEqualTo(leader);
      System.out.println(
          "pause to next acknowledged write: "
              + Duration.ofNanos(said.firstSinceTermNanos - paused).toMillis()
              + " ms");
      int before = said.acknowledged.size();
      said.await(
          "writes without it", () -> said.acknowledged.size() >= before + WRITES_UNTIL_PURGED);
      said.writing.clear();
    }
    List<Path> before = snapshots(leader);
    processes.resume(leader);
    awaitPresence(processes, leader);
    assertThat(snapshots(leader)).as("one that was installed").isNotEqualTo(before);
    return leader;
  }

  /** One that was not paused yet, and short enough for the log to have what it misses. */
  private static void pauseFollower(MemberProcesses processes, String other) throws Exception {
    MemberProcesses.Said said = processes.said();
    String follower;
    synchronized (said) {
      follower =
          Trio.NAMES.stream()
              .filter(name -> !name.equals(said.leader) && !name.equals(other))
              .findFirst()
              .orElseThrow();
    }
    processes.pause(follower);
    synchronized (said) {
      int before = said.acknowledged.size();
      said.await("writes without it", () -> said.acknowledged.size() >= before + WRITES);
      said.writing.clear();
    }
    processes.resume(follower);
    awaitPresence(processes, follower);
  }

  /** Its clients write, and its watcher has seen what was written before. */
  private static void awaitPresence(MemberProcesses processes, String member) throws Exception {
    MemberProcesses.Said said = processes.said();
    synchronized (said) {
      long newest = said.newest();
      said.await("the watcher of " + member, () -> said.watchedBy(member) >= newest);
    }
    processes.awaitWriting(WRITES);
  }

  private List<Path> snapshots(String member) throws Exception {
    try (Stream<Path> files = Files.walk(directory.resolve(member))) {
      return files
          .filter(file -> file.getFileName().toString().matches("snapshot\\.\\d+_\\d+"))
          .toList();
    }
  }
}
