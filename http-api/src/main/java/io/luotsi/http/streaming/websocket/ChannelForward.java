package io.luotsi.http.streaming.websocket;

import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.http.streaming.Ports;
import io.luotsi.http.streaming.Upgraded;
import io.luotsi.http.streaming.websocket.WebSocket.Piece;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Port-forward as clients other than kubectl speak it: one connection to each port that was asked
 * for, two channels each, the even one for data and the odd one for what went wrong. Each begins
 * with the port, as two bytes, the lower first.
 *
 * @see "Source: kubelet pkg/cri/streaming/portforward websocket.go"
 */
public final class ChannelForward {
  public static final List<String> PROTOCOLS = List.of(ChannelSession.V4);

  private final WebSocket socket;
  private final List<BlockingEnd> ends = new ArrayList<>();
  private int channel;
  private boolean channelKnown;

  private ChannelForward(WebSocket socket) {
    this.socket = socket;
  }

  /**
   * @param asked ports, one connection each
   */
  public static void run(Upgraded client, Ports ports, List<Integer> asked) {
    ChannelForward forward = new ChannelForward(new WebSocket(client));
    List<Thread> writers = new ArrayList<>();
    try {
      for (int port : asked) {
        int data = 2 * forward.ends.size();
        byte[] name = {(byte) port, (byte) (port >> 8)};
        forward.say(data, name);
        forward.say(data + 1, name);
        BlockingEnd end = ports.connect(port);
        forward.ends.add(end);
        writers.add(Thread.ofVirtual().name("port-writer").start(() -> forward.write(end, data)));
      }
      Thread reader = Thread.ofVirtual().name("port-reader").start(forward::read);
      for (Thread writer : writers) {
        while (!writer.join(Upgraded.PING_EVERY)) {
          forward.socket.ping();
        }
      }
      forward.socket.close(WebSocket.NORMAL, "");
      reader.join(Upgraded.LINGER);
    } catch (IOException gone) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      forward.ends.forEach(BlockingEnd::close);
    }
  }

  private void write(BlockingEnd end, int data) {
    try {
      Ports.pass(
          end,
          new Ports.Client() {
            @Override
            public void data(byte[] bytes) throws IOException {
              say(data, bytes);
            }

            @Override
            public void error(String message) throws IOException {
              say(data + 1, message.getBytes(StandardCharsets.UTF_8));
            }
          });
    } catch (IOException gone) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end.close();
    }
  }

  private void read() {
    try {
      socket.readAll(this::take);
    } finally {
      ends.forEach(BlockingEnd::close);
    }
  }

  private void take(Piece piece) throws InterruptedException {
    byte[] bytes = piece.bytes();
    channelKnown = channelKnown && !piece.first();
    if (!channelKnown && bytes.length > 0) {
      channelKnown = true;
      channel = bytes[0] & 0xff;
      bytes = Arrays.copyOfRange(bytes, 1, bytes.length);
    }
    if (!channelKnown || channel % 2 != 0 || channel / 2 >= ends.size()) {
      return;
    }
    try {
      for (Frame frame : Frame.split(Channel.STDIN, bytes)) {
        ends.get(channel / 2).send(frame);
      }
    } catch (IOException portIsGone) {
      return; // its writer says so
    }
  }

  private void say(int to, byte[] bytes) throws IOException {
    byte[] message = new byte[bytes.length + 1];
    message[0] = (byte) to;
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    socket.send(message);
  }
}
