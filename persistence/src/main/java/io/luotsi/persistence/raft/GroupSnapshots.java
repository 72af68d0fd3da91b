package io.luotsi.persistence.raft;

import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceReplica;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.util.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshot files of one group: when they are written, and that it holds nobody up. A file has
 * its name only once it is whole and synced.
 */
final class GroupSnapshots {
  private static final Logger LOG = LoggerFactory.getLogger(GroupSnapshots.class);
  private static final int KEPT = 2;

  /** What replaying an entry costs besides its bytes, in bytes. */
  private static final int ENTRY_BYTES = 4_096;

  /**
   * A large state is not written anew before the log behind it has grown to this part of it: so
   * many bytes of snapshots are written for one of the log, and so much of it is replayed at most.
   */
  private static final int MOST_WRITTEN_TIMES = 2;

  private static final String TEMPORARY = ".writing";

  /** How long an end waits for a writer that it has interrupted: a disk may hang. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(2);

  private final SnapshotPolicy policy;
  private final SnapshotStorage storage = new SnapshotStorage();
  private final AtomicBoolean writing = new AtomicBoolean();
  private volatile long finished = RaftLog.INVALID_LOG_INDEX;
  private volatile long finishedBytes;
  private volatile boolean closed;
  private volatile Optional<Path> received = Optional.empty();
  private volatile Optional<Thread> writer = Optional.empty();
  private long noticed = RaftLog.INVALID_LOG_INDEX;
  private int entriesSince;
  private long bytesSince;

  GroupSnapshots(SnapshotPolicy policy) {
    this.policy = policy;
  }

  StateMachineStorage storage() {
    return storage;
  }

  /** Finds the newest snapshot, and removes what a killed process left half written or received. */
  void open(RaftStorage raftStorage) throws IOException {
    storage.init(raftStorage);
    received = Optional.of(raftStorage.getStorageDir().getTmpDir().toPath());
    forgetReceived();
    File directory = raftStorage.getStorageDir().getStateMachineDir();
    try (var files = Files.newDirectoryStream(directory.toPath(), "*" + TEMPORARY)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }

  /**
   * Reads the newest snapshot, if there is one.
   *
   * @throws CorruptFile if it is damaged: nothing older is served in its place
   */
  Optional<SnapshotFile.Content> load(Replica replica) throws IOException {
    SingleFileSnapshotInfo newest = storage.loadLatestSnapshot();
    if (newest == null) {
      return Optional.empty();
    }
    Path file = newest.getFile().getPath();
    SnapshotFile.Content content = SnapshotFile.read(file, replica);
    if (content.term() != newest.getTerm() || content.index() != newest.getIndex()) {
      throw new CorruptFile(
          SnapshotFile.WHAT, file, 0, "it holds " + content.term() + "_" + content.index());
    }
    finishedBytes = Files.size(file);
    finished = content.index();
    noticed = content.index();
    LOG.info("read snapshot {}", file);
    return Optional.of(content);
  }

  /**
   * Forces a leader's snapshot to the disk, which Ratis does not, and looks whether it is what was
   * written once: its leader may have read something else. To be called when all of it is there,
   * before it takes the place of the log.
   *
   * @throws UncheckedIOException if that fails; the leader sends it once more
   */
  void acceptReceived() {
    try (Stream<Path> files = Files.walk(received.orElseThrow())) {
      for (Path file : files.toList()) {
        if (SnapshotStorage.isSnapshot(file)) {
          SnapshotFile.verify(file);
        }
        force(file);
      }
    } catch (CorruptFile e) {
      LOG.error("a leader's snapshot is not taken: the leader's own may be damaged there", e);
      throw new UncheckedIOException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Removes what has come of snapshots whose senders broke off, which Ratis leaves there.
   *
   * @throws IOException if it cannot be removed
   */
  void forgetReceived() throws IOException {
    Path folder = received.orElseThrow();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
        for (Path path : left) {
          FileUtils.deleteFully(path);
        }
      }
    }
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Counts a log entry; on the applying thread. */
  void applied(int bytes) {
    entriesSince++;
    bytesSince += bytes;
  }

  /**
   * Starts writing a snapshot if it is time, and returns at once; on the applying thread.
   *
   * <p>The log is kept behind the newest snapshot but one, so that it is still there when a member
   * that lags has been sent the newest. With less kept, one that takes longer for it than the next
   * snapshot takes to come would be sent one after the other for ever.
   *
   * @param past all resources as they are now; immutable
   * @return index up to which the log may go since the last call, or INVALID_LOG_INDEX
   */
  long take(TermIndex applied, Supplier<List<ResourceReplica.Past>> past, ClusterState cluster) {
    if (finished > noticed) {
      long previous = noticed;
      noticed = finished;
      return previous;
    }
    if (isDue() && !closed && writing.compareAndSet(false, true)) {
      entriesSince = 0;
      bytesSince = 0;
      SnapshotFile.Content content =
          new SnapshotFile.Content(applied.getTerm(), applied.getIndex(), cluster, past.get());
      Runnable work = () -> write(content);
      writer = Optional.of(Thread.ofPlatform().daemon().name("luotsi-snapshot").start(work));
    }
    return RaftLog.INVALID_LOG_INDEX;
  }

  private boolean isDue() {
    boolean behind = entriesSince >= policy.entries() || bytesSince >= policy.bytes();
    return behind
        && bytesSince + (long) entriesSince * ENTRY_BYTES >= finishedBytes / MOST_WRITTEN_TIMES;
  }

  private void write(SnapshotFile.Content content) {
    File file = storage.getSnapshotFile(content.term(), content.index());
    Path temporary = Path.of(file.getPath() + TEMPORARY);
    try {
      SnapshotFile.write(temporary, content);
      if (closed) {
        Files.delete(temporary);
        return;
      }
      Files.move(temporary, file.toPath(), StandardCopyOption.ATOMIC_MOVE);
      force(file.toPath().getParent());
      storage.updateLatestSnapshot(
          SnapshotStorage.info(file.toPath(), content.term(), content.index()));
      finishedBytes = Files.size(file.toPath());
      finished = content.index();
      storage.keepNewest(KEPT);
    } catch (IOException e) {
      if (!closed) {
        // The log is kept until a later one succeeds; a full disk shows itself there as well.
        LOG.error("cannot write snapshot {}", file, e);
      }
      discard(temporary);
    } finally {
      writing.set(false);
    }
  }

  /** What is left of a snapshot that failed would fill the disk further. */
  private static void discard(Path temporary) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      LOG.warn("cannot remove {}", temporary, e);
    }
  }

  /** A snapshot that is being written is given up: nothing is written behind the next start. */
  void close() {
    closed = true;
    writer.ifPresent(
        thread -> {
          thread.interrupt();
          try {
            thread.join(ENDS_WITHIN);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }
}
