package io.luotsi.core.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes the tokens of a cluster's ServiceAccounts and reads those that it has written. Safe for
 * several threads.
 *
 * <p>Checking a signature takes a hundred times as long as looking up an account; clients show one
 * token with thousands of requests. So what the last tokens said is kept. Only that: whether one is
 * still good is never.
 */
public final class AccountTokens {
  /** Who has issued them, and for whom they are if nobody says otherwise: upstream's defaults. */
  public static final String ISSUER = "https://kubernetes.default.svc.cluster.local";

  /** For whom a token must be that the API is to take. */
  public static final List<String> AUDIENCES = List.of(ISSUER);

  /** Where everybody can read by which key tokens are signed. */
  public static final String DISCOVERY_PATH = "/.well-known/openid-configuration";

  public static final String KEYS_PATH = "/openid/v1/jwks";

  /** Tokens whose claims are kept; when there are more, all are read anew. */
  private static final int MOST_KEPT = 4_096;

  private final SigningKey key;
  private final ConcurrentHashMap<String, AccountClaims> read = new ConcurrentHashMap<>();

  public AccountTokens(SigningKey key) {
    this.key = key;
  }

  public String write(AccountClaims claims) {
    return SignedClaims.write(claims.write(ISSUER), key);
  }

  /**
   * @return empty if the cluster has not written it
   */
  public Optional<AccountClaims> read(String token) {
    AccountClaims known = read.get(token);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<AccountClaims> claims =
        SignedClaims.read(token, key).flatMap(json -> AccountClaims.read(json, ISSUER));
    claims.ifPresent(
        found -> {
          if (read.size() >= MOST_KEPT) {
            read.clear();
          }
          read.put(token, found);
        });
    return claims;
  }

  /**
   * What OpenID Connect wants to know of an issuer.
   *
   * @param address host and port of the API
   */
  public static ObjectNode discovery(String address) {
    ObjectNode document =
        Json.object().put("issuer", ISSUER).put("jwks_uri", "https://" + address + KEYS_PATH);
    document.putArray("response_types_supported").add("id_token");
    document.putArray("subject_types_supported").add("public");
    document.putArray("id_token_signing_alg_values_supported").add(SigningKey.ALGORITHM);
    return document;
  }

  /** The public key, as a JSON Web Key Set. */
  public ObjectNode keys() {
    ObjectNode set = Json.object();
    set.putArray("keys").add(key.jwk());
    return set;
  }
}
