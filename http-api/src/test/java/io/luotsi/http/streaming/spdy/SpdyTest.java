package io.luotsi.http.streaming.spdy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Adler32;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;

class SpdyTest {
  private final ByteArrayOutputStream client = new ByteArrayOutputStream();
  private final HeaderBlock.Writer headers = new HeaderBlock.Writer();

  /** A control frame of a client. */
  private SpdyTest control(int type, int flags, byte[] payload) {
    try {
      DataOutputStream out = new DataOutputStream(client);
      out.writeInt(1 << 31 | 3 << 16 | type);
      out.writeInt(flags << 24 | payload.length);
      out.write(payload);
      return this;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private SpdyTest open(int stream, boolean fin, Map<String, String> with) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes(new byte[] {0, 0, 0, (byte) stream, 0, 0, 0, 0, 0, 0});
    payload.writeBytes(headers.write(with));
    return control(SpdyReader.SYN_STREAM, fin ? SpdyReader.FIN : 0, payload.toByteArray());
  }

  private SpdyTest data(int stream, boolean fin, byte[] bytes) {
    try {
      new SpdyWriter(client).data(stream, bytes, fin);
      return this;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private List<SpdyFrame> all() throws IOException {
    List<SpdyFrame> frames = new ArrayList<>();
    try (SpdyReader reader = new SpdyReader(new ByteArrayInputStream(client.toByteArray()))) {
      for (Optional<SpdyFrame> next = reader.read(); next.isPresent(); next = reader.read()) {
        frames.add(next.get());
      }
    }
    return frames;
  }

  @Test
  void theDictionaryIsEverybodyElses() {
    Adler32 sum = new Adler32();
    sum.update(HeaderBlock.DICTIONARY);
    // What zlib writes into a block that was made with it, and its length.
    assertThat(sum.getValue()).isEqualTo(0xe3c6a7c2L);
    assertThat(HeaderBlock.DICTIONARY).hasSize(1423);
  }

  @Test
  void headersOfAllStreamsAreReadThoughTheyAreCompressedTogether() throws IOException {
    open(1, false, Map.of("streamType", "error"));
    open(3, true, Map.of("Port", "8080"));
    assertThat(all())
        .containsExactly(
            new SpdyFrame.SynStream(1, false, Map.of("streamtype", "error")),
            new SpdyFrame.SynStream(3, true, Map.of("port", "8080")));
  }

  @Test
  void headersThatNobodyNeedsAreReadAllTheSame() throws IOException {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes(new byte[] {0, 0, 0, 1});
    payload.writeBytes(headers.write(Map.of("x", "y")));
    control(SpdyReader.HEADERS, 0, payload.toByteArray());
    open(3, false, Map.of("x", "y"));
    assertThat(all())
        .containsExactly(
            new SpdyFrame.Other(), new SpdyFrame.SynStream(3, false, Map.of("x", "y")));
  }

  @Test
  void dataComeInPiecesOfWhichTheLastIsTheEnd() throws IOException {
    byte[] bytes = new byte[2 * SpdyReader.PIECE_BYTES + 5];
    new Random(1).nextBytes(bytes);
    data(5, true, bytes).data(7, false, new byte[0]);
    List<SpdyFrame> frames = all();

    assertThat(frames).hasSize(4);
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      SpdyFrame.Data piece = (SpdyFrame.Data) frames.get(i);
      whole.writeBytes(piece.bytes());
      assertThat(piece.stream()).isEqualTo(5);
      assertThat(piece.fin()).isEqualTo(i == 2);
    }
    assertThat(whole.toByteArray()).isEqualTo(bytes);
    assertThat(((SpdyFrame.Data) frames.get(3)).fin()).isFalse();
  }

  @Test
  void resetsPingsAndFarewellsAreKnownAndTheRestPassedOver() throws IOException {
    control(SpdyReader.RST_STREAM, 0, new byte[] {0, 0, 0, 3, 0, 0, 0, 5});
    control(SpdyReader.PING, 0, new byte[] {0, 0, 0, 9});
    control(SpdyReader.GOAWAY, 0, new byte[8]);
    control(4, 0, new byte[4]); // settings
    control(9, 0, new byte[8]); // a window
    assertThat(all())
        .containsExactly(
            new SpdyFrame.Reset(3),
            new SpdyFrame.Ping(9),
            new SpdyFrame.GoAway(),
            new SpdyFrame.Other(),
            new SpdyFrame.Other());
  }

  @Test
  void whatIsNotSpdyIsRefusedAndABombDoesNotBurst() {
    refused(() -> client.writeBytes(new byte[] {(byte) 0x80, 2, 0, 1, 0, 0, 0, 0}), "version 3");
    refused(() -> control(SpdyReader.PING, 0, new byte[2]), "too short");
    refused(() -> control(SpdyReader.SYN_STREAM, 0, new byte[3]), "too short");
    refused(() -> control(SpdyReader.SYN_STREAM, 0, new byte[40_000]), "40000 bytes");
    refused(() -> control(SpdyReader.SYN_STREAM, 0, "0123456789 no zlib".getBytes()), "malformed");
    refused(
        () -> {
          Deflater deflater = new Deflater();
          deflater.setDictionary(HeaderBlock.DICTIONARY);
          deflater.setInput(new byte[5_000_000]);
          byte[] bomb = new byte[10_000];
          int length = deflater.deflate(bomb, 10, 9_990, Deflater.SYNC_FLUSH);
          deflater.end();
          control(SpdyReader.SYN_STREAM, 0, java.util.Arrays.copyOf(bomb, length + 10));
        },
        "headers of more than");
  }

  private void refused(Runnable sends, String why) {
    client.reset();
    sends.run();
    assertThatThrownBy(this::all).isInstanceOf(IOException.class).hasMessageContaining(why);
  }
}
