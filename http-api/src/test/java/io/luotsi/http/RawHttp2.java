package io.luotsi.http;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client that sends whatever frames it likes over HTTP/2. */
final class RawHttp2 implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;
  static final int END_STREAM = 1;
  static final int END_HEADERS = 4;

  private static final int GO_AWAY = 7;
  private static final int FRAME_HEADER_BYTES = 9;
  private static final Set<Integer> ANSWERS = Set.of(HEADERS, RST_STREAM, GO_AWAY);

  private final SSLSocket socket;
  private final OutputStream out;

  private RawHttp2(SSLSocket socket) throws IOException {
    this.socket = socket;
    this.out = socket.getOutputStream();
  }

  /** Takes over a connection on which nothing was said yet. */
  static RawHttp2 over(SSLSocket socket) throws IOException {
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    socket.setSSLParameters(parameters);
    RawHttp2 client = new RawHttp2(socket);
    client.out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    client.frame(SETTINGS, 0, 0, new byte[0]);
    return client;
  }

  /** The compressed headers of {@code GET /}. */
  static byte[] get() {
    byte[] host = "localhost".getBytes(StandardCharsets.US_ASCII);
    return ByteBuffer.allocate(5 + host.length)
        .put(new byte[] {(byte) 0x82, (byte) 0x87, (byte) 0x84, 1, (byte) host.length})
        .put(host)
        .array();
  }

  void frame(int type, int flags, int stream, byte[] payload) throws IOException {
    out.write(
        ByteBuffer.allocate(FRAME_HEADER_BYTES + payload.length)
            .putInt(payload.length << 8 | type)
            .put((byte) flags)
            .putInt(stream)
            .put(payload)
            .array());
  }

  /** Sends, until it is done or the server does not listen any more. */
  interface Sending {
    void send(RawHttp2 client) throws IOException;
  }

  /**
   * Sends, and reads what is left.
   *
   * @return whether the server has ended the connection
   */
  boolean isCutOff(Sending sending) throws IOException {
    try {
      sending.send(this);
      out.flush();
      socket.getInputStream().transferTo(OutputStream.nullOutputStream());
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // it does not even take what is sent
    }
  }

  /** Whether a request is answered, refused or cut off; anything but left open. */
  boolean isAnswered() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    try {
      Frame frame;
      do {
        frame = next(in);
      } while (!ANSWERS.contains(frame.type()));
      return true;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Reads until so many bytes of bodies have come, which may be as many as the server is allowed to
   * send.
   */
  void readData(int bytes) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    for (int left = bytes; left > 0; ) {
      Frame frame = next(in);
      left -= frame.type() == DATA ? frame.length() : 0;
    }
  }

  /** Reads until a ping is answered. */
  void awaitPong() throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    Frame frame;
    do {
      frame = next(in);
    } while (frame.type() != PING);
  }

  private record Frame(int type, int length) {}

  private static Frame next(DataInputStream in) throws IOException {
    int lengthAndType = in.readInt();
    Frame frame = new Frame(lengthAndType & 0xff, lengthAndType >>> 8);
    in.skipNBytes(1 + Integer.BYTES + frame.length());
    return frame;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
