package io.luotsi.http.auth;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.http.guard.GuardedEngine;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.naming.InvalidNameException;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.security.auth.x500.X500Principal;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.SslSessionInfo;

/**
 * Finds out who asks: a client certificate's common name is the user, its organisations are the
 * groups. The handshake has checked that the cluster's authority signed it, and refused the
 * connection otherwise; a client without one is anonymous.
 */
public final class ClientCertificates {
  private static final int MAX_REMEMBERED = 10_000;

  /** Under which upstream keeps what a user was recognised by. */
  private static final String CREDENTIAL = "authentication.kubernetes.io/credential-id";

  private final Map<X509Certificate, UserInfo> users = new ConcurrentHashMap<>();

  /** Server engines of {@code tls} that ask for a certificate and do without one. */
  public static HttpsConnectionContext wantedOver(SSLContext tls) {
    return ConnectionContext.httpsServer(
        () -> {
          SSLEngine engine = new GuardedEngine(tls.createSSLEngine());
          engine.setUseClientMode(false);
          engine.setWantClientAuth(true);
          return engine;
        });
  }

  /**
   * @return empty if the client showed no certificate; Unauthorized if its certificate names nobody
   *     or the connection cannot say whose it is
   */
  Outcome<Optional<UserInfo>> authenticate(HttpRequest request) {
    Optional<SslSessionInfo> session = request.getAttribute(AttributeKeys.sslSession);
    if (session.isEmpty()) {
      return Outcome.rejected(Authentication.UNAUTHORIZED);
    }
    Optional<UserInfo> user = certificate(session.get().getSession()).map(this::known);
    return user.isPresent() && user.get().name().isEmpty()
        ? Outcome.rejected(Authentication.UNAUTHORIZED)
        : Outcome.done(user);
  }

  private static Optional<X509Certificate> certificate(SSLSession session) {
    try {
      Certificate[] chain = session.getPeerCertificates();
      return chain.length > 0 && chain[0] instanceof X509Certificate leaf
          ? Optional.of(leaf)
          : Optional.empty();
    } catch (SSLPeerUnverifiedException e) {
      return Optional.empty(); // this is how a session says that no certificate was sent
    }
  }

  /** Whom a certificate names that the cluster's authority has signed. */
  public static UserInfo user(X509Certificate certificate) {
    return read(
        certificate.getSubjectX500Principal(), Map.of(CREDENTIAL, List.of(id(certificate))));
  }

  private static String id(X509Certificate certificate) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return "X509SHA256=" + HexFormat.of().formatHex(sha256.digest(certificate.getEncoded()));
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e); // every JDK has the one, and the handshake read the other
    }
  }

  private UserInfo known(X509Certificate certificate) {
    UserInfo known = users.get(certificate);
    if (known != null) {
      return known;
    }
    UserInfo user = user(certificate);
    if (users.size() < MAX_REMEMBERED) {
      users.put(certificate, user);
    }
    return user;
  }

  private static UserInfo read(X500Principal subject, Map<String, List<String>> extra) {
    List<String> groups = new ArrayList<>();
    String name = "";
    try {
      // RFC 2253 writes the last part first; upstream reads a certificate in its own order.
      for (Rdn rdn : new LdapName(subject.getName(X500Principal.RFC2253)).getRdns()) {
        var attributes = rdn.toAttributes().getAll();
        while (attributes.hasMore()) {
          Attribute attribute = attributes.next();
          // Go, and so upstream's signers, write all groups as one part with several values.
          var values = attribute.getAll();
          while (values.hasMore()) {
            String value = String.valueOf(values.next());
            switch (attribute.getID().toUpperCase(Locale.ROOT)) {
              case "CN" -> name = value;
              case "O" -> groups.add(value);
              default -> {}
            }
          }
        }
      }
    } catch (InvalidNameException e) {
      throw new IllegalStateException("a principal that does not parse: " + subject, e);
    } catch (NamingException e) {
      throw new IllegalStateException(e);
    }
    groups.add(UserInfo.AUTHENTICATED);
    return new UserInfo(name, "", groups, extra);
  }
}
