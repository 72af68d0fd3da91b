package io.luotsi.app.certificates;

import io.luotsi.app.directory.Role;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.http.auth.ClientCertificates;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets in whom the members' authority has signed and whose role may speak here; and where this
 * member has connected itself, only the member whose seat is there. Addresses in certificates play
 * no part: a member keeps its certificate when its address changes.
 */
final class MemberTrust extends X509ExtendedTrustManager {
  private static final Logger LOG = LoggerFactory.getLogger(MemberTrust.class);

  private static final int LOGGED_CHARACTERS = 200;

  private final X509ExtendedTrustManager signed;
  private final String port;
  private final Set<String> organisations;
  private final MemberTls.Seats seats;

  /**
   * @param signed says whether the authority has signed a certificate and it is valid now
   * @param port what it guards, in words
   */
  MemberTrust(
      X509ExtendedTrustManager signed, String port, Set<Role> trusted, MemberTls.Seats seats) {
    this.signed = signed;
    this.port = port;
    this.organisations =
        trusted.stream().map(MemberCredential::organisation).collect(Collectors.toSet());
    this.seats = seats;
  }

  private interface Check {
    void check() throws CertificateException;
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    refuseAloud(
        chain,
        () -> {
          signed.checkClientTrusted(chain, type);
          requireRole(chain[0]);
        });
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    refuseAloud(
        chain,
        () -> {
          signed.checkServerTrusted(chain, type);
          requireRole(chain[0]);
          requireName(chain[0], seats.memberAt(engine.getPeerHost(), engine.getPeerPort()));
        });
  }

  private void refuseAloud(X509Certificate[] chain, Check check) throws CertificateException {
    try {
      check.check();
    } catch (CertificateException e) {
      LOG.info("no connection of {} with {}: {}", port, subject(chain[0]), e.getMessage());
      throw e;
    }
  }

  /** In one line, whatever a stranger has put into it. */
  private static String subject(X509Certificate certificate) {
    String all = certificate.getSubjectX500Principal().getName().replaceAll("\\p{Cntrl}", "?");
    return all.substring(0, Math.min(all.length(), LOGGED_CHARACTERS));
  }

  private void requireRole(X509Certificate certificate) throws CertificateException {
    if (ClientCertificates.user(certificate).groups().stream().noneMatch(organisations::contains)) {
      throw new CertificateException("only " + organisations + " may speak here");
    }
  }

  /** A member that came later than the seats that are known is held to its role only. */
  private static void requireName(X509Certificate certificate, Optional<String> seated)
      throws CertificateException {
    UserInfo shown = ClientCertificates.user(certificate);
    if (seated.isPresent() && !seated.get().equals(shown.name())) {
      throw new CertificateException("this is the place of " + seated.get());
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw withoutEngine();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    throw withoutEngine();
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw withoutEngine();
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    throw withoutEngine();
  }

  private static CertificateException withoutEngine() {
    return new CertificateException("members speak through engines only");
  }

  /** What a server names as those whose certificates it takes; our members need no hint. */
  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return signed.getAcceptedIssuers();
  }
}
