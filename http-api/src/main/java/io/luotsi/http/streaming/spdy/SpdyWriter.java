package io.luotsi.http.streaming.spdy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** Writes SPDY/3.1 frames, for any thread; each is on its way when the call returns. */
final class SpdyWriter implements AutoCloseable {
  private static final int CONTROL = 1 << 31;
  private static final int HEAD_BYTES = 8;

  private final OutputStream out;
  private final HeaderBlock.Writer headers = new HeaderBlock.Writer();
  private final ReentrantLock writing = new ReentrantLock();

  SpdyWriter(OutputStream out) {
    this.out = out;
  }

  /** Accepts a stream. */
  void reply(int stream) throws IOException {
    writing.lock();
    try {
      byte[] block = headers.write(Map.of());
      write(control(SpdyReader.SYN_REPLY, Integer.BYTES + block.length).putInt(stream).put(block));
    } finally {
      writing.unlock();
    }
  }

  /**
   * @param fin whether nothing will follow on this stream
   */
  void data(int stream, byte[] bytes, boolean fin) throws IOException {
    ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + bytes.length);
    write(frame.putInt(stream).putInt((fin ? SpdyReader.FIN << 24 : 0) | bytes.length).put(bytes));
  }

  /**
   * @param status why, as the protocol numbers it
   */
  void reset(int stream, int status) throws IOException {
    write(control(SpdyReader.RST_STREAM, 2 * Integer.BYTES).putInt(stream).putInt(status));
  }

  void ping(int id) throws IOException {
    write(control(SpdyReader.PING, Integer.BYTES).putInt(id));
  }

  private static ByteBuffer control(int type, int length) {
    return ByteBuffer.allocate(HEAD_BYTES + length)
        .putInt(CONTROL | SpdyReader.VERSION << 16 | type)
        .putInt(length);
  }

  private void write(ByteBuffer frame) throws IOException {
    writing.lock();
    try {
      out.write(frame.array());
      out.flush();
    } finally {
      writing.unlock();
    }
  }

  @Override
  public void close() {
    headers.close();
  }
}
