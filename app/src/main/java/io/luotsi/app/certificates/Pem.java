package io.luotsi.app.certificates;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/** Certificates and EC keys as text. Reading uses the JDK alone, so that a restart is quick. */
final class Pem {
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));

  private static final String KEY = "EC PRIVATE KEY";
  private static final String PUBLIC_KEY = "PUBLIC KEY";
  private static final int FIELD_BYTES = 32;

  /** DER: a sequence of 119 bytes, version 1, and 32 bytes of private key to follow. */
  private static final byte[] HEAD = HexFormat.of().parseHex("30770201010420");

  /** DER: the curve's identifier, and 65 bytes of public key to follow, less their first. */
  private static final byte[] CURVE = HexFormat.of().parseHex("a00a06082a8648ce3d030107a144034200");

  private static final byte UNCOMPRESSED = 4;

  private Pem() {}

  static byte[] write(X509Certificate certificate) throws GeneralSecurityException {
    return writeCertificate(certificate.getEncoded());
  }

  static byte[] writeCertificate(byte[] der) {
    return write("CERTIFICATE", der);
  }

  /**
   * A P-256 key as SEC 1 has it, with its public part: what Go writes, and the one form that client
   * libraries of all languages read without being told that the key is not an RSA one.
   */
  static byte[] write(Credential credential) {
    return write(credential.key(), (ECPublicKey) credential.certificate().getPublicKey());
  }

  private static byte[] unsigned(BigInteger number) {
    byte[] padded = new byte[FIELD_BYTES];
    byte[] bytes = number.toByteArray();
    int length = Math.min(bytes.length, FIELD_BYTES);
    System.arraycopy(bytes, bytes.length - length, padded, FIELD_BYTES - length, length);
    return padded;
  }

  /** The public half alone, as everybody writes it. */
  static byte[] write(PublicKey key) {
    return write(PUBLIC_KEY, key.getEncoded());
  }

  /** The same for a key that has no certificate. */
  static byte[] write(PrivateKey key, ECPublicKey open) {
    ECPoint point = open.getW();
    ByteBuffer der = ByteBuffer.allocate(HEAD.length + CURVE.length + 1 + 3 * FIELD_BYTES);
    der.put(HEAD).put(unsigned(((ECPrivateKey) key).getS())).put(CURVE).put(UNCOMPRESSED);
    der.put(unsigned(point.getAffineX())).put(unsigned(point.getAffineY()));
    return write(KEY, der.array());
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

  private static byte[] der(byte[] pem) throws InvalidKeyException {
    String base64 = new String(pem, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----", "");
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new InvalidKeyException("not a key in PEM", e);
    }
  }

  /** Reads what {@link #write(PublicKey)} writes. */
  static ECPublicKey readPublicKey(byte[] pem) throws GeneralSecurityException {
    return (ECPublicKey)
        KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(der(pem)));
  }

  /** Reads what {@link #write(Credential)} writes. */
  static PrivateKey readKey(byte[] pem) throws GeneralSecurityException {
    byte[] der = der(pem);
    int end = HEAD.length + FIELD_BYTES;
    if (der.length < end || !Arrays.equals(HEAD, Arrays.copyOf(der, HEAD.length))) {
      throw new InvalidKeyException("not a P-256 key as Luotsi writes it");
    }
    AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
    curve.init(new ECGenParameterSpec("secp256r1"));
    BigInteger secret = new BigInteger(1, Arrays.copyOfRange(der, HEAD.length, end));
    return KeyFactory.getInstance("EC")
        .generatePrivate(
            new ECPrivateKeySpec(secret, curve.getParameterSpec(ECParameterSpec.class)));
  }
}
