package io.luotsi.core.certificate;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PSSParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;

/** Keys and signatures of requests, of the kinds that upstream knows. */
final class SignatureCheck {
  private static final String PSS = "RSASSA-PSS";

  /** JDK's names of algorithms, by their identifiers. */
  private static final Map<String, String> SIGNATURES =
      Map.ofEntries(
          Map.entry("1.2.840.113549.1.1.5", "SHA1withRSA"),
          Map.entry("1.2.840.113549.1.1.11", "SHA256withRSA"),
          Map.entry("1.2.840.113549.1.1.12", "SHA384withRSA"),
          Map.entry("1.2.840.113549.1.1.13", "SHA512withRSA"),
          Map.entry("1.2.840.113549.1.1.10", PSS),
          Map.entry("1.2.840.10045.4.1", "SHA1withECDSA"),
          Map.entry("1.2.840.10045.4.3.2", "SHA256withECDSA"),
          Map.entry("1.2.840.10045.4.3.3", "SHA384withECDSA"),
          Map.entry("1.2.840.10045.4.3.4", "SHA512withECDSA"),
          Map.entry("1.3.101.112", "Ed25519"));

  private static final Map<String, String> KEYS =
      Map.of("1.2.840.113549.1.1.1", "RSA", "1.2.840.10045.2.1", "EC", "1.3.101.112", "Ed25519");

  private SignatureCheck() {}

  /**
   * @param info DER of a SubjectPublicKeyInfo
   */
  static PublicKey key(byte[] info) {
    String algorithm =
        KEYS.get(
            DerReader.of(info).enter(DerReader.SEQUENCE).enter(DerReader.SEQUENCE).identifier());
    if (algorithm == null) {
      throw new IllegalArgumentException("x509: unknown public key algorithm");
    }
    try {
      return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(info));
    } catch (InvalidKeySpecException e) {
      throw new IllegalArgumentException("x509: failed to parse public key", e);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e); // every JDK has these
    }
  }

  /**
   * @param algorithm content of an AlgorithmIdentifier
   * @throws IllegalArgumentException if it is no signature of {@code signed} by the key
   */
  static void check(PublicKey key, DerReader algorithm, byte[] signed, byte[] signature) {
    String name = SIGNATURES.get(algorithm.identifier());
    if (name == null) {
      throw new IllegalArgumentException("x509: cannot verify signature: algorithm unimplemented");
    }
    try {
      Signature check = Signature.getInstance(name);
      if (name.equals(PSS)) {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance(PSS);
        parameters.init(algorithm.rest());
        check.setParameter(parameters.getParameterSpec(PSSParameterSpec.class));
      }
      check.initVerify(key);
      check.update(signed);
      if (check.verify(signature)) {
        return;
      }
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("x509: signature verification error", e);
    }
    throw new IllegalArgumentException("x509: signature verification error");
  }
}
