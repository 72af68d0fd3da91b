package io.luotsi.app.certificates;

import io.luotsi.app.certificates.ClusterCertificates.ServerNames;
import io.luotsi.app.directory.Role;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Somebody who connects to a port between members, and what it has to say.
 *
 * @param waits whether it has said nothing yet for which it could be refused
 */
public record Stranger(String who, boolean waits, Approach approach) {
  /** Who may speak to ActorSystems, and not to Raft. */
  public static final String WORKER = "a worker";

  private static final String LATEST = "TLSv1.3";

  interface Approach {
    /** Says something, and returns where an answer would be read. */
    Socket speak(Socket connection) throws IOException;
  }

  /** What became of a connection. */
  public enum Outcome {
    REFUSED,
    LET_IN
  }

  /** Connects, speaks, and waits so long for the connection's end. */
  public Outcome connect(int port, Duration patience) {
    try (Socket connection = new Socket()) {
      connection.connect(new InetSocketAddress("127.0.0.1", port));
      connection.setSoTimeout((int) patience.toMillis());
      try {
        Socket spoken = approach.speak(connection);
        byte[] answer = new byte[1_024];
        while (spoken.getInputStream().read(answer) >= 0) {
          // until it is closed
        }
        return Outcome.REFUSED;
      } catch (SocketTimeoutException e) {
        return Outcome.LET_IN;
      } catch (IOException e) {
        return Outcome.REFUSED; // reset, or told why
      }
    } catch (IOException e) {
      throw new IllegalStateException("nobody listens at port " + port, e);
    }
  }

  /** Who has no certificate, or has not got as far as to show one. */
  public static List<Stranger> withoutCertificate() {
    byte[] garbage = new byte[64 << 10];
    new Random(7).nextBytes(garbage);
    byte[] hello = hello();
    return List.of(
        saying("silence", true, new byte[0]),
        saying("half a hello", true, Arrays.copyOf(hello, hello.length / 2)),
        saying("a hello and no more", true, hello),
        saying("garbage", false, garbage),
        saying(
            "Artery's preface in plain text",
            false,
            new byte[] {'A', 'K', 'K', 'A', 1, 9, 0, 0, 0}),
        saying(
            "HTTP/2's preface in plain text",
            false,
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)),
        new Stranger("no certificate", false, inTls(new KeyManager[0], LATEST)));
  }

  /**
   * Who has one of another authority, or one that is over.
   *
   * @param authority of the members
   * @param api certificates of the same cluster's API
   */
  public static List<Stranger> withWrongCertificate(Credential authority, ClusterCertificates api) {
    Credential foreign = TestMembers.authority();
    MemberCredential member = TestMembers.credential(foreign, "node-1", api.member().role());
    Instant longAgo = Instant.now().minus(Duration.ofDays(400));
    return List.of(
        showing("another cluster's member", member.own()),
        showing("another cluster's authority", foreign),
        showing("the administrator", api.admin()),
        showing("a node", api.node()),
        showing("the API server", api.serving()),
        showing("a member of last year", member(authority, "luotsi:control-plane", longAgo)),
        showing("a user that the members' authority signed", member(authority, "users", longAgo())),
        new Stranger(
            "a member that speaks TLS 1.2",
            false,
            inTls(keys(member(authority, "luotsi:control-plane", longAgo())), "TLSv1.2")));
  }

  private static Instant longAgo() {
    return Instant.now().minus(Duration.ofDays(1));
  }

  /** Who may speak to ActorSystems, and not to Raft. */
  public static Stranger worker(Credential authority) {
    return showing(WORKER, member(authority, "luotsi:workers", longAgo()));
  }

  /** No stranger: shows that the others are not refused for another reason. */
  public static Stranger controlPlane(Credential authority) {
    return showing("a control-plane member", member(authority, "luotsi:control-plane", longAgo()));
  }

  /** All that no port between members takes. */
  public static List<Stranger> all(Credential authority, ClusterCertificates api) {
    return Stream.concat(
            withoutCertificate().stream(), withWrongCertificate(authority, api).stream())
        .toList();
  }

  /** Of a cluster with such a folder: all that say something, and a worker at last. */
  public static List<Stranger> ofRaft(Path pki) {
    try {
      Credential authority = new PkiFolder(pki).read("members-ca").orElseThrow();
      ClusterCertificates api =
          ClusterCertificates.open(
              pki,
              "node-1",
              Role.CONTROL_PLANE,
              new ServerNames(List.of("localhost"), List.of()),
              Instant.now());
      return Stream.concat(
              all(authority, api).stream().filter(stranger -> !stranger.waits()),
              Stream.of(worker(authority)))
          .toList();
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Credential member(Credential authority, String organisation, Instant now) {
    try {
      return new CertificateAuthority(authority).member("node-1", organisation, now);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Stranger saying(String who, boolean waits, byte[] bytes) {
    return new Stranger(
        who,
        waits,
        connection -> {
          connection.getOutputStream().write(bytes);
          connection.getOutputStream().flush();
          return connection;
        });
  }

  private static Stranger showing(String who, Credential own) {
    return new Stranger(who, false, inTls(keys(own), LATEST));
  }

  private static Approach inTls(KeyManager[] keys, String protocol) {
    SSLContext tls = context(keys);
    return connection -> {
      SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(connection, "members", 0, false);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setProtocols(new String[] {protocol});
      // Without it, gRPC refuses those whom TLS has let in.
      parameters.setApplicationProtocols(new String[] {"h2"});
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket;
    };
  }

  private static byte[] hello() {
    try {
      SSLEngine engine = context(new KeyManager[0]).createSSLEngine("members", 0);
      engine.setUseClientMode(true);
      ByteBuffer bytes = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      engine.wrap(ByteBuffer.allocate(0), bytes);
      return Arrays.copyOf(bytes.array(), bytes.position());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Shows it whoever is asked for: the JDK's own would keep back what it thinks is not wanted. */
  private static KeyManager[] keys(Credential own) {
    MemberCredential shown =
        new MemberCredential(Path.of("nowhere"), "stranger", Role.WORKER, own.certificate(), own);
    Instant valid = own.certificate().getNotBefore().toInstant();
    return new KeyManager[] {new MemberKeys(shown, InstantSource.fixed(valid))};
  }

  private static SSLContext context(KeyManager[] keys) {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, new TrustManager[] {new Credulous()}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Takes any server for the right one. */
  private static final class Credulous extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
