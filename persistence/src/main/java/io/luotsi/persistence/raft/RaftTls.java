package io.luotsi.persistence.raft;

import java.time.Duration;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslProvider;

/**
 * How a member shows its peers who it is, and whom it takes for one: both sides of every connection
 * of Raft's show a certificate.
 *
 * @param keys asked anew for each connection, so that a certificate may change meanwhile
 * @param trust decides alone about a peer, of whichever side: no name is compared with an address
 *     behind it. An engine that it is given knows host and port as the peer's address has them
 * @param handshakeWithin after which a connection is let go that has not said who it is
 */
public record RaftTls(
    X509ExtendedKeyManager keys, X509ExtendedTrustManager trust, Duration handshakeWithin) {
  private static final String PROTOCOL = "TLSv1.3";

  GrpcTlsConfig config() {
    return GrpcTlsConfig.newBuilder()
        .setKeyManager(keys)
        .setTrustManager(trust)
        .setMutualTls(true)
        // A server's default is a native library, which a start would have to unpack and load.
        .setSslProvider(SslProvider.JDK)
        .setProtocols(PROTOCOL)
        .build();
  }
}
