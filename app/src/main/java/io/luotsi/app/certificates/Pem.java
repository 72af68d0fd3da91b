package io.luotsi.app.certificates;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

/** Certificates and EC keys as text. Reading uses the JDK alone, so that a restart is quick. */
final class Pem {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private Pem() {}

  static byte[] write(X509Certificate certificate) throws GeneralSecurityException {
    return write("CERTIFICATE", certificate.getEncoded());
  }

  /** PKCS #8, unencrypted. */
  static byte[] write(PrivateKey key) {
    return write("PRIVATE KEY", key.getEncoded());
  }

  private static byte[] write(String type, byte[] der) {
    String text =
        "-----BEGIN "
            + type
            + "-----\n"
            + LINES.encodeToString(der)
            + "\n-----END "
            + type
            + "-----\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  static X509Certificate readCertificate(byte[] pem) throws GeneralSecurityException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }

  static PrivateKey readKey(byte[] pem) throws GeneralSecurityException {
    String base64 = new String(pem, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----", "");
    return KeyFactory.getInstance("EC")
        .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(base64)));
  }
}
