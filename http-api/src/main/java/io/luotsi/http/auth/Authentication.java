package io.luotsi.http.auth;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.TokenAuthenticator;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.token.AccountTokens;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/**
 * Finds out who asks: by the connection's certificate, else by a bearer token. Who shows neither is
 * anonymous.
 */
public final class Authentication {
  static final Rejection UNAUTHORIZED = new Rejection.Unauthorized("Unauthorized");

  private static final String BEARER = "bearer";

  private final ClientCertificates certificates = new ClientCertificates();
  private final TokenAuthenticator tokens;

  public Authentication(TokenAuthenticator tokens) {
    this.tokens = tokens;
  }

  /**
   * @return Unauthorized if the request carries credentials that nobody recognises: as upstream,
   *     that is an error and not an absence. Completed at once, but for tokens of what this member
   *     has not heard of yet
   */
  public CompletionStage<Outcome<UserInfo>> authenticate(HttpRequest request) {
    return switch (certificates.authenticate(request)) {
      case Outcome.Rejected<Optional<UserInfo>>(Rejection why) -> said(Outcome.rejected(why));
      case Outcome.Done<Optional<UserInfo>>(Optional<UserInfo> user) ->
          user.map(it -> said(Outcome.done(it))).orElseGet(() -> withoutCertificate(request));
    };
  }

  private static CompletionStage<Outcome<UserInfo>> said(Outcome<UserInfo> who) {
    return CompletableFuture.completedFuture(who);
  }

  private CompletionStage<Outcome<UserInfo>> withoutCertificate(HttpRequest request) {
    Optional<String> header = request.getHeader("Authorization").map(HttpHeader::value);
    if (header.isEmpty()) {
      return said(Outcome.done(UserInfo.ANONYMOUS));
    }
    String[] parts = header.get().strip().split(" ", -1);
    if (parts.length != 2 || !parts[0].toLowerCase(Locale.ROOT).equals(BEARER)) {
      return said(Outcome.rejected(UNAUTHORIZED));
    }
    return tokens
        .authenticate(parts[1], AccountTokens.AUDIENCES)
        .thenApply(
            outcome ->
                outcome.flatMap(
                    found ->
                        found
                            .map(holder -> Outcome.done(holder.user()))
                            .orElseGet(() -> Outcome.rejected(UNAUTHORIZED))));
  }
}
