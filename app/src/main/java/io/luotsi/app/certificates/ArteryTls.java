package io.luotsi.app.certificates;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import org.apache.pekko.remote.artery.tcp.SSLEngineProviderSetup;
import scala.Option;

/** TLS between the ActorSystems of a cluster. Whom a handshake admits, {@link MemberTls} says. */
public final class ArteryTls implements SSLEngineProvider {
  private final MemberTls tls;
  private final HandshakeWatch handshakes;

  private ArteryTls(MemberTls tls, HandshakeWatch handshakes) {
    this.tls = tls;
    this.handshakes = handshakes;
  }

  /** What an ActorSystem is given besides its configuration. */
  public static SSLEngineProviderSetup setup(MemberTls tls) {
    return SSLEngineProviderSetup.create(system -> of(tls, system));
  }

  private static SSLEngineProvider of(MemberTls tls, ExtendedActorSystem system) {
    return new ArteryTls(tls, new HandshakeWatch(tls.handshakeWithin(), system));
  }

  @Override
  public SSLEngine createServerSSLEngine(String hostname, int port) {
    SSLEngine engine = tls.arteryServer();
    handshakes.watch(engine);
    return engine;
  }

  @Override
  public SSLEngine createClientSSLEngine(String hostname, int port) {
    return tls.arteryClient(hostname, port);
  }

  /** All has been said in the handshake. */
  @Override
  public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
    return Option.empty();
  }

  @Override
  public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
    return Option.empty();
  }
}
