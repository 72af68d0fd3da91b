package io.luotsi.persistence.raft;

import static io.luotsi.persistence.raft.TestMember.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.Founders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto.AppendResult;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.apache.ratis.util.DataQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Entries and a snapshot at once: what a member finds in its sockets that wakes from a pause in
 * which its leader has connected anew, or purged what the member misses.
 */
@Timeout(60)
class LogTurnsTest {
  private static final String LOG_THREAD_BEGINS = "SegmentedRaftLogWorker.runWorker";
  private static final TermIndex NOTHING = TermIndex.valueOf(0, -1);
  private static final long TERM = 100;
  private static final long SNAPSHOT = 50;

  /** Of which only the beginning comes. */
  private static final String PART = "snapshot." + TERM + "_" + (SNAPSHOT - 1);

  /** Entries from the first on, and some behind the snapshot. */
  private static final int BEYOND = 60;

  @TempDir Path directory;

  private Founders founders;

  private final CompletableFuture<DataQueue<?>> toWrite = new CompletableFuture<>();
  private final CompletableFuture<Void> disk = new CompletableFuture<>();
  private final CompletableFuture<String> waits = new CompletableFuture<>();

  /** The member's disk does nothing until it is told to. */
  @BeforeEach
  void hold() throws IOException {
    founders = Founders.of(directory, "a", "b", "c");
    CodeInjectionForTesting.put(
        LOG_THREAD_BEGINS,
        (local, remote, arguments) -> {
          toWrite.complete((DataQueue<?>) arguments[0]);
          disk.join();
          return true;
        });
  }

  @AfterEach
  void release() {
    CodeInjectionForTesting.remove(LOG_THREAD_BEGINS);
    disk.complete(null);
  }

  @Test
  void entriesThatWaitForTheDiskAreWrittenBeforeASnapshotTakesTheirPlace() throws Exception {
    try (LogProbe _ = new LogProbe(LogTurns.class.getName(), waits::complete);
        RaftMember member = start();
        ScriptedLeader leader = leader(member)) {
      CompletableFuture<AppendEntriesReplyProto> sent = leader.append(NOTHING, 3);
      awaitSomethingToWrite();
      install(leader, sent);
    }
  }

  /** As those are that it proposed while it led: no peer has sent them. */
  @Test
  void whatAMemberItselfPutIntoItsLogIsWrittenBeforeASnapshotTakesItsPlace() throws Exception {
    try (LogProbe _ = new LogProbe(LogThread.class.getName(), waits::complete);
        RaftMember member = start();
        ScriptedLeader leader = leader(member)) {
      CompletableFuture<AppendEntriesReplyProto> own =
          group(member).division().getRaftServer().appendEntriesAsync(leader.request(NOTHING, 3));
      awaitSomethingToWrite();
      install(leader, own);
    }
  }

  /** Its leader, connected anew, does not know that entries behind its snapshot have arrived. */
  @Test
  void aLogThatHasAllOfASnapshotAndMoreGoesOnAsItIs() throws Exception {
    disk.complete(null);
    try (RaftMember member = start();
        ScriptedLeader leader = leader(member)) {
      await(leader.append(NOTHING, BEYOND));
      assertThat(await(leader.install(SNAPSHOT, sent())).getResult())
          .isEqualTo(InstallSnapshotResult.ALREADY_INSTALLED);

      RaftLog log = group(member).division().getRaftLog();
      assertThat(log.getLastCommittedIndex()).isEqualTo(SNAPSHOT);
      assertThat(await(leader.append(TermIndex.valueOf(TERM, SNAPSHOT), BEYOND)).getResult())
          .as("entries it has, and others behind them")
          .isEqualTo(AppendResult.SUCCESS);
      assertThat(log.getFlushIndex()).isEqualTo(SNAPSHOT + BEYOND);
    }
  }

  /** What an older leader has left there, with no majority, must not be sent to others one day. */
  @Test
  void entriesThatContradictASnapshotAreGoneWhenItIsInstalled() throws Exception {
    disk.complete(null);
    long later = TERM + 1;
    try (RaftMember member = start();
        ScriptedLeader old = leader(member);
        ScriptedLeader leader = leader(member, later)) {
      await(old.append(NOTHING, BEYOND));
      assertThat(await(leader.install(SNAPSHOT, sent())).getResult())
          .isEqualTo(InstallSnapshotResult.SUCCESS);
      assertThat(await(leader.append(TermIndex.valueOf(later, SNAPSHOT), 2)).getResult())
          .isEqualTo(AppendResult.SUCCESS);

      RaftLog log = group(member).division().getRaftLog();
      assertThat(log.getStartIndex()).isEqualTo(SNAPSHOT + 1);
      assertThat(log.getLastEntryTermIndex()).isEqualTo(TermIndex.valueOf(later, SNAPSHOT + 2));
    }
  }

  /** As a leader does that has connected anew, and has more by then. */
  @Test
  void entriesThatAreSentAgainWithMoreBehindThemAreAllTaken() throws Exception {
    try (RaftMember member = start();
        ScriptedLeader leader = leader(member);
        ScriptedLeader again = leader(member)) {
      CompletableFuture<AppendEntriesReplyProto> first = leader.append(NOTHING, 3);
      awaitSomethingToWrite();
      CompletableFuture<AppendEntriesReplyProto> same = again.append(NOTHING, 3);
      CompletableFuture<AppendEntriesReplyProto> more = again.append(NOTHING, 5);
      for (int i = 0; i < 10; i++) { // answered behind the others
        assertThat(await(again.append(NOTHING, 0)).getResult()).isEqualTo(AppendResult.SUCCESS);
      }
      assertThat(List.of(first, same, more))
          .as("answered before it is on the disk")
          .noneMatch(CompletableFuture::isDone);
      disk.complete(null);
      assertThat(await(first).getMatchIndex()).isEqualTo(2);
      assertThat(await(same).getMatchIndex()).isEqualTo(2);
      assertThat(await(more).getMatchIndex()).isEqualTo(4);
      assertThat(group(member).division().getRaftLog().getFlushIndex()).isEqualTo(4);
    }
  }

