package io.luotsi.http.streaming.spdy;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads SPDY/3.1 frames. Data of any length takes little memory, for it is read in pieces.
 *
 * @see "Source: SPDY protocol draft 3.1, 2.2 and 2.6"
 */
final class SpdyReader implements AutoCloseable {
  /** The largest piece of data. */
  static final int PIECE_BYTES = 32 << 10;

  static final int SYN_STREAM = 1;
  static final int SYN_REPLY = 2;
  static final int RST_STREAM = 3;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int HEADERS = 8;
  static final int VERSION = 3;
  static final int FIN = 1;

  private static final int HEAD_OF_SYN_STREAM = 10;
  private static final int HEAD_OF_HEADERS = 4;

  private final DataInputStream in;
  private final HeaderBlock.Reader headers = new HeaderBlock.Reader();
  private int stream;
  private boolean fin;
  private int left;

  SpdyReader(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /**
   * Waits for the next frame.
   *
   * @return empty at the end of the connection
   * @throws IOException if it broke, or this is not SPDY
   */
  Optional<SpdyFrame> read() throws IOException {
    try {
      return Optional.of(left > 0 ? piece() : frame());
    } catch (EOFException end) {
      return Optional.empty();
    }
  }

  private SpdyFrame frame() throws IOException {
    int first = in.readInt();
    int flagsAndLength = in.readInt();
    boolean last = (flagsAndLength >>> 24 & FIN) != 0;
    int length = flagsAndLength & 0xffffff;
    if (first < 0) {
      return control(first, last, length);
    }
    stream = first;
    fin = last;
    left = length;
    return piece();
  }

  private SpdyFrame piece() throws IOException {
    byte[] bytes = new byte[Math.min(left, PIECE_BYTES)];
    in.readFully(bytes);
    left -= bytes.length;
    return new SpdyFrame.Data(stream, fin && left == 0, bytes);
  }

  private SpdyFrame control(int first, boolean last, int length) throws IOException {
    if ((first >>> 16 & 0x7fff) != VERSION) {
      throw new IOException("not SPDY version " + VERSION);
    }
    if (length > HeaderBlock.MOST_BYTES) {
      throw new IOException("control frame of " + length + " bytes");
    }
    byte[] payload = new byte[length];
    in.readFully(payload);
    return switch (first & 0xffff) {
      case SYN_STREAM ->
          new SpdyFrame.SynStream(
              word(payload, 0) & Integer.MAX_VALUE,
              last,
              headers.read(after(payload, HEAD_OF_SYN_STREAM)));
      case HEADERS, SYN_REPLY -> {
        // Compressed with all the others, so it must be read.
        headers.read(after(payload, HEAD_OF_HEADERS));
        yield new SpdyFrame.Other();
      }
      case RST_STREAM -> new SpdyFrame.Reset(word(payload, 0) & Integer.MAX_VALUE);
      case PING -> new SpdyFrame.Ping(word(payload, 0));
      case GOAWAY -> new SpdyFrame.GoAway();
      default -> new SpdyFrame.Other();
    };
  }

  private static int word(byte[] payload, int at) throws IOException {
    if (payload.length < at + Integer.BYTES) {
      throw new IOException("control frame too short");
    }
    return java.nio.ByteBuffer.wrap(payload).getInt(at);
  }

  private static byte[] after(byte[] payload, int head) throws IOException {
    if (payload.length < head) {
      throw new IOException("control frame too short");
    }
    return Arrays.copyOfRange(payload, head, payload.length);
  }

  @Override
  public void close() {
    headers.close();
  }
}
