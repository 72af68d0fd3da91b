package io.luotsi.node.runtime.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One container's output and the times of its lines.
 *
 * <p>The container appends to the file itself, standard output and error through one descriptor:
 * nothing stands between that could die, lag or reorder. What that file lacks, the times, a JVM
 * keeps in an index beside it: whenever it sees the file grow it appends (length, time of the last
 * write), so a line's time is that of the first entry at or behind its end. What was written while
 * no JVM looked gets the time of the last write of that gap.
 *
 * <p>Offsets never change: to bound the disk, the blocks of the oldest part are given back and
 * leave a hole. (Copying and truncating, the usual way with a writer that cannot reopen, loses
 * lines.)
 *
 * <p>The index's first entry is its header: where the kept part begins, and the number of the first
 * kept entry.
 */
final class LogFile {
  /** As a kubelet keeps: 5 files of 10 MiB. */
  static final long KEPT_BYTES = 50L << 20;

  static final long TRIM_STEP_BYTES = 10L << 20;
  private static final int ENTRY_BYTES = 16;

  private final Path log;
  private final Path index;
  private final long keptBytes;
  private final long trimStepBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private long start;
  private long firstEntry = 1;
  private long entries = 1;
  private long length;
  private boolean ended;

  /** The stretch last asked about: the lines of one entry, and mostly the next line's too. */
  private Stretch lastAsked = new Stretch(0, 0, Instant.EPOCH);

  private record Stretch(long after, long to, Instant time) {}

  LogFile(Path log, boolean ended) {
    this(log, ended, KEPT_BYTES, TRIM_STEP_BYTES);
  }

  LogFile(Path log, boolean ended, long keptBytes, long trimStepBytes) {
    this.log = log;
    this.index = log.resolveSibling(log.getFileName() + ".index");
    this.ended = ended;
    this.keptBytes = keptBytes;
    this.trimStepBytes = trimStepBytes;
    load();
  }

  /**
   * @param start offset of the first kept byte
   * @param length offset behind the last byte
   */
  record Extent(long start, long length, boolean ended) {}

  Path path() {
    return log;
  }

  /** Looks how far the file has grown. */
  Extent sample() {
    lock.lock();
    try {
      BasicFileAttributes now = Files.readAttributes(log, BasicFileAttributes.class);
      if (now.size() > length) {
        length = now.size();
        append(length, now.lastModifiedTime().toInstant());
        trim();
        changed.signalAll();
      }
      return new Extent(start, length, ended);
    } catch (NoSuchFileException e) {
      return new Extent(start, length, ended);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  /** Nothing will be written any more. */
  void end() {
    lock.lock();
    try {
      sample();
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the log is longer than {@code seen}, or has ended, or some time has passed. */
  Extent awaitGrowth(long seen) throws InterruptedException {
    lock.lock();
    try {
      if (length <= seen && !ended) {
        changed.await(1, TimeUnit.SECONDS); // bounded, should a notice of growth be lost
      }
      return sample();
    } finally {
      lock.unlock();
    }
  }

  /** When the byte before {@code offset} was written. */
  Instant timeOf(long offset) {
    lock.lock();
    try {
      if (offset <= lastAsked.after() || offset > lastAsked.to()) {
        lastAsked = stretchOf(offset);
      }
      return lastAsked.time();
    } finally {
      lock.unlock();
    }
  }

  private Stretch stretchOf(long offset) {
    try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
      long low = firstEntry;
      long high = entries - 1;
      while (low < high) {
        long middle = (low + high) >>> 1;
        if (entry(channel, middle).getLong(0) >= offset) {
          high = middle;
        } else {
          low = middle + 1;
        }
      }
      long after = low == firstEntry ? 0 : entry(channel, low - 1).getLong(0);
      ByteBuffer found = entry(channel, low);
      return new Stretch(after, found.getLong(0), time(found));
    } catch (NoSuchFileException e) {
      return new Stretch(0, 0, Instant.EPOCH);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where what was written at or after {@code since} begins; may be inside a line. */
  long offsetOf(Instant since) {
    lock.lock();
    try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
      long low = firstEntry;
      long high = entries;
      while (low < high) {
        long middle = (low + high) >>> 1;
        if (time(entry(channel, middle)).isBefore(since)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low == firstEntry ? start : Math.max(start, entry(channel, low - 1).getLong(0));
    } catch (NoSuchFileException e) {
      return start;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      lock.unlock();
    }
  }

  private static ByteBuffer entry(FileChannel channel, long number) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(ENTRY_BYTES);
    while (buffer.hasRemaining()
        && channel.read(buffer, number * ENTRY_BYTES + buffer.position()) >= 0) {
      // a short read goes on
    }
    return buffer;
  }

  private static Instant time(ByteBuffer entry) {
    long nanos = entry.getLong(8);
    return Instant.ofEpochSecond(
        Math.floorDiv(nanos, 1_000_000_000L), Math.floorMod(nanos, 1_000_000_000L));
  }

  private void append(long offset, Instant at) throws IOException {
    put(entries, offset, at.getEpochSecond() * 1_000_000_000L + at.getNano());
    entries++;
  }

  private void put(long number, long first, long second) throws IOException {
    try (FileChannel channel =
        FileChannel.open(index, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocate(ENTRY_BYTES).putLong(first).putLong(second).flip();
      while (buffer.hasRemaining()) {
        channel.write(buffer, number * ENTRY_BYTES + buffer.position());
      }
    }
  }

  private void trim() throws IOException {
    if (length - start < keptBytes + trimStepBytes) {
      return;
    }
    long before = start;
    start = length - keptBytes;
    if (!Native.punchHole(log, start)) {
      start = before; // this file system keeps all of it; so do we
      return;
    }
    try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
      while (firstEntry < entries - 1 && entry(channel, firstEntry).getLong(0) <= start) {
        firstEntry++;
      }
    }
    put(0, start, firstEntry);
    Native.punchHole(index, firstEntry * ENTRY_BYTES / 4096 * 4096);
    put(0, start, firstEntry); // the header lies in the hole
  }

  private void load() {
    try (FileChannel channel = FileChannel.open(index, StandardOpenOption.READ)) {
      entries = Math.max(1, channel.size() / ENTRY_BYTES);
      ByteBuffer header = entry(channel, 0);
      start = header.getLong(0);
      firstEntry = Math.max(1, header.getLong(8));
      length = entries == 1 ? 0 : entry(channel, entries - 1).getLong(0);
    } catch (NoSuchFileException e) {
      // nothing was written yet
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
