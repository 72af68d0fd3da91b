package io.luotsi.app.directory;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * One member's folder below a data directory: {@code raft} (journal and snapshots), {@code pods}
 * (what its node's containers have left), {@code log}, and the record of its process.
 */
public record MemberDirectory(String name, Path path) {

  /** Keeps every other process from running this member; given back by closing, or by dying. */
  public static final class Lock implements AutoCloseable {
    private final FileChannel channel;

    private Lock(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  public Path raft() {
    return path.resolve("raft");
  }

  public Path pods() {
    return path.resolve("pods");
  }

  /** Of the pods. */
  public Path volumes() {
    return path.resolve("volumes");
  }

  public Path log() {
    return path.resolve("log");
  }

  private Path recordFile() {
    return path.resolve("member.json");
  }

  private Path lockFile() {
    return path.resolve("lock");
  }

  private Path endMark() {
    return path.resolve("end");
  }

  /**
   * @throws PlainFailure if another process has it, or the folder cannot be written
   */
  public Lock lock() {
    try {
      OwnFiles.createFolder(path);
      FileChannel channel =
          FileChannel.open(lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        channel.close();
        throw new PlainFailure(
            "%s is in use by another luotsi%s"
                .formatted(
                    path, readRecord().map(found -> " (pid " + found.pid() + ")").orElse("")));
      }
      return new Lock(channel);
    } catch (IOException e) {
      throw new PlainFailure("cannot write to " + path + ": " + Reasons.of(e), e);
    }
  }

  public void write(MemberRecord record) {
    try {
      OwnFiles.writeJson(recordFile(), record);
    } catch (IOException e) {
      throw new PlainFailure("cannot write " + recordFile() + ": " + Reasons.of(e), e);
    }
  }

  /** What the member last said of itself; it may have died since. */
  public Optional<MemberRecord> readRecord() {
    try {
      return OwnFiles.readJson(recordFile(), MemberRecord.class);
    } catch (IOException e) {
      throw new PlainFailure("cannot read " + recordFile() + ": " + Reasons.of(e), e);
    }
  }

  /**
   * The record of a member whose process runs.
   *
   * @throws PlainFailure if that process runs in another folder, of which this is a copy: whoever
   *     is told to end or show this member must not reach for the other
   */
  public Optional<MemberRecord> running() {
    Optional<MemberRecord> running = readRecord().filter(MemberRecord::alive);
    running
        .flatMap(record -> Processes.holdsOther(record.pid(), lockFile()))
        .ifPresent(
            other -> {
              throw new PlainFailure(
                  "%s is a copy of %s, where luotsi runs (pid %d); end that one first, or use it"
                      .formatted(path, other.getParent(), running.orElseThrow().pid()));
            });
    return running;
  }

  /** Tells the member that its next SIGTERM means the end of the cluster, pods and all. */
  public void markEnd() {
    try {
      Files.write(endMark(), new byte[0]);
    } catch (IOException e) {
      throw new PlainFailure("cannot write " + endMark() + ": " + Reasons.of(e), e);
    }
  }

  public boolean endMarked() {
    return Files.exists(endMark());
  }

  public void clearEnd() {
    try {
      Files.deleteIfExists(endMark());
    } catch (IOException e) {
      throw new PlainFailure("cannot remove " + endMark() + ": " + Reasons.of(e), e);
    }
  }
}
