package io.luotsi.core.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a token says of a ServiceAccount. Upstream's claims, by upstream's names.
 *
 * @param id of the token; empty for one that is kept in a Secret
 * @param audiences for whom it is; empty for one that is kept in a Secret
 * @param life when it is good; empty for one that is kept in a Secret, which does not expire
 * @param pod that has it; the node is then the one that the pod is bound to
 * @param node that has it, or that the pod is bound to; its uid is empty if it had no Node object
 * @param secret that it is bound to, or kept in; its uid is empty if it is kept in it
 * @see "Source: pkg/serviceaccount claims.go, legacy.go"
 */
public record AccountClaims(
    String id,
    ObjectKey account,
    String accountUid,
    List<String> audiences,
    Optional<Life> life,
    Optional<Bound> pod,
    Optional<Bound> node,
    Optional<Bound> secret) {
  /** Claims of a token that is kept in a Secret begin with it. */
  private static final String KEPT = "kubernetes.io/serviceaccount/";

  static final String ISSUER_OF_KEPT = "kubernetes/serviceaccount";

  private static final String PREFIX = "system:serviceaccount:";

  public AccountClaims {
    audiences = List.copyOf(audiences);
  }

  /** An object without which the token is worth nothing. */
  public record Bound(String name, String uid) {}

  /**
   * @param warnAfter when whoever has it should have asked for another one
   */
  public record Life(Instant issued, Instant expires, Optional<Instant> warnAfter) {}

  /** One that is kept in a Secret, as clusters of old had them. */
  public static AccountClaims kept(ObjectKey account, String accountUid, String secret) {
    return new AccountClaims(
        "",
        account,
        accountUid,
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Bound(secret, "")));
  }

  /** Whether it is good as long as the Secret that keeps it. */
  public boolean isKept() {
    return life.isEmpty();
  }

  /** The account's user name. */
  public String userName() {
    return PREFIX + account.namespace() + ":" + account.name();
  }

  ObjectNode write(String issuer) {
    return life.map(times -> write(issuer, times)).orElseGet(this::writeKept);
  }

  private ObjectNode writeKept() {
    return Json.object()
        .put("iss", ISSUER_OF_KEPT)
        .put(KEPT + "namespace", account.namespace())
        .put(KEPT + "secret.name", secret.orElseThrow().name())
        .put(KEPT + "service-account.name", account.name())
        .put(KEPT + "service-account.uid", accountUid)
        .put("sub", userName());
  }

  private ObjectNode write(String issuer, Life times) {
    ObjectNode claims = Json.object();
    audiences.forEach(claims.putArray("aud")::add);
    claims
        .put("exp", times.expires().getEpochSecond())
        .put("iat", times.issued().getEpochSecond())
        .put("iss", issuer)
        .put("jti", id);
    ObjectNode own = claims.putObject("kubernetes.io").put("namespace", account.namespace());
    node.ifPresent(bound -> write(own.putObject("node"), bound));
    pod.ifPresent(bound -> write(own.putObject("pod"), bound));
    secret.ifPresent(bound -> write(own.putObject("secret"), bound));
    write(own.putObject("serviceaccount"), new Bound(account.name(), accountUid));
    times.warnAfter().ifPresent(at -> own.put("warnafter", at.getEpochSecond()));
    return claims.put("nbf", times.issued().getEpochSecond()).put("sub", userName());
  }

  private static void write(ObjectNode into, Bound bound) {
    into.put("name", bound.name());
    if (!bound.uid().isEmpty()) {
      into.put("uid", bound.uid());
    }
  }

  /**
   * @param claims whose signature has been found to be ours
   * @return empty if they are not of a ServiceAccount, or another issuer's
   */
  static Optional<AccountClaims> read(ObjectNode claims, String issuer) {
    String said = claims.path("iss").asText();
    Optional<AccountClaims> read =
        said.equals(ISSUER_OF_KEPT)
            ? readKept(claims)
            : said.equals(issuer) ? readBound(claims) : Optional.empty();
    return read.filter(found -> found.userName().equals(claims.path("sub").asText()));
  }

  private static Optional<AccountClaims> readKept(ObjectNode claims) {
    String namespace = claims.path(KEPT + "namespace").asText();
    String name = claims.path(KEPT + "service-account.name").asText();
    String secret = claims.path(KEPT + "secret.name").asText();
    return namespace.isEmpty() || name.isEmpty() || secret.isEmpty()
        ? Optional.empty()
        : Optional.of(
            kept(
                ObjectKey.of(namespace, name),
                claims.path(KEPT + "service-account.uid").asText(),
                secret));
  }

  private static Optional<AccountClaims> readBound(ObjectNode claims) {
    JsonNode own = claims.path("kubernetes.io");
    String namespace = own.path("namespace").asText();
    Optional<Bound> account = bound(own, "serviceaccount");
    if (namespace.isEmpty() || account.isEmpty() || !claims.path("exp").isIntegralNumber()) {
      return Optional.empty();
    }
    List<String> audiences = new ArrayList<>();
    claims.path("aud").forEach(audience -> audiences.add(audience.asText()));
    JsonNode warnAfter = own.path("warnafter");
    return Optional.of(
        new AccountClaims(
            claims.path("jti").asText(),
            ObjectKey.of(namespace, account.get().name()),
            account.get().uid(),
            audiences,
            Optional.of(
                new Life(
                    Instant.ofEpochSecond(claims.path("nbf").asLong()),
                    Instant.ofEpochSecond(claims.path("exp").asLong()),
                    warnAfter.isIntegralNumber()
                        ? Optional.of(Instant.ofEpochSecond(warnAfter.asLong()))
                        : Optional.empty())),
            bound(own, "pod"),
            bound(own, "node"),
            bound(own, "secret")));
  }

  private static Optional<Bound> bound(JsonNode own, String what) {
    JsonNode bound = own.path(what);
    return bound.path("name").asText("").isEmpty()
        ? Optional.empty()
        : Optional.of(new Bound(bound.path("name").asText(), bound.path("uid").asText("")));
  }
}
