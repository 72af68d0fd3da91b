package io.luotsi.http.auth;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.UserInfo;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
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

  private final Map<X500Principal, UserInfo> users = new ConcurrentHashMap<>();

  /** Server engines of {@code tls} that ask for a certificate and do without one. */
  public static HttpsConnectionContext wantedOver(SSLContext tls) {
    return ConnectionContext.httpsServer(
        () -> {
          SSLEngine engine = tls.createSSLEngine();
          engine.setUseClientMode(false);
          engine.setWantClientAuth(true);
          return engine;
        });
  }

  /**
   * @return Unauthorized if the request carries credentials of a kind we do not know, or the
   *     connection cannot say whose it is
   */
  public Outcome<UserInfo> authenticate(HttpRequest request) {
    Optional<SslSessionInfo> session = request.getAttribute(AttributeKeys.sslSession);
    if (session.isEmpty()) {
      return Outcome.rejected(new Rejection.Unauthorized("Unauthorized"));
    }
    Optional<X509Certificate> certificate = certificate(session.get().getSession());
    if (certificate.isPresent()) {
      UserInfo user = known(certificate.get());
      return user.name().isEmpty()
          ? Outcome.rejected(new Rejection.Unauthorized("Unauthorized"))
          : Outcome.done(user);
    }
    // As upstream: credentials that nobody recognises are an error, not an absence.
    return request.getHeader("Authorization").isPresent()
        ? Outcome.rejected(new Rejection.Unauthorized("Unauthorized"))
        : Outcome.done(UserInfo.ANONYMOUS);
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
    return read(certificate.getSubjectX500Principal());
  }

  private UserInfo known(X509Certificate certificate) {
    X500Principal subject = certificate.getSubjectX500Principal();
    UserInfo known = users.get(subject);
    if (known != null) {
      return known;
    }
    UserInfo user = read(subject);
    if (users.size() < MAX_REMEMBERED) {
      users.put(subject, user);
    }
    return user;
  }

  static UserInfo read(X500Principal subject) {
    List<String> groups = new ArrayList<>();
    String name = "";
    try {
      // RFC 2253 writes the last part first; upstream reads a certificate in its own order.
      for (Rdn rdn : new LdapName(subject.getName(X500Principal.RFC2253)).getRdns()) {
        var attributes = rdn.toAttributes().getAll();
        while (attributes.hasMore()) {
          Attribute attribute = attributes.next();
          switch (attribute.getID().toUpperCase(java.util.Locale.ROOT)) {
            case "CN" -> name = String.valueOf(attribute.get());
            case "O" -> groups.add(String.valueOf(attribute.get()));
            default -> {}
          }
        }
      }
    } catch (InvalidNameException e) {
      throw new IllegalStateException("a principal that does not parse: " + subject, e);
    } catch (NamingException e) {
      throw new IllegalStateException(e);
    }
    groups.add(UserInfo.AUTHENTICATED);
    return new UserInfo(name, "", groups);
  }
}
