package io.luotsi.http.auth;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.UserInfo;
import java.util.Locale;
import java.util.Optional;
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
  private final StaticTokens tokens;

  public Authentication(StaticTokens tokens) {
    this.tokens = tokens;
  }

  /**
   * @return Unauthorized if the request carries credentials that nobody recognises: as upstream,
   *     that is an error and not an absence
   */
  public Outcome<UserInfo> authenticate(HttpRequest request) {
    return certificates
        .authenticate(request)
        .flatMap(user -> user.map(Outcome::done).orElseGet(() -> withoutCertificate(request)));
  }

  private Outcome<UserInfo> withoutCertificate(HttpRequest request) {
    Optional<String> header = request.getHeader("Authorization").map(HttpHeader::value);
    if (header.isEmpty()) {
      return Outcome.done(UserInfo.ANONYMOUS);
    }
    String[] parts = header.get().strip().split(" ", -1);
    if (parts.length != 2 || !parts[0].toLowerCase(Locale.ROOT).equals(BEARER)) {
      return Outcome.rejected(UNAUTHORIZED);
    }
    return tokens.user(parts[1]).map(Outcome::done).orElseGet(() -> Outcome.rejected(UNAUTHORIZED));
  }
}
