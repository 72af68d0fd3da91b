package io.luotsi.persistence.raft;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.impl.ServerImplUtils;
import org.apache.ratis.server.raftlog.LogProtoUtils;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.server.storage.RaftStorageImpl;
import org.apache.ratis.server.storage.RaftStorageMetadata;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.util.SizeInBytes;

/**
 * The folder of one group of a member that has not run yet, with a snapshot for it to begin with.
 * Its log begins behind the snapshot, in a later term.
 */
final class FreshGroup implements AutoCloseable {
  private static final long TERM = 1;
  private static final long INDEX = 0;

  private final RaftStorage storage;
  private final File file;
  private final Path temporary;
  private final SnapshotWriter snapshot;

  private FreshGroup(RaftStorage storage) throws IOException {
    this.storage = storage;
    this.file =
        new File(
            storage.getStorageDir().getStateMachineDir(),
            SimpleStateMachineStorage.getSnapshotFileName(TERM, INDEX));
    this.temporary = Path.of(file.getPath() + ".writing");
    this.snapshot = new SnapshotWriter(temporary, TERM, INDEX);
  }

  /**
   * @param directory as in {@link MemberSettings#directory}
   * @param founders who takes part in the group
   * @throws IOException if somebody has taken part there
   */
  static FreshGroup create(Path directory, int number, List<Peer> founders) throws IOException {
    Path folder = RaftMember.folder(directory, number);
    if (Files.exists(folder)) {
      throw new IOException(folder + " is there already");
    }
    Files.createDirectories(folder.getParent());
    RaftStorage storage =
        RaftStorage.newBuilder()
            .setDirectory(folder.toFile())
            .setOption(RaftStorage.StartupOption.FORMAT)
            .setLogCorruptionPolicy(RaftServerConfigKeys.Log.CorruptionPolicy.getDefault())
            .setStorageFreeSpaceMin(SizeInBytes.valueOf(0))
            .build();
    try {
      storage.initialize();
      storage
          .getMetadataFile()
          .persist(RaftStorageMetadata.valueOf(TERM, RaftPeerId.valueOf("nobody")));
      ((RaftStorageImpl) storage).writeRaftConfiguration(configuration(founders));
      Files.createDirectories(storage.getStorageDir().getStateMachineDir().toPath());
      return new FreshGroup(storage);
    } catch (IOException | RuntimeException e) {
      storage.close();
      throw e;
    }
  }

  /** Ratis is told who takes part in group 0 at every start, and of the others remembers it. */
  private static LogEntryProto configuration(List<Peer> founders) {
    return LogProtoUtils.toLogEntryProto(
        ServerImplUtils.newRaftConfiguration(
            founders.stream().map(RaftMember::raftPeer).toList(),
            List.of(),
            INDEX,
            List.of(),
            List.of()),
        TERM,
        INDEX);
  }

  /** Takes what the snapshot is to hold. */
  SnapshotWriter snapshot() {
    return snapshot;
  }

  /** Makes the snapshot count; without it the group begins with nothing. */
  void finish() throws IOException {
    snapshot.finish();
    Files.move(temporary, file.toPath(), StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel folder =
        FileChannel.open(file.toPath().getParent(), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  @Override
  public void close() throws IOException {
    snapshot.close();
    storage.close();
  }
}
