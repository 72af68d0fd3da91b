package io.luotsi.core.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/**
 * JSON Web Tokens in their compact form, of one algorithm and one key: a header that asks for
 * anything else, {@code none} included, is no token of ours.
 */
final class SignedClaims {
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private SignedClaims() {}

  static String write(ObjectNode claims, SigningKey key) {
    ObjectNode header = Json.object().put("alg", SigningKey.ALGORITHM).put("kid", key.id());
    String signed = encode(Json.write(header)) + "." + encode(Json.write(claims));
    return signed + "." + encode(key.sign(ascii(signed)));
  }

  /**
   * @return empty if it is no token, or not signed by that key
   */
  static Optional<ObjectNode> read(String token, SigningKey key) {
    int first = token.indexOf('.');
    int last = token.lastIndexOf('.');
    if (first < 1 || token.indexOf('.', first + 1) != last || last == first) {
      return Optional.empty();
    }
    try {
      byte[] signature = decode(token.substring(last + 1));
      if (!key.signed(ascii(token.substring(0, last)), signature)) {
        return Optional.empty();
      }
      // Only now is it worth reading: it is our own.
      ObjectNode header = Json.readObject(decode(token.substring(0, first)));
      return header.path("alg").asText().equals(SigningKey.ALGORITHM)
              && header.path("kid").asText(key.id()).equals(key.id())
          ? Optional.of(Json.readObject(decode(token.substring(first + 1, last))))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static String encode(byte[] bytes) {
    return ENCODER.encodeToString(bytes);
  }

  /** Strictly: one text a token, so that nobody can write the same one in another way. */
  private static byte[] decode(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    if (!Arrays.equals(ascii(encode(bytes)), ascii(text))) {
      throw new IllegalArgumentException("not in canonical form");
    }
    return bytes;
  }
}
