package io.luotsi.core.apiserver;

import io.luotsi.core.api.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Finds out whose a bearer token is. */
public interface TokenAuthenticator {
  /**
   * @param audiences for which it is good, of those that were asked for
   */
  record Authenticated(UserInfo user, List<String> audiences) {
    public Authenticated {
      audiences = List.copyOf(audiences);
    }
  }

  TokenAuthenticator NONE =
      (token, audiences) -> CompletableFuture.completedFuture(Outcome.done(Optional.empty()));

  /**
   * @param audiences any of which it must be for; never empty
   * @return empty if it is nobody's, or not good any more; a rejection if that cannot be said now.
   *     Completed at once wherever possible: it is asked with every request
   */
  CompletionStage<Outcome<Optional<Authenticated>>> authenticate(
      String token, List<String> audiences);

  /** Those whom this one does not know are the other's. */
  default TokenAuthenticator or(TokenAuthenticator other) {
    return (token, audiences) ->
        authenticate(token, audiences)
            .thenCompose(
                outcome ->
                    outcome
                                instanceof
                                Outcome.Done<Optional<Authenticated>>(Optional<Authenticated> found)
                            && found.isEmpty()
                        ? other.authenticate(token, audiences)
                        : CompletableFuture.completedFuture(outcome));
  }
}
