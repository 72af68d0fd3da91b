package io.luotsi.bench.store;

import io.luotsi.persistence.raft.RaftTls;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The one certificate of a run, which everybody shows and nobody else is trusted with: clients and
 * members of both sides. P-256, signed by itself.
 *
 * @param certificate PEM
 * @param key PEM, PKCS #8
 * @param store PKCS #12, with the key under {@link #PASSWORD} and the certificate as trusted
 */
public record ThrowawayCertificate(Path certificate, Path key, Path store) {
  /** Guards nothing: the file lives as long as the run, in a folder of its user's. */
  static final String PASSWORD = "throwaway";

  private static final Duration LIFE = Duration.ofDays(2);
  private static final Duration HANDSHAKE_WITHIN = Duration.ofSeconds(10);
  private static final int SERIAL_BITS = 120;

  /** Where a run keeps it. */
  public static ThrowawayCertificate in(Path folder) {
    return new ThrowawayCertificate(
        folder.resolve("tls.crt"), folder.resolve("tls.key"), folder.resolve("tls.p12"));
  }

  /** Makes it, and writes its three files. */
  public static ThrowawayCertificate create(Path folder)
      throws IOException, GeneralSecurityException {
    ThrowawayCertificate files = in(folder);
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    KeyPair keys = generator.generateKeyPair();
    X509Certificate certificate = selfSigned(keys, Instant.now());
    Files.writeString(files.certificate(), pem("CERTIFICATE", certificate.getEncoded()));
    Files.writeString(files.key(), pem("PRIVATE KEY", keys.getPrivate().getEncoded()));
    KeyStore store = KeyStore.getInstance("PKCS12");
    char[] password = PASSWORD.toCharArray();
    store.load(null, password);
    store.setKeyEntry("own", keys.getPrivate(), password, new Certificate[] {certificate});
    store.setCertificateEntry("trusted", certificate);
    try (OutputStream out = Files.newOutputStream(files.store())) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      store.store(bytes, password);
      bytes.writeTo(out);
    }
    return files;
  }

  /** For connections between members. */
  RaftTls raft() throws IOException, GeneralSecurityException {
    return new RaftTls(context(), HANDSHAKE_WITHIN);
  }

  /** Shows this certificate and trusts it alone. */
  public SSLContext context() throws IOException, GeneralSecurityException {
    char[] password = PASSWORD.toCharArray();
    KeyStore loaded = KeyStore.getInstance(store.toFile(), password);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(loaded, password);
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(loaded);
    SSLContext context = SSLContext.getInstance("TLSv1.3");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static X509Certificate selfSigned(KeyPair keys, Instant now)
      throws IOException, GeneralSecurityException {
    X500Name name = new X500Name("CN=luotsi-bench");
    JcaX509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            new BigInteger(SERIAL_BITS, new SecureRandom()),
            Date.from(now.minus(LIFE)),
            Date.from(now.plus(LIFE)),
            name,
            keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
    builder.addExtension(
        Extension.extendedKeyUsage,
        false,
        new ExtendedKeyUsage(
            new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth}));
    builder.addExtension(
        Extension.subjectAlternativeName,
        false,
        new GeneralNames(new GeneralName(GeneralName.iPAddress, Ports.HOST)));
    try {
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (OperatorCreationException e) {
      throw new GeneralSecurityException(e);
    }
  }

  private static String pem(String type, byte[] der) {
    Base64.Encoder lines = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(type, lines.encodeToString(der), type);
  }
}
