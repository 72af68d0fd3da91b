package io.luotsi.http.streaming.proxy;

import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.PodTls;
import io.luotsi.core.session.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.net.ssl.SSLEngine;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.stream.TLSClosing;
import org.apache.pekko.stream.TLSProtocol.SendBytes;
import org.apache.pekko.stream.TLSProtocol.SessionBytes;
import org.apache.pekko.stream.TLSProtocol.SslTlsInbound;
import org.apache.pekko.stream.TLSProtocol.SslTlsOutbound;
import org.apache.pekko.stream.javadsl.BidiFlow;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.JavaFlowSupport;
import org.apache.pekko.stream.javadsl.TLS;
import org.apache.pekko.stream.javadsl.TLSPlacebo;
import org.apache.pekko.util.ByteString;

/** Bytes to and from what answers a proxied request. */
final class Connections {
  private Connections() {}

  /** A connection to a port of a pod; fails in the words of whoever could not make it. */
  static Flow<ByteString, ByteString, NotUsed> over(Session session) {
    Flow<ByteString, Frame, NotUsed> said =
        Flow.of(ByteString.class).mapConcat(bytes -> Frame.split(Channel.STDIN, bytes.toArray()));
    return said.via(processor(session)).mapConcat(Connections::heard);
  }

  private static Flow<Frame, Frame, NotUsed> processor(Session session) {
    try {
      return JavaFlowSupport.Flow.fromProcessor(() -> session);
    } catch (Exception e) {
      throw new IllegalStateException(e); // declared, and thrown by nothing
    }
  }

  private static List<ByteString> heard(Frame frame) {
    return switch (frame.channel()) {
      case STDOUT -> List.of(ByteString.fromArray(frame.bytes()));
      case STATUS -> throw new UncheckedIOException(new IOException(frame.text()));
      case STDIN, STDIN_END, RESIZE, STDERR -> List.of();
    };
  }

  /** HTTP over such a connection, with TLS between them or without. */
  static Flow<HttpRequest, HttpResponse, NotUsed> http(
      BidiFlow<HttpRequest, SslTlsOutbound, SslTlsInbound, HttpResponse, NotUsed> client,
      boolean tls,
      Flow<ByteString, ByteString, NotUsed> connection) {
    Flow<SslTlsOutbound, SslTlsInbound, NotUsed> below =
        tls ? tls().join(connection) : plain(connection);
    return client.join(below);
  }

  private static Flow<SslTlsOutbound, SslTlsInbound, NotUsed> plain(
      Flow<ByteString, ByteString, NotUsed> connection) {
    return TLSPlacebo.getInstance().join(connection).map(bytes -> (SslTlsInbound) bytes);
  }

  /** Bytes over such a connection with TLS between them. */
  static Flow<ByteString, ByteString, NotUsed> secured(
      Flow<ByteString, ByteString, NotUsed> connection) {
    return Flow.of(ByteString.class)
        .map(bytes -> (SslTlsOutbound) new SendBytes(bytes))
        .via(tls().join(connection))
        .mapConcat(
            inbound -> inbound instanceof SessionBytes data ? List.of(data.bytes()) : List.of());
  }

  private static BidiFlow<SslTlsOutbound, ByteString, ByteString, SslTlsInbound, NotUsed> tls() {
    return TLS.create(Connections::engine, TLSClosing.eagerClose());
  }

  private static SSLEngine engine() {
    SSLEngine engine = PodTls.trustingAll().createSSLEngine();
    engine.setUseClientMode(true);
    return engine;
  }
}
