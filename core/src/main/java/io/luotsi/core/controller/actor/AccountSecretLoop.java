package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.informer.Index;
import io.luotsi.core.token.AccountClaims;
import io.luotsi.core.token.AccountTokens;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Fills Secrets of the type {@code kubernetes.io/service-account-token} with a token of the account
 * that they name, and removes them with it. Keys are those of Secrets.
 *
 * @see "Source: pkg/controller/serviceaccount tokens_controller.go"
 */
final class AccountSecretLoop implements Loop<ObjectKey> {
  private static final GroupVersionResource SECRETS = Resources.SECRETS;
  private static final String TYPE = "kubernetes.io/service-account-token";
  private static final String ACCOUNT = "kubernetes.io/service-account.name";
  private static final String ACCOUNT_UID = "kubernetes.io/service-account.uid";

  /** Secrets that keep a token, by namespace. */
  private static final Index KEPT =
      new Index(
          "token secrets by namespace",
          secret ->
              secret.field("type").equals(TYPE) ? List.of(secret.key().namespace()) : List.of());

  private final Informers informers;
  private final Hands hands;
  private final AccountTokens tokens;
  private final String pem;

  AccountSecretLoop(Informers informers, Hands hands, AccountTokens tokens, String pem) {
    this.informers = informers;
    this.hands = hands;
    this.tokens = tokens;
    this.pem = pem;
  }

  @Override
  public String name() {
    return "serviceaccount-token-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(
        SECRETS,
        (key, before, after) -> {
          if (after.filter(secret -> secret.field("type").equals(TYPE)).isPresent()) {
            wants.accept(key);
          }
        },
        KEPT);
    all.listen(
        Resources.SERVICE_ACCOUNTS,
        (key, before, after) -> {
          if (before.isEmpty() != after.isEmpty()) {
            informers
                .find(SECRETS)
                .ifPresent(
                    secrets ->
                        secrets
                            .find(KEPT, key.namespace())
                            .forEach(secret -> wants.accept(secret.key())));
          }
        });
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(SECRETS, key);
    if (found.filter(secret -> !secret.deleting()).isEmpty()) {
      return Result.DONE;
    }
    ObjectNode secret = Json.readObject(found.get().json());
    JsonNode annotations = secret.path("metadata").path("annotations");
    ObjectKey account = ObjectKey.of(key.namespace(), annotations.path(ACCOUNT).asText());
    String uid = annotations.path(ACCOUNT_UID).asText("");
    Round round = hands.round();
    // A Secret is only removed for an account that is certainly gone.
    Optional<StoredObject> there = informers.get(Resources.SERVICE_ACCOUNTS, account);
    if (there.isEmpty()) {
      switch (round.get(Resources.SERVICE_ACCOUNTS, account)) {
        case Outcome.Done<StoredObject>(StoredObject fresh) -> there = Optional.of(fresh);
        case Outcome.Rejected<StoredObject>(Rejection.NotFound gone) -> {}
        case Outcome.Rejected<StoredObject>(Rejection why) -> {
          return round.end(Optional.of(why));
        }
      }
    }
    Optional<Action> action =
        there
            .filter(it -> uid.isEmpty() || uid.equals(it.uid()))
            .map(it -> filled(key, secret, it))
            .orElseGet(() -> Optional.of(removal(key, found.get())));
    return round.end(round.run(action.stream().toList()));
  }

  private static Action removal(ObjectKey key, StoredObject secret) {
    return new Action.Delete(SECRETS, key, DeleteOptions.now(secret.uid()));
  }

  private Optional<Action> filled(ObjectKey key, ObjectNode secret, StoredObject account) {
    JsonNode data = secret.path("data");
    String uid = secret.path("metadata").path("annotations").path(ACCOUNT_UID).asText("");
    boolean whole =
        uid.equals(account.uid())
            && data.path("ca.crt").asText("").equals(base64(pem))
            && !data.path("namespace").asText("").isEmpty()
            && !data.path("token").asText("").isEmpty();
    if (whole) {
      return Optional.empty();
    }
    secret.withObject("metadata").withObject("annotations").put(ACCOUNT_UID, account.uid());
    ObjectNode into = secret.withObject("data");
    into.put("ca.crt", base64(pem));
    if (into.path("namespace").asText("").isEmpty()) {
      into.put("namespace", base64(key.namespace()));
    }
    if (into.path("token").asText("").isEmpty()) {
      into.put(
          "token",
          base64(tokens.write(AccountClaims.kept(account.key(), account.uid(), key.name()))));
    }
    return Optional.of(new Action.Update(SECRETS, key, "", secret));
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
