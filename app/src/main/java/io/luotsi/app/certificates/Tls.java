package io.luotsi.app.certificates;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** TLS that trusts this cluster's authority and nobody else, for clients and servers. */
public final class Tls {
  /**
   * For stores that never leave this process. PKCS #12 would encrypt the key and decrypt it again,
   * with ten thousand rounds of hashing each.
   */
  private static final String IN_MEMORY = "JKS";

  private Tls() {}

  /**
   * The administrator's, from a {@code pki} folder.
   *
   * @throws PlainFailure if its files are not there or not readable
   */
  public static SSLContext admin(Path folder) {
    try {
      X509Certificate authority =
          Pem.readCertificate(Files.readAllBytes(ClusterCertificates.authorityFile(folder)));
      Credential admin =
          new Credential(
              Pem.readCertificate(
                  Files.readAllBytes(ClusterCertificates.adminCertificateFile(folder))),
              Pem.readKey(Files.readAllBytes(ClusterCertificates.adminKeyFile(folder))));
      return context(authority, admin);
    } catch (IOException | GeneralSecurityException e) {
      throw new PlainFailure("cannot use the certificates in " + folder + ": " + e.getMessage(), e);
    }
  }

  /** The server's, and that of anything else that speaks as {@code own}. */
  public static SSLContext of(X509Certificate authority, Credential own) {
    try {
      return context(authority, own);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("the JDK cannot set up TLS", e);
    }
  }

  private static SSLContext context(X509Certificate authority, Credential own)
      throws GeneralSecurityException, IOException {
    char[] noPassword = new char[0];
    KeyStore keys = emptyStore();
    keys.setKeyEntry("own", own.key(), noPassword, new Certificate[] {own.certificate()});
    KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
    keyManagers.init(keys, noPassword);
    TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
    KeyStore trusted = emptyStore();
    trusted.setCertificateEntry("authority", authority);
    trustManagers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
    return context;
  }

  static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(IN_MEMORY);
    store.load(null, new char[0]);
    return store;
  }
}
