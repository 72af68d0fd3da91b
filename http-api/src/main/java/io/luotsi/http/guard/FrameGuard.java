package io.luotsi.http.guard;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Follows the frames that a client sends over one HTTP/2 connection. Not for several threads.
 *
 * <p>A header block may have so many bytes, its frames' headers counted, so that empty CONTINUATION
 * frames come to an end, too. Frames that cancel, ask for an answer or change settings come out of
 * an allowance that fills up again with time; an honest client has a few of them a second.
 *
 * @see "RFC 9113, section 10.5; CVE-2023-44487 (rapid reset), VU#421644 (CONTINUATION flood)"
 */
final class FrameGuard {
  /** Of one request's header block as it is sent; twice what one header may have. */
  static final int MOST_HEADER_BYTES = 256 * 1024;

  /** Control frames that may come at once. */
  static final int MOST_CONTROL_FRAMES = 2_000;

  /** How many of these come back to the allowance in a second. */
  static final int CONTROL_FRAMES_PER_SECOND = 200;

  private static final int PREFACE_BYTES = 24;
  private static final int HEADER_BYTES = 9;
  private static final int TYPE_AT = 3;
  private static final int FLAGS_AT = 4;
  private static final int END_HEADERS = 0x4;

  private static final int HEADERS = 1;
  private static final int PRIORITY = 2;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int PING = 6;
  private static final int CONTINUATION = 9;

  private final LongSupplier nanoTime;
  private final byte[] header = new byte[HEADER_BYTES];
  private int headerRead;

  /** Bytes that are passed over before the next frame's header. */
  private int skip = PREFACE_BYTES;

  private int headerBlock;
  private double allowance = MOST_CONTROL_FRAMES;
  private long filledAt;

  FrameGuard(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.filledAt = nanoTime.getAsLong();
  }

  /**
   * Looks at the next bytes of the connection.
   *
   * @return why the connection must end; empty as long as it may go on
   */
  Optional<String> saw(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      int passed = Math.min(skip, bytes.remaining());
      bytes.position(bytes.position() + passed);
      skip -= passed;
      while (skip == 0 && bytes.hasRemaining() && headerRead < HEADER_BYTES) {
        header[headerRead++] = bytes.get();
      }
      if (headerRead == HEADER_BYTES) {
        headerRead = 0;
        skip = number(0) << 16 | number(1) << 8 | number(2);
        Optional<String> broken = frame(skip);
        if (broken.isPresent()) {
          return broken;
        }
      }
    }
    return Optional.empty();
  }

  private int number(int at) {
    return Byte.toUnsignedInt(header[at]);
  }

  private Optional<String> frame(int length) {
    return switch (number(TYPE_AT)) {
      case HEADERS -> {
        headerBlock = 0;
        yield block(length);
      }
      case CONTINUATION -> block(length);
      case PRIORITY, RST_STREAM, SETTINGS, PING -> control();
      default -> Optional.empty();
    };
  }

  private Optional<String> block(int length) {
    headerBlock += HEADER_BYTES + length;
    if (headerBlock > MOST_HEADER_BYTES) {
      return Optional.of("a header block of more than " + MOST_HEADER_BYTES + " bytes");
    }
    if ((number(FLAGS_AT) & END_HEADERS) != 0) {
      headerBlock = 0;
    }
    return Optional.empty();
  }

  private Optional<String> control() {
    long now = nanoTime.getAsLong();
    double seconds = (double) (now - filledAt) / Duration.ofSeconds(1).toNanos();
    filledAt = now;
    allowance = Math.min(MOST_CONTROL_FRAMES, allowance + seconds * CONTROL_FRAMES_PER_SECOND) - 1;
    return allowance < 0
        ? Optional.of("more than " + CONTROL_FRAMES_PER_SECOND + " control frames a second")
        : Optional.empty();
  }
}
