package io.luotsi.http.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of lines, written by a thread of its own. Nobody waits for the disk: what comes while the
 * queue is full, or cannot be written, is counted and lost, and requests go on. When the file has
 * grown to its size it becomes {@code NAME.1}, the one that was that becomes {@code NAME.2}, and
 * the oldest goes.
 */
public final class AuditLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
  private static final int MOST_LINES = 10_000;
  private static final long MOST_BYTES = 64L * 1024 * 1024;
  private static final int AT_ONCE = 500;

  /** How long the end waits for what is still to be written. */
  private static final long LAST_WORDS_MILLIS = 2_000;

  /** Between attempts on a disk that fails. */
  private static final long AGAIN_MILLIS = 1_000;

  /**
   * @param maxBytes of one file
   * @param backups how many full ones are kept
   */
  public record Rotation(long maxBytes, int backups) {}

  /** Counts. */
  public interface Tally {
    void written();

    void lost(int events);
  }

  private final Path file;
  private final Rotation rotation;
  private final Tally tally;
  private final BlockingQueue<byte[]> queue = new LinkedBlockingQueue<>(MOST_LINES);
  private final AtomicLong queuedBytes = new AtomicLong();
  private final Thread writer;
  private volatile boolean closed;
  private boolean failing;

  private AuditLog(Path file, Rotation rotation, Tally tally) {
    this.file = file;
    this.rotation = rotation;
    this.tally = tally;
    this.writer = Thread.ofPlatform().name("audit-log").daemon().unstarted(this::run);
  }

  /**
   * @param file made when there is something to write, for its owner alone
   */
  public static AuditLog open(Path file, Rotation rotation, Tally tally) {
    AuditLog log = new AuditLog(file, rotation, tally);
    log.writer.start();
    return log;
  }

  /**
   * @param line without its end
   */
  public void write(byte[] line) {
    if (closed || queuedBytes.get() + line.length > MOST_BYTES || !queue.offer(line)) {
      tally.lost(1);
    } else {
      queuedBytes.addAndGet(line.length);
    }
  }

  private void run() {
    List<byte[]> batch = new ArrayList<>(AT_ONCE);
    while (!closed || !queue.isEmpty()) {
      try {
        byte[] first = queue.poll(100, TimeUnit.MILLISECONDS);
        if (first != null) {
          batch.add(first);
          queue.drainTo(batch, AT_ONCE - 1);
          write(batch);
        }
      } catch (InterruptedException e) {
        return;
      }
      batch.clear();
    }
  }

  private void write(List<byte[]> batch) throws InterruptedException {
    int done = 0;
    try {
      while (done < batch.size()) {
        done += append(batch.subList(done, batch.size()));
      }
      failing = false;
    } catch (IOException e) {
      tally.lost(batch.size() - done);
      if (!failing) {
        LOG.warn("the audit log cannot be written, events are lost: {}", e.toString());
      }
      failing = true;
      Thread.sleep(AGAIN_MILLIS);
    } finally {
      batch.forEach(line -> queuedBytes.addAndGet(-line.length));
    }
  }

  /** Writes what the file has room for, and makes room if it has none. */
  private int append(List<byte[]> lines) throws IOException {
    long size = Files.exists(file) ? Files.size(file) : create();
    int written = 0;
    try (OutputStream out = Files.newOutputStream(file, StandardOpenOption.APPEND)) {
      for (byte[] line : lines) {
        if (size > 0 && size + line.length + 1 > rotation.maxBytes()) {
          break;
        }
        byte[] ended = new byte[line.length + 1];
        System.arraycopy(line, 0, ended, 0, line.length);
        ended[line.length] = '\n';
        out.write(ended);
        size += ended.length;
        written++;
        tally.written();
      }
    }
    if (written < lines.size()) {
      rotate();
    }
    return written;
  }

  private long create() throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return 0;
  }

  private void rotate() throws IOException {
    for (int i = rotation.backups(); i > 0; i--) {
      Path from = i == 1 ? file : backup(i - 1);
      if (Files.exists(from)) {
        Files.move(from, backup(i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.deleteIfExists(file); // where no backups are kept
  }

  private Path backup(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  /** Takes no more, and writes what is queued as far as the disk lets it in two seconds. */
  @Override
  public void close() {
    closed = true;
    try {
      writer.join(LAST_WORDS_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    writer.interrupt();
  }
}
