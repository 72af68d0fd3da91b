package io.luotsi.persistence.raft;

import static io.luotsi.persistence.raft.TestMember.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.Founders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotResult;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a member does with a snapshot that its leader sends, before it counts. */
@Timeout(60)
class ReceivedSnapshotTest {
  private static final long TERM = 100;
  private static final long SNAPSHOT = 50;

  @TempDir Path directory;

  private Founders founders;

  @BeforeEach
  void found() throws IOException {
    founders = Founders.of(directory, "a", "b", "c");
  }

  /** Its log is gone as soon as it has been installed. */
  @Test
  void aSnapshotIsOnTheDiskBeforeItIsInstalled() throws Exception {
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

  /** Its leader's disk may have changed it since it was written. */
  @Test
  void aDamagedSnapshotIsNotTaken() throws Exception {
    Path sent = Files.createDirectory(directory.resolve("sent"));
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

  private RaftMember start() throws IOException {
    return founders.start("a");
  }

  private ScriptedLeader leader(RaftMember member) {
    return new ScriptedLeader(
        founders.peers().get(1), group(member), founders.peers().get(0).port(), TERM);
  }

  private static RaftGroupMember group(RaftMember member) {
    return member.groups().getFirst();
  }
}
