package io.luotsi.http.streaming.websocket;

import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest.Streams;
import io.luotsi.core.session.SessionStatus;
import io.luotsi.http.streaming.Upgraded;
import io.luotsi.http.streaming.websocket.WebSocket.Piece;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Exec and attach over a WebSocket: the first byte of every message is its channel. In {@link #V5},
 * other than in {@link #V4}, the client can say that its input has ended.
 *
 * @see "Source: apimachinery remotecommand constants.go, httpstream/wsstream"
 */
public final class ChannelSession {
  public static final String V5 = "v5.channel.k8s.io";
  public static final String V4 = "v4.channel.k8s.io";

  /** In the order in which we like them. */
  public static final List<String> PROTOCOLS = List.of(V5, V4);

  private static final int STDIN = 0;
  private static final int STDOUT = 1;
  private static final int STDERR = 2;
  private static final int ERROR = 3;
  private static final int RESIZE = 4;
  private static final int END_OF_CHANNEL = 255;

  /** Far more than a terminal's size needs; the rest of it is not kept. */
  private static final int MOST_OF_RESIZE = 1 << 10;

  /**
   * How long a client has until the first word. kubectl 1.30 to 1.33 reads before it knows its
   * channels, and drops what comes so soon (kubernetes issue 131189); upstream's API servers spend
   * that time on their way to a kubelet.
   */
  private static final Duration HEAD_START = Duration.ofMillis(50);

  private final WebSocket socket;
  private final BlockingEnd end = new BlockingEnd();
  private final boolean canEnd;
  private int channel;
  private boolean channelKnown;
  private final ByteArrayOutputStream resize = new ByteArrayOutputStream();

  private ChannelSession(WebSocket socket, String protocol) {
    this.socket = socket;
    this.canEnd = protocol.equals(V5);
  }

  /** Carries the session until it, or the client, is through with it. */
  public static void run(Upgraded client, Session session, String protocol, Streams streams) {
    ChannelSession channels = new ChannelSession(new WebSocket(client), protocol);
    Session.connect(session, channels.end);
    Thread reader = Thread.ofVirtual().name("websocket-reader").start(channels::read);
    try {
      channels.write(streams);
      reader.join(Upgraded.LINGER);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Reads on when the session is over, until the client closes: see {@link Upgraded#LINGER}. */
  private void read() {
    try {
      socket.readAll(this::take);
    } finally {
      end.close();
    }
  }

  private void take(Piece piece) throws InterruptedException {
    byte[] bytes = piece.bytes();
    if (piece.first()) {
      channelKnown = false;
      resize.reset();
    }
    if (!channelKnown && bytes.length > 0) {
      channelKnown = true;
      channel = bytes[0] & 0xff;
      bytes = Arrays.copyOfRange(bytes, 1, bytes.length);
    }
    if (!channelKnown) {
      return; // nothing of the message has come yet
    }
    switch (channel) {
      case STDIN -> {
        for (Frame frame : Frame.split(Channel.STDIN, bytes)) {
          send(frame);
        }
      }
      case RESIZE -> {
        resize.write(bytes, 0, Math.min(bytes.length, MOST_OF_RESIZE - resize.size()));
        if (piece.last()) {
          send(new Frame(Channel.RESIZE, resize.toByteArray()));
        }
      }
      case END_OF_CHANNEL -> {
        if (canEnd && bytes.length > 0 && bytes[0] == STDIN) {
          send(Frame.empty(Channel.STDIN_END));
        }
      }
      default -> {
        // the others are ours to write to
      }
    }
  }

  private void send(Frame frame) throws InterruptedException {
    try {
      end.send(frame);
    } catch (IOException over) {
      return; // the writer says so
    }
  }

  private void write(Streams streams) throws InterruptedException {
    try {
      Thread.sleep(HEAD_START);
      // As upstream: it tells the client that it is connected.
      say(streams.stdout() ? STDOUT : streams.stderr() ? STDERR : ERROR, new byte[0]);
      while (true) {
        Optional<Frame> next = end.take(Upgraded.PING_EVERY);
        if (next.isPresent()) {
          say(next.get());
        } else if (end.isOver()) {
          break;
        } else {
          socket.ping();
        }
      }
      socket.close(WebSocket.NORMAL, "");
    } catch (IOException broken) {
      sayBroken(String.valueOf(broken.getMessage()));
    } finally {
      end.close();
    }
  }

  /** It is the session or the connection; if it is the connection, this goes nowhere. */
  private void sayBroken(String why) {
    try {
      say(SessionStatus.internalError(why));
    } catch (IOException gone) {
      return;
    }
    socket.close(WebSocket.NORMAL, ""); // the status says all
  }

  private void say(Frame frame) throws IOException {
    switch (frame.channel()) {
      case STDOUT -> say(STDOUT, frame.bytes());
      case STDERR -> say(STDERR, frame.bytes());
      case STATUS -> say(ERROR, frame.bytes());
      case STDIN, STDIN_END, RESIZE -> {
        // no pod says that
      }
    }
  }

  private void say(int to, byte[] bytes) throws IOException {
    byte[] message = new byte[bytes.length + 1];
    message[0] = (byte) to;
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    socket.send(message);
  }
}
