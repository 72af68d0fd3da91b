package io.luotsi.core.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.token.AccountClaims.Bound;
import io.luotsi.core.token.AccountClaims.Life;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AccountTokensTest {
  private static final SigningKey KEY = SigningKey.generate();
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private static final AccountClaims CLAIMS =
      new AccountClaims(
          "t-1",
          ObjectKey.of("ns", "robot"),
          "u-1",
          AccountTokens.AUDIENCES,
          Optional.of(new Life(NOW, NOW.plusSeconds(3_600), Optional.of(NOW.plusSeconds(1_200)))),
          Optional.of(new Bound("p", "u-2")),
          Optional.of(new Bound("n", "")),
          Optional.empty());

  private final AccountTokens tokens = new AccountTokens(KEY);

  @Test
  void aTokenSaysWhatItWasWrittenWith() {
    assertThat(tokens.read(tokens.write(CLAIMS))).contains(CLAIMS);
    AccountClaims kept = AccountClaims.kept(ObjectKey.of("ns", "robot"), "u-1", "s");
    assertThat(tokens.read(tokens.write(kept))).contains(kept);
  }

  @Test
  void claimsAreUpstreams() {
    assertThat(payload(tokens.write(CLAIMS)))
        .isEqualTo(
            "{\"aud\":[\"https://kubernetes.default.svc.cluster.local\"],\"exp\":1767326645,"
                + "\"iat\":1767323045,\"iss\":\"https://kubernetes.default.svc.cluster.local\","
                + "\"jti\":\"t-1\",\"kubernetes.io\":{\"namespace\":\"ns\",\"node\":{\"name\":\"n\"},"
                + "\"pod\":{\"name\":\"p\",\"uid\":\"u-2\"},"
                + "\"serviceaccount\":{\"name\":\"robot\",\"uid\":\"u-1\"},"
                + "\"warnafter\":1767324245},\"nbf\":1767323045,"
                + "\"sub\":\"system:serviceaccount:ns:robot\"}");
    assertThat(payload(tokens.write(AccountClaims.kept(ObjectKey.of("ns", "robot"), "u-1", "s"))))
        .isEqualTo(
            "{\"iss\":\"kubernetes/serviceaccount\",\"kubernetes.io/serviceaccount/namespace\":"
                + "\"ns\",\"kubernetes.io/serviceaccount/secret.name\":\"s\","
                + "\"kubernetes.io/serviceaccount/service-account.name\":\"robot\","
                + "\"kubernetes.io/serviceaccount/service-account.uid\":\"u-1\","
                + "\"sub\":\"system:serviceaccount:ns:robot\"}");
  }

  private static String payload(String token) {
    return new String(Base64.getUrlDecoder().decode(token.split("\\.")[1]), StandardCharsets.UTF_8);
  }

  @Test
  void whatAnotherKeyHasSignedIsNoToken() {
    assertThat(tokens.read(new AccountTokens(SigningKey.generate()).write(CLAIMS))).isEmpty();
  }

  @Test
  void aTokenThatWasChangedIsNone() {
    String token = tokens.write(CLAIMS);
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String changed = token.substring(0, i) + other + token.substring(i + 1);
      assertThat(tokens.read(changed)).as("position %d", i).isEmpty();
    }
    for (String nonsense :
        List.of("", ".", "..", "...", "a.b", "a.b.c", token + ".", "." + token, token + "=")) {
      assertThat(tokens.read(nonsense)).as(nonsense).isEmpty();
    }
  }

  @Test
  void aHeaderThatAsksForNoSignatureIsRefused() {
    String payload = tokens.write(CLAIMS).split("\\.")[1];
    for (String algorithm : List.of("none", "HS256")) {
      String header = encode(Json.object().put("alg", algorithm));
      assertThat(tokens.read(header + "." + payload + ".")).isEmpty();
      String signed = header + "." + payload;
      byte[] signature = KEY.sign(signed.getBytes(StandardCharsets.US_ASCII));
      assertThat(tokens.read(signed + "." + encode(signature))).as(algorithm).isEmpty();
    }
  }

  @Test
  void claimsOfAnotherIssuerAreNone() {
    ObjectNode claims =
        Json.readObject(payload(tokens.write(CLAIMS)).getBytes(StandardCharsets.UTF_8));
    assertThat(tokens.read(SignedClaims.write(claims, KEY))).contains(CLAIMS);
    assertThat(tokens.read(SignedClaims.write(claims.deepCopy().put("iss", "x"), KEY))).isEmpty();
    assertThat(
            tokens.read(
                SignedClaims.write(
                    claims.deepCopy().put("sub", "system:serviceaccount:ns:other"), KEY)))
        .isEmpty();
  }

  @Test
  void everybodyCanReadByWhichKeyTokensAreSigned() {
    JsonNode key = tokens.keys().at("/keys/0");
    JsonNode header =
        Json.readObject(Base64.getUrlDecoder().decode(tokens.write(CLAIMS).split("\\.")[0]));
    assertThat(key.path("kid")).isEqualTo(header.path("kid"));
    assertThat(key.path("alg")).isEqualTo(header.path("alg"));
    assertThat(number(key.path("x"))).isEqualTo(KEY.open().getW().getAffineX());
    assertThat(number(key.path("y"))).isEqualTo(KEY.open().getW().getAffineY());
    assertThat(AccountTokens.discovery("127.0.0.1:6443").toString())
        .isEqualTo(
            "{\"issuer\":\"https://kubernetes.default.svc.cluster.local\","
                + "\"jwks_uri\":\"https://127.0.0.1:6443/openid/v1/jwks\","
                + "\"response_types_supported\":[\"id_token\"],"
                + "\"subject_types_supported\":[\"public\"],"
                + "\"id_token_signing_alg_values_supported\":[\"ES256\"]}");
  }

  private static BigInteger number(JsonNode coordinate) {
    byte[] bytes = Base64.getUrlDecoder().decode(coordinate.asText());
    assertThat(bytes).hasSize(32);
    return new BigInteger(1, bytes);
  }

  private static String encode(ObjectNode json) {
    return encode(Json.write(json));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
