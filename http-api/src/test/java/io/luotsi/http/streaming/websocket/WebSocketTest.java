package io.luotsi.http.streaming.websocket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.http.streaming.Upgraded;
import io.luotsi.http.streaming.websocket.WebSocket.Piece;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WebSocketTest {
  private static final int FIN = 0x80;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final ByteArrayOutputStream client = new ByteArrayOutputStream();

  /** What a client sends: a frame, masked. */
  private WebSocketTest frame(int head, byte[] payload) {
    try {
      DataOutputStream out = new DataOutputStream(client);
      out.write(head);
      if (payload.length < 126) {
        out.write(0x80 | payload.length);
      } else if (payload.length <= 0xffff) {
        out.write(0x80 | 126);
        out.writeShort(payload.length);
      } else {
        out.write(0x80 | 127);
        out.writeLong(payload.length);
      }
      byte[] mask = {1, 2, 3, 4};
      out.write(mask);
      for (int i = 0; i < payload.length; i++) {
        out.write(payload[i] ^ mask[i % 4]);
      }
      return this;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private WebSocketTest frame(int head, String payload) {
    return frame(head, payload.getBytes(StandardCharsets.UTF_8));
  }

  private WebSocket socket() {
    return new WebSocket(new Upgraded(new ByteArrayInputStream(client.toByteArray()), sent));
  }

  private static List<Piece> all(WebSocket socket) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    for (Optional<Piece> next = socket.read(); next.isPresent(); next = socket.read()) {
      pieces.add(next.get());
    }
    return pieces;
  }

  private static String text(Piece piece) {
    return new String(piece.bytes(), StandardCharsets.UTF_8);
  }

  @Test
  void messagesInManyFramesHaveOneBeginningAndOneEnd() throws IOException {
    frame(FIN | TEXT, "whole").frame(BINARY, "be").frame(0, "").frame(FIN, "gun");
    List<Piece> pieces = all(socket());

    assertThat(pieces).extracting(WebSocketTest::text).containsExactly("whole", "be", "", "gun");
    assertThat(pieces).extracting(Piece::first).containsExactly(true, true, false, false);
    assertThat(pieces).extracting(Piece::last).containsExactly(true, false, false, true);
  }

  @Test
  void longFramesComeInPieces() throws IOException {
    for (int length : List.of(125, 126, 0xffff, 0x10000, 3 * WebSocket.PIECE_BYTES + 1)) {
      client.reset();
      byte[] payload = new byte[length];
      new Random(length).nextBytes(payload);
      List<Piece> pieces = all(frame(FIN | BINARY, payload).socket());

      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      pieces.forEach(piece -> whole.writeBytes(piece.bytes()));
      assertThat(whole.toByteArray()).isEqualTo(payload);
      assertThat(pieces).allMatch(piece -> piece.bytes().length <= WebSocket.PIECE_BYTES);
      assertThat(pieces.getFirst().first()).isTrue();
      assertThat(pieces.stream().filter(Piece::last)).containsExactly(pieces.getLast());
    }
  }

  @Test
  void pingsInTheMiddleOfAMessageAreAnswered() throws IOException {
    frame(BINARY, "a").frame(FIN | PING, "are you there").frame(FIN, "b").frame(FIN | CLOSE, "");
    assertThat(all(socket())).extracting(WebSocketTest::text).containsExactly("a", "b");

    DataInputStream answers = new DataInputStream(new ByteArrayInputStream(sent.toByteArray()));
    assertThat(answers.readUnsignedByte()).isEqualTo(FIN | PONG);
    assertThat(new String(answers.readNBytes(answers.readUnsignedByte()), StandardCharsets.UTF_8))
        .isEqualTo("are you there");
    assertThat(answers.readUnsignedByte()).isEqualTo(FIN | CLOSE);
    assertThat(answers.readUnsignedByte()).isEqualTo(2);
    assertThat(answers.readUnsignedShort()).isEqualTo(WebSocket.NORMAL);
    assertThat(answers.available()).isZero();
  }

  @Test
  void whatIsSentIsReadAgainWhateverItsLength() throws IOException {
    WebSocket socket = socket();
    for (int length : List.of(0, 125, 126, 0xffff, 0x10000)) {
      sent.reset();
      socket.send(new byte[length]);
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(sent.toByteArray()));
      assertThat(in.readUnsignedByte()).isEqualTo(FIN | BINARY);
      int second = in.readUnsignedByte();
      long told =
          switch (second) {
            case 126 -> in.readUnsignedShort();
            case 127 -> in.readLong();
            default -> second;
          };
      assertThat(told).isEqualTo(length);
      assertThat(in.available()).isEqualTo(length);
    }
  }

  @Test
  void nothingFollowsAClose() throws IOException {
    WebSocket socket = socket();
    socket.close(WebSocket.NORMAL, "");
    int length = sent.size();
    socket.close(WebSocket.PROTOCOL_ERROR, "again");
    socket.send(new byte[3]);
    assertThat(sent.size()).isEqualTo(length);
  }

  @Test
  void whoBreaksTheRulesIsToldAndThrownOut() {
    violates(() -> frame(FIN, "a continuation of nothing"));
    violates(() -> frame(BINARY, "a").frame(FIN | BINARY, "another before its end"));
    violates(() -> frame(FIN | 0x40 | BINARY, "an extension"));
    violates(() -> frame(FIN | 3, "an opcode that nobody knows"));
    violates(() -> frame(PING, "a ping in parts"));
    violates(() -> frame(FIN | PING, "x".repeat(126)));
    violates(() -> client.writeBytes(new byte[] {(byte) (FIN | BINARY), 1, 'x'}));
    violates(
        () ->
            client.writeBytes(
                new byte[] {(byte) (FIN | BINARY), (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1}));
  }

  private void violates(Runnable sends) {
    client.reset();
    sent.reset();
    sends.run();
    WebSocket socket = socket();
    assertThatThrownBy(() -> all(socket)).isInstanceOf(IOException.class);
    byte[] close = sent.toByteArray();
    assertThat(close[0] & 0xff).isEqualTo(FIN | CLOSE);
    assertThat((close[2] & 0xff) << 8 | close[3] & 0xff).isEqualTo(WebSocket.PROTOCOL_ERROR);
  }

  @Test
  void aTunnelIsBytesWithoutMessages() throws IOException {
    frame(BINARY, "o").frame(FIN, "ne ").frame(FIN | BINARY, "").frame(FIN | BINARY, "two");
    Upgraded tunnel =
        Tunnel.through(new Upgraded(new ByteArrayInputStream(client.toByteArray()), sent));
    assertThat(new String(tunnel.in().readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("one two");
    tunnel.out().write("back".getBytes(StandardCharsets.UTF_8));
    assertThat(sent.toByteArray()).containsExactly(FIN | BINARY, 4, 'b', 'a', 'c', 'k');
  }
}
