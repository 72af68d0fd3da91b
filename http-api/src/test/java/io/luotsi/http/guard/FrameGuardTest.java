package io.luotsi.http.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FrameGuardTest {
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int CONTINUATION = 9;
  private static final int END_HEADERS = 4;

  private final AtomicLong now = new AtomicLong();
  private final FrameGuard guard = new FrameGuard(now::get);
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  FrameGuardTest() {
    sent.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  private void frame(int type, int flags, int length) {
    sent.writeBytes(
        new byte[] {
          (byte) (length >> 16), (byte) (length >> 8), (byte) length, (byte) type, (byte) flags
        });
    sent.writeBytes(new byte[4 + length]);
  }

  private Optional<String> seen() {
    ByteBuffer bytes = ByteBuffer.wrap(sent.toByteArray());
    sent.reset();
    return guard.saw(bytes);
  }

  @Test
  void requestsOfHonestClientsGoOnHoweverTheyAreCut() {
    for (int i = 0; i < 100; i++) {
      frame(HEADERS, 0, 16_000);
      frame(CONTINUATION, END_HEADERS, 16_000);
      frame(DATA, 1, 16_384);
      frame(RST_STREAM, 0, 4);
    }
    byte[] bytes = sent.toByteArray();
    for (int at = 0; at < bytes.length; at += 7) {
      int length = Math.min(7, bytes.length - at);
      assertThat(guard.saw(ByteBuffer.wrap(bytes, at, length))).isEmpty();
    }
  }

  @Test
  void aHeaderBlockHasAnEnd() {
    frame(HEADERS, 0, 16_000);
    for (int i = 0; i < 15; i++) {
      frame(CONTINUATION, 0, 16_000);
    }
    assertThat(seen()).isEmpty();
    frame(CONTINUATION, 0, 16_000);
    frame(CONTINUATION, END_HEADERS, 16_000);
    assertThat(seen()).hasValue("a header block of more than 262144 bytes");
  }

  @Test
  void soHaveEmptyContinuations() {
    frame(HEADERS, 0, 0);
    for (int i = 0; i < 30_000; i++) {
      frame(CONTINUATION, 0, 0);
    }
    assertThat(seen()).isPresent();
  }

  @Test
  void controlFramesComeOutOfAnAllowanceThatTimeFillsUp() {
    for (int i = 0; i < FrameGuard.MOST_CONTROL_FRAMES; i++) {
      frame(RST_STREAM, 0, 4);
    }
    assertThat(seen()).isEmpty();
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    for (int i = 0; i < FrameGuard.CONTROL_FRAMES_PER_SECOND; i++) {
      frame(RST_STREAM, 0, 4);
    }
    assertThat(seen()).isEmpty();
    frame(RST_STREAM, 0, 4);
    assertThat(seen()).hasValue("more than 200 control frames a second");
  }
}
