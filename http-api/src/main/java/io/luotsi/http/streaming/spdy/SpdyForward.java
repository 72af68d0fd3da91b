package io.luotsi.http.streaming.spdy;

import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.http.streaming.Ports;
import io.luotsi.http.streaming.Upgraded;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Port-forward over SPDY, on the connection itself or in a WebSocket: for every connection to a
 * port the client opens two streams with the same request id, first the one for what goes wrong,
 * then the one for data. At most {@value #MOST_STREAMS} at a time; more are refused.
 *
 * @see "Source: kubelet pkg/cri/streaming/portforward httpstream.go"
 */
public final class SpdyForward implements SpdyConnection.Listener {
  public static final String PROTOCOL = "portforward.k8s.io";

  /** In a WebSocket. */
  public static final String TUNNELLED = "SPDY/3.1+" + PROTOCOL;

  static final int MOST_STREAMS = 512;

  private static final byte[] NOTHING = {};

  private final SpdyConnection connection;
  private final Ports ports;

  /** By request: the stream for what goes wrong, until the one for data is there. */
  private final Map<String, Integer> waiting = new HashMap<>();

  /** By the stream for data. */
  private final Map<Integer, BlockingEnd> ends = new ConcurrentHashMap<>();

  private SpdyForward(SpdyConnection connection, Ports ports) {
    this.connection = connection;
    this.ports = ports;
  }

  /** Serves until the client goes. */
  public static void run(Upgraded client, Ports ports) {
    SpdyConnection connection = new SpdyConnection(client);
    connection.read(new SpdyForward(connection, ports));
  }

  @Override
  public void opened(int stream, Map<String, String> headers) throws IOException {
    Optional<Integer> port = port(headers.getOrDefault("port", ""));
    String request = headers.getOrDefault("requestid", "");
    String type = headers.getOrDefault("streamtype", "");
    if (port.isEmpty() || !List.of("error", "data").contains(type)) {
      connection.writer().reset(stream, SpdyConnection.PROTOCOL_ERROR);
    } else if (ends.size() + waiting.size() >= MOST_STREAMS) {
      connection.writer().reset(stream, SpdyConnection.REFUSED_STREAM);
    } else if (type.equals("error")) {
      waiting.put(request, stream);
    } else {
      begin(stream, Optional.ofNullable(waiting.remove(request)), port.get());
    }
  }

  private static Optional<Integer> port(String text) {
    try {
      int port = Integer.parseInt(text);
      return port > 0 && port <= 0xffff ? Optional.of(port) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void begin(int data, Optional<Integer> error, int port) throws IOException {
    if (error.isEmpty()) { // every client that we know opens it first
      connection.writer().reset(data, SpdyConnection.PROTOCOL_ERROR);
      return;
    }
    BlockingEnd end = ports.connect(port);
    ends.put(data, end);
    Thread.ofVirtual().name("port-writer").start(() -> write(end, data, error.get()));
  }

  private void write(BlockingEnd end, int data, int error) {
    try {
      Ports.pass(
          end,
          new Ports.Client() {
            @Override
            public void data(byte[] bytes) throws IOException {
              connection.writer().data(data, bytes, false);
            }

            @Override
            public void error(String message) throws IOException {
              byte[] text = message.getBytes(StandardCharsets.UTF_8);
              connection.writer().data(error, text, false);
            }
          });
      end.close();
      connection.writer().data(error, NOTHING, true);
      connection.writer().data(data, NOTHING, true);
    } catch (IOException gone) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.close();
      ends.remove(data);
    }
  }

  @Override
  public void data(int stream, byte[] bytes, boolean fin) throws InterruptedException {
    BlockingEnd end = ends.get(stream);
    if (end == null) {
      return;
    }
    try {
      for (Frame frame : Frame.split(Channel.STDIN, bytes)) {
        end.send(frame);
      }
      if (fin) {
        end.send(Frame.empty(Channel.STDIN_END));
      }
    } catch (IOException portIsGone) {
      return; // its writer says so
    }
  }

  @Override
  public void reset(int stream) {
    waiting.values().remove(stream);
    BlockingEnd end = ends.get(stream);
    if (end != null) {
      end.close();
    }
  }

  @Override
  public void gone() {
    ends.values().forEach(BlockingEnd::close);
  }
}
