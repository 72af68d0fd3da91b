package io.luotsi.http.streaming;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.impl.engine.server.UpgradeToOtherProtocolResponseHeader;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.javadsl.StreamConverters;
import org.apache.pekko.util.ByteString;

/**
 * A connection that speaks HTTP no more. Both streams wait, and are meant for virtual threads; each
 * write is sent at once.
 */
public record Upgraded(InputStream in, OutputStream out) implements AutoCloseable {
  /** How often a client that has nothing to be told is asked whether it lives. */
  public static final Duration PING_EVERY = Duration.ofSeconds(10);

  /**
   * How long a client has to close once it was told all. A connection that is closed under what it
   * still sends is reset, and it might lose what it has not read.
   */
  public static final Duration LINGER = Duration.ofSeconds(20);

  /** Reads and writes wait for the client, however long; whoever is gone is found by pings. */
  private static final Duration EVER = Duration.ofDays(3_650);

  /** Pieces of at most a TLS record that have come and were not read. */
  private static final int PIECES = 4;

  /**
   * The answer that hands the client's connection over.
   *
   * @param headers all that it says, {@code Connection} and {@code Upgrade} included
   * @param conversation is run on a virtual thread of its own; the connection ends with it
   */
  public static HttpResponse by(List<HttpHeader> headers, Consumer<Upgraded> conversation) {
    return HttpResponse.create()
        .withStatus(StatusCodes.SWITCHING_PROTOCOLS)
        .addHeaders(headers)
        .addHeader(new UpgradeToOtherProtocolResponseHeader(between(conversation).asScala()));
  }

  /** From the streams of Pekko to those of java.io and back. */
  private static Flow<ByteString, ByteString, Object> between(Consumer<Upgraded> conversation) {
    return Flow.fromSinkAndSourceCoupledMat(
        input(),
        output(),
        (in, out) ->
            Thread.ofVirtual()
                .name("upgraded")
                .start(
                    () -> {
                      try (Upgraded connection = new Upgraded(in, out)) {
                        conversation.accept(connection);
                      }
                    }));
  }

  /** The other end of a stream of bytes each way, which begins now. */
  public static Upgraded over(
      Flow<ByteString, ByteString, NotUsed> connection, Materializer materializer) {
    return output()
        .viaMat(connection, Keep.left())
        .toMat(input(), (out, in) -> new Upgraded(in, out))
        .run(materializer);
  }

  private static Sink<ByteString, InputStream> input() {
    return StreamConverters.asInputStream(EVER)
        .withAttributes(Attributes.inputBuffer(PIECES, PIECES));
  }

  private static Source<ByteString, OutputStream> output() {
    return StreamConverters.asOutputStream(EVER)
        .withAttributes(Attributes.inputBuffer(PIECES, PIECES));
  }

  /** Both directions at once; whoever waits for either is let go. */
  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException alreadyClosed) {
      // which is what was wanted
    }
    try {
      in.close();
    } catch (IOException alreadyClosed) {
      // likewise
    }
  }
}
