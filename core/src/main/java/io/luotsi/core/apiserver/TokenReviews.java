package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.apiserver.TokenAuthenticator.Authenticated;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.token.AccountTokens;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Whose a token is, asked by those whom it was shown to.
 *
 * @see "Source: pkg/registry/authentication/tokenreview storage.go"
 */
final class TokenReviews {
  private final TokenAuthenticator authenticator;

  TokenReviews(TokenAuthenticator authenticator) {
    this.authenticator = authenticator;
  }

  static boolean concern(ResourceType type) {
    return type.groupResource().toString().equals("tokenreviews.authentication.k8s.io");
  }

  CompletionStage<Outcome<Written>> create(Target target, Body body, WriteOptions options) {
    ObjectNode review = body.object().deepCopy();
    Outcome<List<String>> complete =
        Bodies.complete(target.type(), review, body.complaints(), options.fieldValidation());
    return switch (complete) {
      case Outcome.Rejected<List<String>>(Rejection why) ->
          CompletableFuture.completedFuture(Outcome.rejected(why));
      case Outcome.Done<List<String>>(List<String> warnings) ->
          answer(review)
              .thenApply(
                  outcome ->
                      outcome.map(done -> new Written(StoredObject.answer(done), true, warnings)));
    };
  }

  private CompletionStage<Outcome<ObjectNode>> answer(ObjectNode review) {
    String token = review.at("/spec/token").asText("");
    if (token.isEmpty()) {
      return CompletableFuture.completedFuture(
          Outcome.rejected(
              new Rejection.BadRequest("token is required for TokenReview in authentication")));
    }
    List<String> said = ObjectMeta.strings(review.at("/spec/audiences"));
    ObjectMeta.of(review);
    return authenticator
        .authenticate(token, said.isEmpty() ? AccountTokens.AUDIENCES : said)
        .thenApply(outcome -> outcome.map(found -> tell(review, found)));
  }

  private static ObjectNode tell(ObjectNode review, Optional<Authenticated> found) {
    ObjectNode status = review.putObject("status");
    if (found.isEmpty()) {
      status.putObject("user");
      status.put("error", "invalid bearer token");
      return review;
    }
    status.put("authenticated", true);
    status.set("user", Reviews.json(found.get().user()));
    found.get().audiences().forEach(status.putArray("audiences")::add);
    return review;
  }
}
