package io.luotsi.http.routes;

import io.luotsi.core.apiserver.Api;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.apiserver.TokenAuthenticator;
import io.luotsi.http.audit.AuditTrail;
import io.luotsi.http.flowcontrol.FlowControl;
import io.luotsi.http.metrics.ApiMetrics;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What the API is a facade of.
 *
 * @param authorizer for what is no resource: paths such as {@code /healthz}, and logs; the Api
 *     authorises the rest itself
 * @param nodes carries logs from the kubelets
 * @param pages what this process says of itself
 * @param tokens of users without a certificate
 * @param metrics what all listeners over this have done
 * @param flows who of all their clients is served, waits or is refused
 * @param audit where requests are written down, if they are
 */
public record Backend(
    Api api,
    Authorizer authorizer,
    NodeConnection nodes,
    HealthChecks health,
    List<LocalPage> pages,
    InstantSource clock,
    TokenAuthenticator tokens,
    ApiMetrics metrics,
    FlowControl flows,
    Optional<AuditTrail> audit) {
  public Backend {
    pages = List.copyOf(pages);
  }
}
