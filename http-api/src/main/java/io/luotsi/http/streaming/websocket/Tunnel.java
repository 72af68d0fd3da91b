package io.luotsi.http.streaming.websocket;

import io.luotsi.http.streaming.Upgraded;
import io.luotsi.http.streaming.websocket.WebSocket.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;

/**
 * A stream of bytes, in both directions, in the binary messages of a WebSocket; where one message
 * ends and the next begins means nothing.
 *
 * @see "Source: client-go tools/portforward tunneling_connection.go"
 */
public final class Tunnel {
  private Tunnel() {}

  public static Upgraded through(Upgraded client) {
    WebSocket socket = new WebSocket(client);
    return new Upgraded(new In(socket), new Out(socket));
  }

  private static final class In extends InputStream {
    private final WebSocket socket;
    private byte[] bytes = {};
    private int at;

    In(WebSocket socket) {
      this.socket = socket;
    }

    @Override
    public int read() throws IOException {
      return fill() ? bytes[at++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (!fill()) {
        return -1;
      }
      int count = Math.min(length, bytes.length - at);
      System.arraycopy(bytes, at, into, offset, count);
      at += count;
      return count;
    }

    private boolean fill() throws IOException {
      while (at == bytes.length) {
        Optional<Piece> next = socket.read();
        if (next.isEmpty()) {
          return false;
        }
        bytes = next.get().bytes();
        at = 0;
      }
      return true;
    }
  }

  private static final class Out extends OutputStream {
    private final WebSocket socket;

    Out(WebSocket socket) {
      this.socket = socket;
    }

    @Override
    public void write(int b) throws IOException {
      socket.send(new byte[] {(byte) b});
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      socket.send(Arrays.copyOfRange(from, offset, offset + length));
    }

    @Override
    public void close() {
      socket.close(WebSocket.NORMAL, "");
    }
  }
}
