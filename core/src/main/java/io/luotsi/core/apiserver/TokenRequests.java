package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.apiserver.Attempts.Plan;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.token.AccountClaims;
import io.luotsi.core.token.AccountClaims.Bound;
import io.luotsi.core.token.AccountClaims.Life;
import io.luotsi.core.token.AccountTokens;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * {@code serviceaccounts/token}: issues a token of the account. Nothing is stored.
 *
 * @see "Source: pkg/registry/core/serviceaccount/storage token.go"
 */
final class TokenRequests {
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final GroupVersionKind REQUEST =
      new GroupVersionKind("authentication.k8s.io", "v1", "TokenRequest");

  private static final long DEFAULT_SECONDS = 3_600;
  private static final long LEAST_SECONDS = 600;
  private static final long MOST_SECONDS = 1L << 32;

  /**
   * What admission has kubelets ask for on behalf of pods. Programs that read their token once live
   * long; so these are good for a year, and say after how long they should have been replaced.
   */
  static final long MOUNTED_SECONDS = 3_607;

  private static final long MOUNTED_GOOD_FOR_SECONDS = 365L * 24 * 3_600;

  private final PipelineParts parts;
  private final Attempts attempts;

  TokenRequests(PipelineParts parts) {
    this.parts = parts;
    this.attempts = new Attempts(parts.store(), parts.executor());
  }

  CompletionStage<Outcome<Written>> create(Target target, Body body, WriteOptions options) {
    Subresource token = target.type().subresource("token").orElseThrow();
    return attempts.run(
        reads -> {
          ObjectNode request = body.object().deepCopy();
          return Bodies.complete(
                  token.kind(),
                  token.schema(),
                  request,
                  body.complaints(),
                  options.fieldValidation())
              .flatMap(
                  warnings ->
                      answer(target, request, reads)
                          .map(
                              done ->
                                  new Plan.Answer<>(
                                      new Written(StoredObject.answer(done), true, warnings))));
        });
  }

  private Outcome<ObjectNode> answer(Target target, ObjectNode request, Reads reads) {
    Optional<Rejection> wrong = misplaced(target, request);
    if (wrong.isPresent()) {
      return Outcome.rejected(wrong.get());
    }
    ObjectKey key = ObjectKey.of(target.namespace(), target.name());
    return found(ACCOUNTS, key, reads).flatMap(account -> answer(target, request, account, reads));
  }

  private Outcome<ObjectNode> answer(
      Target target, ObjectNode request, StoredObject account, Reads reads) {
    Instant now = parts.clock().instant();
    complete(request, account, now);
    List<FieldError> errors = validate(request);
    if (!errors.isEmpty()) {
      return Outcome.rejected(new Rejection.Invalid(REQUEST, "", errors));
    }
    Optional<Rejection> refusal = NodeRestriction.token(target, request, reads);
    if (refusal.isPresent()) {
      return Outcome.rejected(refusal.get());
    }
    return bindings(request.at("/spec/boundObjectRef"), account, reads)
        .map(bound -> issue(request, account, bound, now));
  }

  private static Optional<Rejection> misplaced(Target target, ObjectNode request) {
    return different(target, request, "name", target.name())
        .or(() -> different(target, request, "namespace", target.namespace()));
  }

  private static Optional<Rejection> different(
      Target target, ObjectNode request, String field, String expected) {
    String said = ObjectMeta.text(request, field);
    return said.isEmpty() || said.equals(expected)
        ? Optional.empty()
        : Optional.of(
            new Rejection.Invalid(
                REQUEST,
                target.name(),
                List.of(
                    FieldError.invalid(
                        "metadata." + field,
                        said,
                        "must match the service account " + field + " if specified"))));
  }

  private static void complete(ObjectNode request, StoredObject account, Instant now) {
    ObjectMeta.of(request)
        .put("name", account.key().name())
        .put("namespace", account.key().namespace())
        .put("creationTimestamp", ObjectMeta.time(now));
    ObjectNode spec = request.withObject("spec");
    if (spec.path("audiences").isEmpty()) {
      AccountTokens.AUDIENCES.forEach(spec.putArray("audiences")::add);
    }
    if (!spec.hasNonNull("expirationSeconds")) {
      spec.put("expirationSeconds", DEFAULT_SECONDS);
    }
  }

  private static List<FieldError> validate(ObjectNode request) {
    long seconds = request.at("/spec/expirationSeconds").asLong();
    List<FieldError> errors = new ArrayList<>();
    if (seconds < LEAST_SECONDS) {
      errors.add(
          FieldError.invalid(
              "spec.expirationSeconds",
              seconds,
              "may not specify a duration less than 10 minutes"));
    }
    if (seconds > MOST_SECONDS) {
      errors.add(
          FieldError.invalid(
              "spec.expirationSeconds",
              seconds,
              "may not specify a duration larger than 2^32 seconds"));
    }
    return errors;
  }

