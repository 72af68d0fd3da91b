package io.luotsi.app.certificates;

import io.luotsi.app.directory.Role;
import io.luotsi.persistence.raft.RaftTls;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS between the members of a cluster: both sides show a certificate. Raft's port is for
 * control-plane members, the one between ActorSystems for all members.
 */
public final class MemberTls {
  private static final String[] PROTOCOLS = {"TLSv1.3"};
  private static final Set<Role> REPLICAS = Set.of(Role.CONTROL_PLANE);
  private static final Set<Role> MEMBERS = Set.of(Role.values());

  /** Handshakes take some ms, and seconds where a JVM hardly gets to run. */
  private static final Duration HANDSHAKE_WITHIN = Duration.ofSeconds(10);

  private final Duration handshakeWithin;
  private final SSLContext artery;
  private final SSLContext raft;

  /** Where members are. */
  @FunctionalInterface
  public interface Seats {
    /** Name of the member whose port that is; empty if nothing is known about it. */
    Optional<String> memberAt(String host, int port);
  }

  /**
   * @param seats asked whenever this member has connected to another
   */
  public static MemberTls of(MemberCredential credential, Seats seats) {
    return new MemberTls(credential, seats, InstantSource.system(), HANDSHAKE_WITHIN);
  }

  MemberTls(
      MemberCredential credential, Seats seats, InstantSource clock, Duration handshakeWithin) {
    this.handshakeWithin = handshakeWithin;
    try {
      KeyManager keys = new MemberKeys(credential, clock);
      X509ExtendedTrustManager signed = signedBy(credential);
      this.artery = context(keys, new MemberTrust(signed, "ActorSystems", MEMBERS, seats));
      this.raft = context(keys, new MemberTrust(signed, "Raft", REPLICAS, seats));
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK cannot set up TLS", e);
    }
  }

  private static SSLContext context(KeyManager keys, TrustManager trust)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] {keys}, new TrustManager[] {trust}, null);
    return context;
  }

  private static X509ExtendedTrustManager signedBy(MemberCredential credential)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = Tls.emptyStore();
    trusted.setCertificateEntry("authority", credential.authority());
    TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(trusted);
    return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
  }

  /** Takes control-plane members for peers, and nobody else. */
  public RaftTls forRaft() {
    return new RaftTls(raft, handshakeWithin);
  }

  /** After which a connection is let go that has not said who it is. */
  Duration handshakeWithin() {
    return handshakeWithin;
  }

  /** For an ActorSystem that accepts a connection. */
  SSLEngine arteryServer() {
    SSLEngine engine = artery.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** For an ActorSystem that connects to another. */
  SSLEngine arteryClient(String host, int port) {
    SSLEngine engine = artery.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    engine.setEnabledProtocols(PROTOCOLS);
    return engine;
  }
}
