package io.luotsi.persistence.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a loss of power leaves of entries that were written and not yet synced: of the sectors of a
 * log's last segment some have their bytes, and some are zeros still, as they were preallocated.
 * Ratis takes that for damage and does not start. No such entry was ever acknowledged, by this
 * member to its leader or to anybody, so the log ends before the first of them.
 *
 * <p>Damage of what was synced is no such thing: an entry whose checksum differs though none of its
 * sectors is empty stays, and fails the start. See {@link DamagedLog}.
 *
 * @see "Source: etcd server/storage/wal, decoder.isTornEntry (the rule about empty sectors)"
 */
final class TornTail {
  private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);

  /** A disk writes so much or nothing. */
  static final int SECTOR_BYTES = 512;

  private static final String LAST_SEGMENTS = "log_inprogress_";

  /** By which Ratis knows that a group is in use. */
  private static final String LOCK = "in_use.lock";

  private TornTail() {}

  /** Cuts off what is torn, of all groups, before they are started. */
  static void cut(Path storage) throws IOException {
    if (!Files.isDirectory(storage)) {
      return;
    }
    try (DirectoryStream<Path> groups = Files.newDirectoryStream(storage, Files::isDirectory)) {
      for (Path group : groups) {
        cutGroup(group);
      }
    }
  }

  /** Of a group that a running server has, nothing: what it is writing only looks torn. */
  private static void cutGroup(Path group) throws IOException {
    Path lock = group.resolve(LOCK);
    if (!Files.exists(lock)) {
      return; // no server has had it
    }
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE);
        FileLock mine = channel.tryLock()) {
      if (mine != null) {
        cutSegments(group);
      }
    } catch (OverlappingFileLockException e) {
      LOG.debug("{} is in use in this process", group, e);
    }
  }

  private static void cutSegments(Path group) throws IOException {
    List<Path> segments;
    try (Stream<Path> files = Files.walk(group)) {
      segments =
          files.filter(file -> file.getFileName().toString().startsWith(LAST_SEGMENTS)).toList();
    }
    for (Path segment : segments) {
      OptionalInt torn = tornAt(Files.readAllBytes(segment));
      if (torn.isPresent()) {
        LOG.warn(
            "log {} ends at byte {}: what was being written when power was lost is torn",
            segment,
            torn.getAsInt());
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE)) {
          file.truncate(torn.getAsInt());
          file.force(true);
        }
      }
    }
  }

  /** Place of the first torn entry. */
  static OptionalInt tornAt(byte[] segment) {
    LogEntries entries = new LogEntries(segment);
    while (entries.next()) {
      if (!entries.isWhole()) {
        return hasEmptySector(segment, entries.begin(), entries.end())
            ? OptionalInt.of(entries.begin())
            : OptionalInt.empty();
      }
    }
    int end = entries.end();
    return isEmpty(segment, end, segment.length) ? OptionalInt.empty() : OptionalInt.of(end);
  }

  private static boolean hasEmptySector(byte[] segment, int begin, int end) {
    for (int from = begin; from < end; ) {
      int to = Math.min(end, (from / SECTOR_BYTES + 1) * SECTOR_BYTES);
      if (isEmpty(segment, from, to)) {
        return true;
      }
      from = to;
    }
    return false;
  }

  private static boolean isEmpty(byte[] segment, int from, int to) {
    for (int i = from; i < to; i++) {
      if (segment[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
