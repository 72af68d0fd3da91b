package io.luotsi.http.routes;

import io.luotsi.core.apiserver.Api;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.apiserver.TokenAuthenticator;
import java.time.InstantSource;
import java.util.List;

/**
 * What the API is a facade of.
 *
 * @param authorizer for what is no resource: paths such as {@code /healthz}, and logs; the Api
 *     authorises the rest itself
 * @param nodes carries logs from the kubelets
 * @param pages what this process says of itself
 * @param tokens of users without a certificate
 */
public record Backend(
    Api api,
    Authorizer authorizer,
    NodeConnection nodes,
    HealthChecks health,
    List<LocalPage> pages,
    InstantSource clock,
    TokenAuthenticator tokens) {
  public Backend {
    pages = List.copyOf(pages);
  }

  /** Where certificates are the only credentials. */
  public Backend(
      Api api,
      Authorizer authorizer,
      NodeConnection nodes,
      HealthChecks health,
      List<LocalPage> pages,
      InstantSource clock) {
    this(api, authorizer, nodes, health, pages, clock, TokenAuthenticator.NONE);
  }
}
