package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.core.token.AccountClaims;
import io.luotsi.core.token.AccountClaims.Bound;
import io.luotsi.core.token.AccountTokens;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Recognises the tokens of ServiceAccounts: signed by the cluster, not expired, for the audience,
 * and the account and what the token is bound to still the very same objects.
 *
 * <p>They are looked up in what this member has. Only a token that would be refused is worth asking
 * the leader: its account may have been made a moment ago.
 *
 * @see "Source: pkg/serviceaccount claims.go, legacy.go, util.go"
 */
public final class AccountAuthenticator implements TokenAuthenticator {
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final GroupResource SECRETS = new GroupResource("", "secrets");
  private static final GroupResource PODS = new GroupResource("", "pods");
  private static final GroupResource NODES = new GroupResource("", "nodes");

  private static final String GROUP = "system:serviceaccounts";
  private static final String EXTRA = "authentication.kubernetes.io/";

  /** How long what is told to go still counts as being there. */
  private static final Duration LEEWAY = Duration.ofSeconds(60);

  private final AccountTokens tokens;
  private final Store store;
  private final InstantSource clock;

  public AccountAuthenticator(AccountTokens tokens, Store store, InstantSource clock) {
    this.tokens = tokens;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Outcome<Optional<Authenticated>>> authenticate(
      String token, List<String> audiences) {
    Optional<AccountClaims> claims = tokens.read(token);
    List<String> common = claims.map(it -> common(it, audiences)).orElse(List.of());
    if (claims.isEmpty() || common.isEmpty() || isOutOfTime(claims.get(), clock.instant())) {
      return completed(Outcome.done(Optional.empty()));
    }
    List<Needed> needed = needed(claims.get(), token);
    Authenticated holder = new Authenticated(user(claims.get()), common);
    return areThere(needed, ReadVersion.ANY)
        .thenCompose(
            near ->
                near.equals(Outcome.done(true))
                    ? completed(near)
                    : areThere(needed, ReadVersion.LATEST))
        .thenApply(there -> there.map(good -> good ? Optional.of(holder) : Optional.empty()));
  }

  private static <T> CompletionStage<T> completed(T value) {
    return CompletableFuture.completedFuture(value);
  }

  /** A token that is kept in a Secret is for the API. */
  private static List<String> common(AccountClaims claims, List<String> audiences) {
    List<String> common =
        new ArrayList<>(claims.isKept() ? AccountTokens.AUDIENCES : claims.audiences());
    common.retainAll(audiences);
    return common;
  }

  private static boolean isOutOfTime(AccountClaims claims, Instant now) {
    return claims
        .life()
        .filter(life -> now.isAfter(life.expires()) || now.isBefore(life.issued().minus(LEEWAY)))
        .isPresent();
  }

  /**
   * @param uid that it must have; empty if it may be any
   * @param token that it must hold; empty if none
   */
  private record Needed(
      GroupResource resource, ObjectKey key, String uid, Optional<String> token) {}

  private static List<Needed> needed(AccountClaims claims, String token) {
    String namespace = claims.account().namespace();
    List<Needed> needed = new ArrayList<>();
    needed.add(new Needed(ACCOUNTS, claims.account(), claims.accountUid(), Optional.empty()));
    claims
        .secret()
        .ifPresent(
            secret ->
                needed.add(
                    new Needed(
                        SECRETS,
                        ObjectKey.of(namespace, secret.name()),
                        secret.uid(),
                        claims.isKept() ? Optional.of(token) : Optional.empty())));
    claims
        .pod()
        .ifPresent(
            pod ->
                needed.add(
                    new Needed(
                        PODS, ObjectKey.of(namespace, pod.name()), pod.uid(), Optional.empty())));
    if (claims.pod().isEmpty()) {
      claims
          .node()
          .ifPresent(
              node ->
                  needed.add(
                      new Needed(NODES, ObjectKey.of(node.name()), node.uid(), Optional.empty())));
    }
    return needed;
  }

  private CompletionStage<Outcome<Boolean>> areThere(List<Needed> needed, ReadVersion version) {
    CompletionStage<Outcome<Boolean>> so = completed(Outcome.done(true));
    for (Needed one : needed) {
      so =
          so.thenCompose(
              outcome ->
                  outcome.equals(Outcome.done(true)) ? isThere(one, version) : completed(outcome));
    }
    return so;
  }

  private CompletionStage<Outcome<Boolean>> isThere(Needed needed, ReadVersion version) {
    return store
        .read(needed.resource(), version)
        .thenApply(
            outcome ->
                switch (outcome) {
                  case Outcome.Rejected<ResourceSnapshot>(Rejection why) -> Outcome.rejected(why);
                  case Outcome.Done<ResourceSnapshot>(ResourceSnapshot all) ->
                      Outcome.done(
                          all.get(needed.key()).filter(it -> fits(it, needed)).isPresent());
                });
  }

  private boolean fits(StoredObject object, Needed needed) {
    if (!needed.uid().isEmpty() && !needed.uid().equals(object.uid())) {
      return false;
    }
    if (!object.deleting() && needed.token().isEmpty()) {
      return true;
    }
    ObjectNode json = Json.readObject(object.json());
    Instant gone = clock.instant().minus(LEEWAY);
    boolean stays = ObjectMeta.deletionTimestamp(json).filter(at -> at.isBefore(gone)).isEmpty();
    return stays && needed.token().map(token -> holds(json, token)).orElse(true);
  }

  private static boolean holds(ObjectNode secret, String token) {
    byte[] kept = secret.at("/data/token").asText("").getBytes(StandardCharsets.US_ASCII);
    byte[] said = Base64.getEncoder().encode(token.getBytes(StandardCharsets.US_ASCII));
    return MessageDigest.isEqual(kept, said);
  }

  private static UserInfo user(AccountClaims claims) {
    Map<String, List<String>> extra = new HashMap<>();
    if (!claims.id().isEmpty()) {
      extra.put(EXTRA + "credential-id", List.of("JTI=" + claims.id()));
    }
    claims.node().ifPresent(node -> say(extra, "node", node));
    claims.pod().ifPresent(pod -> say(extra, "pod", pod));
    return new UserInfo(
        claims.userName(),
        claims.accountUid(),
        List.of(GROUP, GROUP + ":" + claims.account().namespace(), UserInfo.AUTHENTICATED),
        extra);
  }

  private static void say(Map<String, List<String>> extra, String what, Bound bound) {
    extra.put(EXTRA + what + "-name", List.of(bound.name()));
    if (!bound.uid().isEmpty()) {
      extra.put(EXTRA + what + "-uid", List.of(bound.uid()));
    }
  }
}
