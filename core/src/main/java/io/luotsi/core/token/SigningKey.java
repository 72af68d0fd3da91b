package io.luotsi.core.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;

/**
 * The P-256 key by which a cluster knows the tokens that it has issued: ES256 of RFC 7518, whose
 * signatures every member makes with the same private key.
 *
 * @param secret and {@code open}: the two halves of one pair
 */
public record SigningKey(PrivateKey secret, ECPublicKey open) {
  /** RFC 7518's name of the algorithm. */
  static final String ALGORITHM = "ES256";

  /** SHA-256 and P-256, the two numbers one after the other as JWS wants them. */
  private static final String JDK_ALGORITHM = "SHA256withECDSAinP1363Format";

  private static final int COORDINATE_BYTES = 32;
  private static final int SIGNATURE_BYTES = 2 * COORDINATE_BYTES;
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  /** A new one. */
  public static SigningKey generate() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      KeyPair pair = generator.generateKeyPair();
      return new SigningKey(pair.getPrivate(), (ECPublicKey) pair.getPublic());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has P-256", e);
    }
  }

  /** What tells it from other keys in a token's header: upstream's hash of the public half. */
  String id() {
    try {
      return BASE64.encodeToString(MessageDigest.getInstance("SHA-256").digest(open.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  byte[] sign(byte[] message) {
    try {
      Signature signature = Signature.getInstance(JDK_ALGORITHM);
      signature.initSign(secret);
      signature.update(message);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the cluster's key cannot sign", e);
    }
  }

  boolean signed(byte[] message, byte[] said) {
    if (said.length != SIGNATURE_BYTES) {
      return false;
    }
    try {
      Signature signature = Signature.getInstance(JDK_ALGORITHM);
      signature.initVerify(open);
      signature.update(message);
      return signature.verify(said);
    } catch (GeneralSecurityException e) {
      return false; // numbers that no signature consists of
    }
  }

  /** The public half as a JSON Web Key. */
  ObjectNode jwk() {
    return Json.object()
        .put("use", "sig")
        .put("kty", "EC")
        .put("kid", id())
        .put("crv", "P-256")
        .put("alg", ALGORITHM)
        .put("x", coordinate(open.getW().getAffineX()))
        .put("y", coordinate(open.getW().getAffineY()));
  }

  private static String coordinate(BigInteger number) {
    byte[] padded = new byte[COORDINATE_BYTES];
    byte[] bytes = number.toByteArray();
    int length = Math.min(bytes.length, COORDINATE_BYTES);
    System.arraycopy(bytes, bytes.length - length, padded, COORDINATE_BYTES - length, length);
    return BASE64.encodeToString(padded);
  }
}