  /** Its log is gone as soon as it has been installed. */
  @Test
  void aSnapshotIsOnTheDiskBeforeItIsInstalled() throws Exception {
    disk.complete(null);
    Path file = directory.resolve("files.jfr");
    try (RaftMember member = start();
        ScriptedLeader leader = leader(member);
        Recording recording = new Recording()) {
      recording.enable("jdk.FileForce").withoutStackTrace().withThreshold(Duration.ZERO);
      recording.enable("jdk.FileForce").with("throttle", "off");
      recording.start();
      assertThat(await(leader.install(SNAPSHOT, directory)).getResult())
          .isEqualTo(InstallSnapshotResult.SUCCESS);
      recording.stop();
      recording.dump(file);
    }
    assertThat(RecordingFile.readAllEvents(file))
        .extracting(event -> Path.of(event.getString("path")))
        .as("forced to the disk")
        .anyMatch(
            path ->
                path.startsWith(directory.resolve("a"))
                    && path.endsWith("snapshot." + TERM + "_" + SNAPSHOT));
  }

  @Test
  void whatALeaderLeavesThatDiesAsItSendsIsInNoOthersWay() throws Exception {
    disk.complete(null);
    try (RaftMember member = start();
        ScriptedLeader dies = leader(member);
        ScriptedLeader leader = leader(member)) {
      assertThat(await(dies.begin(SNAPSHOT - 1, PART, new byte[1000])).getResult())
          .isEqualTo(InstallSnapshotResult.SUCCESS);
      assertThat(files()).contains(PART);
      assertThat(await(leader.install(SNAPSHOT, sent())).getResult())
          .isEqualTo(InstallSnapshotResult.SUCCESS);
      assertThat(files()).doesNotContain(PART);
    }
  }

  @Test
  void whatALeaderLeavesThatDiesAsItSendsIsGoneAfterAStart() throws Exception {
    disk.complete(null);
    try (RaftMember member = start();
        ScriptedLeader dies = leader(member)) {
      await(dies.begin(SNAPSHOT - 1, PART, new byte[1000]));
    }
    assertThat(files()).contains(PART);
    try (RaftMember _ = start()) {
      assertThat(files()).doesNotContain(PART);
    }
  }

  /** Names of all that the member holds. */
  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("a"))) {
      return files.map(Path::getFileName).map(Path::toString).toList();
    }
  }

  /** Its leader's disk may have changed it since it was written. */
  @Test
  void aDamagedSnapshotIsNotTaken() throws Exception {
    disk.complete(null);
    Path sent = sent();
    try (RaftMember member = start();
        ScriptedLeader leader = leader(member)) {
      Path whole = sent.resolve("snapshot." + TERM + "_" + SNAPSHOT);
      SnapshotFile.write(
          whole, new SnapshotFile.Content(TERM, SNAPSHOT, ClusterState.NONE, List.of()));
      byte[] damaged = Files.readAllBytes(whole);
      damaged[damaged.length - 1] ^= 1;
      String name = whole.getFileName().toString();

      assertThat(leader.install(SNAPSHOT, name, damaged)).failsWithin(Duration.ofSeconds(30));
      try (ScriptedLeader again = leader(member)) {
        assertThat(await(again.install(SNAPSHOT, sent)).getResult())
            .isEqualTo(InstallSnapshotResult.SUCCESS);
      }
    }
  }

  /**
   * Sends it, lets the disk go on when it waits or has been installed, and looks at all answers.
   */
  private void install(ScriptedLeader leader, CompletableFuture<AppendEntriesReplyProto> appended)
      throws Exception {
    CompletableFuture<InstallSnapshotReplyProto> installed = leader.install(SNAPSHOT, sent());
    await(CompletableFuture.anyOf(installed, waits));
    disk.complete(null);

    assertThat(await(appended).getResult()).isEqualTo(AppendResult.SUCCESS);
    assertThat(await(installed).getResult()).isEqualTo(InstallSnapshotResult.SUCCESS);
    assertThat(await(leader.append(TermIndex.valueOf(TERM, SNAPSHOT), 2)).getResult())
        .as("entries behind the snapshot")
        .isEqualTo(AppendResult.SUCCESS);
  }

  private void awaitSomethingToWrite() throws Exception {
    DataQueue<?> queue = await(toWrite);
    while (queue.getNumElements() == 0) {
      Thread.onSpinWait();
    }
  }

  private RaftMember start() throws IOException {
    return founders.start("a");
  }

  private Path sent() throws IOException {
    return Files.createDirectory(directory.resolve("sent"));
  }

  private ScriptedLeader leader(RaftMember member) {
    return leader(member, TERM);
  }

  private ScriptedLeader leader(RaftMember member, long term) {
    return new ScriptedLeader(
        founders.peers().get(1), group(member), founders.peers().get(0).port(), term);
  }

  private static RaftGroupMember group(RaftMember member) {
    return member.groups().getFirst();
  }
}
