package io.luotsi.persistence.raft;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;

/**
 * A group's folder of snapshots, as Ratis knows them. A file that has its name is whole, and its
 * blocks have their CRCs, so none has an MD5 beside it: Ratis computes one of what it sends while
 * it sends it. Only files that a leader has sent have one, which Ratis leaves with them.
 */
final class SnapshotStorage extends SimpleStateMachineStorage {
  private volatile @Nullable Path folder;

  @Override
  public void init(RaftStorage storage) throws IOException {
    folder = storage.getStorageDir().getStateMachineDir().toPath();
    super.init(storage);
  }

  /** Files are cleaned up when one has been written, not whenever Ratis asks for a snapshot. */
  @Override
  public void cleanupOldSnapshots(SnapshotRetentionPolicy ignored) {}

  void keepNewest(int kept) throws IOException {
    for (SingleFileSnapshotInfo old : newestFirst().stream().skip(kept).toList()) {
      Path file = old.getFile().getPath();
      Files.deleteIfExists(file);
      Files.deleteIfExists(digestOf(file));
    }
  }

  /** The newest file, whatever is beside it; Ratis would prefer an older one that has an MD5. */
  @Override
  public @Nullable SingleFileSnapshotInfo loadLatestSnapshot() {
    try {
      List<SingleFileSnapshotInfo> all = newestFirst();
      return all.isEmpty() ? null : updateLatestSnapshot(all.getFirst());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look for snapshots in " + folder, e);
    }
  }

  static SingleFileSnapshotInfo info(Path file, long term, long index) {
    return new SingleFileSnapshotInfo(new FileInfo(file, null), term, index);
  }

  static boolean isSnapshot(Path file) {
    return SNAPSHOT_REGEX.matcher(file.getFileName().toString()).matches();
  }

  private static Path digestOf(Path file) {
    return MD5FileUtil.getDigestFileForFile(file.toFile()).toPath();
  }

  private List<SingleFileSnapshotInfo> newestFirst() throws IOException {
    List<SingleFileSnapshotInfo> found = new ArrayList<>();
    Path known = folder;
    if (known == null) { // Ratis asks before it says where
      return found;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(known)) {
      for (Path file : files) {
        Matcher name = SNAPSHOT_REGEX.matcher(file.getFileName().toString());
        if (name.matches()) {
          found.add(info(file, Long.parseLong(name.group(1)), Long.parseLong(name.group(2))));
        }
      }
    }
    found.sort(Comparator.comparing(SingleFileSnapshotInfo::getIndex).reversed());
    return found;
  }
}
