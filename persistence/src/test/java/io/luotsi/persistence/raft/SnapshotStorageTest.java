package io.luotsi.persistence.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.util.MD5FileUtil;
import org.apache.ratis.util.SizeInBytes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotStorageTest {
  @TempDir private Path directory;

  private static Path snapshot(Path folder, long index) throws IOException {
    String name = SimpleStateMachineStorage.getSnapshotFileName(1, index);
    return Files.writeString(folder.resolve(name), "state at " + index);
  }

  /** As Ratis leaves it. */
  private static Path received(Path folder, long index) throws IOException {
    Path file = snapshot(folder, index);
    MD5FileUtil.computeAndSaveMd5ForFile(file.toFile());
    return file;
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void theNewestFileCountsWhateverIsBesideIt() throws IOException {
    try (RaftStorage raft =
        RaftStorage.newBuilder()
            .setDirectory(directory.resolve("group").toFile())
            .setOption(RaftStorage.StartupOption.FORMAT)
            .setLogCorruptionPolicy(RaftServerConfigKeys.Log.CorruptionPolicy.getDefault())
            .setStorageFreeSpaceMin(SizeInBytes.valueOf(0))
            .build()) {
      raft.initialize();
      Path folder = Files.createDirectories(raft.getStorageDir().getStateMachineDir().toPath());
      received(folder, 9);
      received(folder, 20);
      Path own = snapshot(folder, 100);
      SnapshotStorage storage = new SnapshotStorage();
      storage.init(raft);

      assertThat(storage.loadLatestSnapshot().getFile().getPath()).isEqualTo(own);
      assertThat(storage.getLatestSnapshot().getIndex()).isEqualTo(100);

      storage.keepNewest(2);
      assertThat(names(folder))
          .containsExactly("snapshot.1_100", "snapshot.1_20", "snapshot.1_20.md5");
    }
  }
}
