package io.luotsi.node.runtime.process;

import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.node.runtime.process.LogFile.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;

/**
 * Reads a log for whoever asks: a virtual thread a reader, one buffer of {@value #CHUNK_BYTES}
 * bytes at a time, no faster than the reader takes them.
 */
final class LogPublisher implements Flow.Publisher<ByteBuffer> {
  private static final int CHUNK_BYTES = 64 << 10;

  /** A line that has not ended is held back, unless it is longer than this (as upstream does). */
  private static final int PARTIAL_LINE_BYTES = 16 << 10;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z' ").withZone(ZoneOffset.UTC);

  private final LogFile file;
  private final LogOptions options;

  LogPublisher(LogFile file, LogOptions options) {
    this.file = file;
    this.options = options;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    Delivery delivery = new Delivery(subscriber);
    delivery.thread = Thread.ofVirtual().name("log-reader").unstarted(delivery);
    subscriber.onSubscribe(delivery);
    delivery.thread.start();
  }

  private final class Delivery implements Flow.Subscription, Runnable {
    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final Semaphore demand = new Semaphore(0);
    private Thread thread = Thread.currentThread();
    private volatile boolean cancelled;
    private long remaining = options.limitBytes().orElse(Long.MAX_VALUE);
    private boolean atLineStart = true;

    Delivery(Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        cancel();
        subscriber.onError(new IllegalArgumentException("request of " + n));
        return;
      }
      long room = Integer.MAX_VALUE - (long) demand.availablePermits();
      demand.release((int) Math.max(0, Math.min(n, room)));
    }

    @Override
    public void cancel() {
      cancelled = true;
      thread.interrupt();
    }

    @Override
    public void run() {
      try {
        deliver();
        if (!cancelled) {
          subscriber.onComplete();
        }
      } catch (InterruptedException e) {
        // cancelled
      } catch (NoSuchFileException e) {
        subscriber.onComplete(); // never written to, or removed meanwhile
      } catch (IOException e) {
        if (!cancelled) {
          subscriber.onError(e);
        }
      }
    }

    private void deliver() throws IOException, InterruptedException {
      Extent extent = file.sample();
      try (FileChannel channel = FileChannel.open(file.path(), StandardOpenOption.READ)) {
        long position = beginning(channel, extent);
        while (!cancelled && remaining > 0) {
          long end = completeEnd(channel, position, extent);
          while (position < end && !cancelled && remaining > 0) {
            position = send(channel, position, end);
          }
          if (!options.follow() || (extent.ended() && position >= extent.length())) {
            return;
          }
          extent = file.awaitGrowth(extent.length());
          position = Math.max(position, extent.start());
        }
      }
    }

    /** Sends one chunk up to {@code end}; returns where the next begins. */
    private long send(FileChannel channel, long position, long end)
        throws IOException, InterruptedException {
      ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, end - position));
      int count = channel.read(chunk, position);
      if (count <= 0) {
        return end;
      }
      ByteBuffer out = options.timestamps() ? stamped(chunk.flip(), position) : chunk.flip();
      if (out.remaining() > remaining) {
        out.limit(out.position() + (int) remaining);
      }
      remaining -= out.remaining();
      demand.acquire();
      subscriber.onNext(out);
      return position + count;
    }

    private ByteBuffer stamped(ByteBuffer chunk, long position) {
      byte[] bytes = chunk.array();
      java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream(chunk.limit() * 2);
      int from = 0;
      while (from < chunk.limit()) {
        int newline = indexOfNewline(bytes, from, chunk.limit());
        int to = newline < 0 ? chunk.limit() : newline + 1;
        if (atLineStart) {
          Instant time = file.timeOf(position + to);
          out.writeBytes(TIME.format(time).getBytes(StandardCharsets.US_ASCII));
        }
        out.write(bytes, from, to - from);
        atLineStart = newline >= 0;
        from = to;
      }
      return ByteBuffer.wrap(out.toByteArray());
    }

    private long beginning(FileChannel channel, Extent extent) throws IOException {
      long first = extent.start();
      if (options.since().isPresent()) {
        first = Math.max(first, file.offsetOf(options.since().get()));
      }
      first = first == 0 ? 0 : lineStartAtOrAfter(channel, first, extent.length());
      if (options.tailLines().isEmpty()) {
        return first;
      }
      return Math.max(
          first,
          tail(
              channel,
              first,
              completeEnd(channel, first, extent),
              options.tailLines().getAsLong()));
    }

    /** Up to where lines are complete, or all if no more will come. */
    private long completeEnd(FileChannel channel, long from, Extent extent) throws IOException {
      if (extent.ended()) {
        return extent.length();
      }
      long newline = lastNewline(channel, from, extent.length());
      if (newline >= 0) {
        return newline + 1;
      }
      return extent.length() - from > PARTIAL_LINE_BYTES ? extent.length() : from;
    }
  }

  private static int indexOfNewline(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private static long lineStartAtOrAfter(FileChannel channel, long offset, long length)
      throws IOException {
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    // From the byte before: if that is a newline, the offset is a line's start itself.
    for (long at = Math.max(0, offset - 1); at < length; at += chunk.limit()) {
      chunk.clear().limit((int) Math.min(CHUNK_BYTES, length - at));
      if (channel.read(chunk, at) <= 0) {
        return length;
      }
      chunk.flip();
      int newline = indexOfNewline(chunk.array(), 0, chunk.limit());
      if (newline >= 0) {
        return at + newline + 1;
      }
    }
    return length;
  }

  private static long lastNewline(FileChannel channel, long from, long to) throws IOException {
    return nthNewlineFromEnd(channel, from, to, 1);
  }

  /** Where the last {@code lines} lines before {@code end} begin. */
  private static long tail(FileChannel channel, long from, long end, long lines)
      throws IOException {
    if (lines == 0) {
      return end;
    }
    // The newline that ends the last line does not separate it from another.
    long newline = nthNewlineFromEnd(channel, from, Math.max(from, end - 1), lines);
    return newline < 0 ? from : newline + 1;
  }

  private static long nthNewlineFromEnd(FileChannel channel, long from, long to, long n)
      throws IOException {
    long left = n;
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
    for (long end = to; end > from; ) {
      long begin = Math.max(from, end - CHUNK_BYTES);
      chunk.clear().limit((int) (end - begin));
      int count = channel.read(chunk, begin);
      for (int i = count - 1; i >= 0; i--) {
        if (chunk.get(i) == '\n' && --left == 0) {
          return begin + i;
        }
      }
      end = begin;
    }
    return -1;
  }
}