  /** What a token is bound to. */
  private record Bindings(Optional<Bound> pod, Optional<Bound> node, Optional<Bound> secret) {
    static final Bindings NONE = new Bindings(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Outcome<Bindings> bindings(JsonNode reference, StoredObject account, Reads reads) {
    if (!reference.isObject()) {
      return Outcome.done(Bindings.NONE);
    }
    String apiVersion = reference.path("apiVersion").asText("");
    String kind = reference.path("kind").asText("");
    String name = reference.path("name").asText("");
    String namespace = account.key().namespace();
    return switch (apiVersion + "/" + kind) {
      case "v1/Pod" ->
          referred("pods", ObjectKey.of(namespace, name), reference, reads)
              .flatMap(pod -> ofPod(pod, account, reads));
      case "v1/Node" ->
          referred("nodes", ObjectKey.of(name), reference, reads)
              .map(
                  node ->
                      new Bindings(Optional.empty(), Optional.of(bound(node)), Optional.empty()));
      case "v1/Secret" ->
          referred("secrets", ObjectKey.of(namespace, name), reference, reads)
              .map(
                  secret ->
                      new Bindings(Optional.empty(), Optional.empty(), Optional.of(bound(secret))));
      default ->
          Outcome.rejected(
              new Rejection.BadRequest("cannot bind token to object of type " + of(reference)));
    };
  }

  /** As Go prints a kind. */
  private static String of(JsonNode reference) {
    String apiVersion = reference.path("apiVersion").asText("");
    int slash = apiVersion.indexOf('/');
    return slash < 0
        ? "/" + apiVersion + ", Kind=" + reference.path("kind").asText("")
        : apiVersion + ", Kind=" + reference.path("kind").asText("");
  }

  private static Bound bound(StoredObject object) {
    return new Bound(object.key().name(), object.uid());
  }

  private static Outcome<Bindings> ofPod(StoredObject pod, StoredObject account, Reads reads) {
    String name = account.key().name();
    if (!pod.field("spec.serviceAccountName").equals(name)) {
      return Outcome.rejected(
          new Rejection.BadRequest(
              "cannot bind token for serviceaccount \""
                  + name
                  + "\" to pod running with different serviceaccount name."));
    }
    String node = pod.field("spec.nodeName");
    if (node.isEmpty()) {
      return Outcome.done(
          new Bindings(Optional.of(bound(pod)), Optional.empty(), Optional.empty()));
    }
    return reads
        .find(new GroupResource("", "nodes"), ObjectKey.of(node))
        .map(
            found ->
                new Bindings(
                    Optional.of(bound(pod)),
                    Optional.of(
                        found.map(TokenRequests::bound).orElseGet(() -> new Bound(node, ""))),
                    Optional.empty()));
  }

  private static Outcome<StoredObject> referred(
      String resource, ObjectKey key, JsonNode reference, Reads reads) {
    String uid = reference.path("uid").asText("");
    return found(new GroupResource("", resource), key, reads)
        .flatMap(
            object ->
                uid.isEmpty() || uid.equals(object.uid())
                    ? Outcome.done(object)
                    : Outcome.rejected(
                        new Rejection.Conflict(
                            new GroupResource("", reference.path("kind").asText()),
                            key.name(),
                            "the UID in the bound object reference ("
                                + uid
                                + ") does not match the UID in record. The object might have been"
                                + " deleted and then recreated")));
  }

  private static Outcome<StoredObject> found(GroupResource resource, ObjectKey key, Reads reads) {
    return reads
        .find(resource, key)
        .flatMap(
            found ->
                found
                    .map(Outcome::done)
                    .orElseGet(
                        () -> Outcome.rejected(new Rejection.NotFound(resource, key.name()))));
  }

  private ObjectNode issue(ObjectNode request, StoredObject account, Bindings bound, Instant now) {
    ArrayNode audiences = request.withObject("spec").withArray("audiences");
    long seconds = request.at("/spec/expirationSeconds").asLong();
    List<String> whom = ObjectMeta.strings(audiences);
    boolean mounted =
        seconds == MOUNTED_SECONDS
            && bound.pod().isPresent()
            && AccountTokens.AUDIENCES.containsAll(whom);
    Life life =
        new Life(
            now,
            now.plusSeconds(mounted ? MOUNTED_GOOD_FOR_SECONDS : seconds),
            mounted ? Optional.of(now.plusSeconds(seconds)) : Optional.empty());
    AccountClaims claims =
        new AccountClaims(
            parts.identities().uid(),
            account.key(),
            account.uid(),
            whom,
            Optional.of(life),
            bound.pod(),
            bound.node(),
            bound.secret());
    ObjectNode status = Json.object();
    status.put("token", parts.tokens().accounts().write(claims));
    // Whoever has a token that says when to replace it is told that time.
    status.put("expirationTimestamp", ObjectMeta.time(life.warnAfter().orElseGet(life::expires)));
    request.set("status", status);
    return request;
  }
}
