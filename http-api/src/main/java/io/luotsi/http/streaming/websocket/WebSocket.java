package io.luotsi.http.streaming.websocket;

import io.luotsi.http.streaming.Upgraded;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A server's end of a WebSocket. One thread reads, any number write. Pings are answered while
 * somebody reads. A message of any length takes little memory, for it is read in pieces.
 *
 * @see "Source: RFC 6455"
 */
public final class WebSocket {
  public static final int NORMAL = 1_000;
  public static final int PROTOCOL_ERROR = 1_002;

  /** The largest piece of a message that {@link #read} gives. */
  static final int PIECE_BYTES = 32 << 10;

  private static final int FIN = 0x80;
  private static final int RESERVED = 0x70;
  private static final int MASKED = 0x80;
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;
  private static final int CONTROL = 8;
  private static final int MOST_OF_CONTROL = 125;

  /**
   * A piece of a message.
   *
   * @param first whether the message begins with it
   * @param last whether the message ends with it
   */
  public record Piece(boolean first, boolean last, byte[] bytes) {}

  /** The client does not keep to the protocol. */
  private static final class Violation extends IOException {
    private static final long serialVersionUID = 1;

    Violation(String what) {
      super(what);
    }
  }

  private final DataInputStream in;
  private final Upgraded connection;
  private final ReentrantLock writing = new ReentrantLock();
  private boolean closeSent;

  // Of the frame that is being read.
  private long left;
  private final byte[] mask = new byte[4];
  private int maskAt;
  private boolean lastFrame = true;
  private boolean begins;

  public WebSocket(Upgraded connection) {
    this.connection = connection;
    this.in = new DataInputStream(connection.in());
  }

  /**
   * Waits for the next piece of a message.
   *
   * @return empty if the client has closed it, which has been answered then
   * @throws IOException if the connection broke, or the client does not keep to the protocol, which
   *     it has been told
   */
  public Optional<Piece> read() throws IOException {
    try {
      if (left == 0 && !nextFrame()) {
        return Optional.empty();
      }
      return Optional.of(piece((int) Math.min(left, PIECE_BYTES)));
    } catch (EOFException gone) {
      return Optional.empty();
    } catch (Violation violation) {
      close(PROTOCOL_ERROR, String.valueOf(violation.getMessage()));
      throw violation;
    }
  }

  /** Takes pieces of messages; waits while there is no room for more. */
  @FunctionalInterface
  interface Taker {
    void take(Piece piece) throws IOException, InterruptedException;
  }

  /** Reads until the client closes or is gone, or this thread is interrupted. */
  void readAll(Taker taker) {
    try {
      for (Optional<Piece> next = read(); next.isPresent(); next = read()) {
        taker.take(next.get());
      }
    } catch (IOException gone) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Piece piece(int length) throws IOException {
    byte[] bytes = payload(length);
    left -= length;
    boolean first = begins;
    begins = false;
    return new Piece(first, lastFrame && left == 0, bytes);
  }

  /**
   * Reads the head of the next frame of a message, and whatever control frames come before it.
   *
   * @return false if the client has closed
   */
  private boolean nextFrame() throws IOException {
    while (true) {
      int head = in.readUnsignedByte();
      int opcode = head & 0xf;
      boolean fin = (head & FIN) != 0;
      long length = length(head);
      if (opcode >= CONTROL) {
        if (!fin || length > MOST_OF_CONTROL) {
          throw new Violation("a control frame must be short and whole");
        }
        if (!control(opcode, payload((int) length))) {
          return false;
        }
        continue;
      }
      boolean goesOn = opcode == CONTINUATION;
      if (goesOn == lastFrame || opcode > BINARY) {
        throw new Violation("unexpected opcode " + opcode);
      }
      begins = begins || opcode == TEXT || opcode == BINARY;
      lastFrame = fin;
      left = length;
      return true;
    }
  }

  private long length(int head) throws IOException {
    if ((head & RESERVED) != 0) {
      throw new Violation("no extension was agreed upon");
    }
    int second = in.readUnsignedByte();
    if ((second & MASKED) == 0) {
      throw new Violation("a client must mask its frames");
    }
    long length =
        switch (second & 0x7f) {
          case 126 -> in.readUnsignedShort();
          case 127 -> in.readLong();
          default -> second & 0x7f;
        };
    if (length < 0) {
      throw new Violation("no frame is so long");
    }
    in.readFully(mask);
    maskAt = 0;
    return length;
  }

  private byte[] payload(int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    for (int i = 0; i < length; i++) {
      bytes[i] ^= mask[maskAt++ & 3];
    }
    return bytes;
  }

  private boolean control(int opcode, byte[] payload) throws IOException {
    switch (opcode) {
      case PING -> write(PONG, payload);
      case PONG -> {
        // the client lives
      }
      case CLOSE -> {
        close(NORMAL, "");
        return false;
      }
      default -> throw new Violation("unknown opcode " + opcode);
    }
    return true;
  }

  /** Sends a binary message and waits until it is on its way. */
  public void send(byte[] message) throws IOException {
    write(BINARY, message);
  }

  /** Sends a text message and waits until it is on its way. */
  public void sendText(String message) throws IOException {
    write(TEXT, message.getBytes(StandardCharsets.UTF_8));
  }

  /** The client answers by itself; one that is gone makes it fail, sooner or later. */
  public void ping() throws IOException {
    write(PING, new byte[0]);
  }

  /** Says that no more will be sent; only the first time counts. A client that is gone is fine. */
  public void close(int code, String why) {
    byte[] text = why.getBytes(StandardCharsets.UTF_8);
    ByteBuffer payload = ByteBuffer.allocate(2 + Math.min(text.length, MOST_OF_CONTROL - 2));
    payload.putShort((short) code).put(text, 0, payload.remaining());
    try {
      write(CLOSE, payload.array());
    } catch (IOException gone) {
      return;
    }
  }

  private void write(int opcode, byte[] payload) throws IOException {
    int more = payload.length <= MOST_OF_CONTROL ? 0 : payload.length <= 0xffff ? 2 : 8;
    ByteBuffer frame = ByteBuffer.allocate(2 + more + payload.length);
    frame.put((byte) (FIN | opcode));
    switch (more) {
      case 0 -> frame.put((byte) payload.length);
      case 2 -> frame.put((byte) 126).putShort((short) payload.length);
      default -> frame.put((byte) 127).putLong(payload.length);
    }
    frame.put(payload);
    writing.lock();
    try {
      if (closeSent) {
        return; // nothing may follow it
      }
      closeSent = opcode == CLOSE;
      connection.out().write(frame.array());
      connection.out().flush();
    } finally {
      writing.unlock();
    }
  }
}
