package io.luotsi.persistence.raft;

import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.ClientAuth;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.IdentityCipherSuiteFilter;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.JdkSslContext;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;

/**
 * How a member shows its peers who it is, and whom it takes for one: both sides of every connection
 * of Raft's show a certificate.
 *
 * @param context its key manager shows this member's certificate; its trust manager, an extended
 *     one, decides alone about a peer, of whichever side: no name is compared with an address
 *     behind it. An engine that it is given knows host and port as the peer's address has them
 * @param handshakeWithin after which a connection is let go that has not said who it is
 */
public record RaftTls(SSLContext context, Duration handshakeWithin) {
  private static final ApplicationProtocolConfig HTTP_2 =
      new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.NO_ADVERTISE,
          SelectedListenerFailureBehavior.ACCEPT,
          List.of("h2"));

  private static final String[] PROTOCOLS = {"TLSv1.3"};

  /** For whoever connects to this member. */
  SslContext server() {
    return netty(false, ClientAuth.REQUIRE);
  }

  /** For whom this member connects to. */
  SslContext client() {
    return netty(true, ClientAuth.NONE);
  }

  private SslContext netty(boolean isClient, ClientAuth clientAuth) {
    return new JdkSslContext(
        context,
        isClient,
        null, // all cipher suites that the JDK has enabled
        IdentityCipherSuiteFilter.INSTANCE,
        HTTP_2,
        clientAuth,
        PROTOCOLS,
        false);
  }
}
