package io.luotsi.app.member;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.Tls;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.BuiltInAuthorizer;
import io.luotsi.core.apiserver.NodeReferences;
import io.luotsi.core.apiserver.Statuses;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.http.auth.ClientCertificates;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/**
 * What a worker serves: the page at which it says how it stands, and nothing else. The JDK's own
 * server will do for that; the API's would cost a JVM without an API some 20 MiB.
 */
final class WorkerPage implements AutoCloseable {
  private static final int OK = 200;
  private static final int NOBODY_WAITS = 0;

  private final HttpsServer server;
  private final ExecutorService executor;
  private final Authorizer authorizer =
      BuiltInAuthorizer.withoutRoles(Set.of(MemberReport.PATH), NodeReferences.NONE);
  private volatile Optional<Supplier<MemberReport>> report = Optional.empty();

  private WorkerPage(HttpsServer server, ExecutorService executor) {
    this.server = server;
    this.executor = executor;
  }

  /**
   * Listens at the member's own port, before anything has been started that would have to be ended.
   *
   * @throws PlainFailure if the port is taken
   */
  static WorkerPage listen(MemberPlan plan) {
    InetSocketAddress address = new InetSocketAddress(plan.seat().host(), plan.seat().apiPort());
    try {
      HttpsServer server = HttpsServer.create(address, 0);
      server.setHttpsConfigurator(
          new OnlyWithCertificate(
              Tls.of(
                  plan.certificates().authority().certificate(), plan.certificates().serving())));
      ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
      server.setExecutor(executor);
      WorkerPage page = new WorkerPage(server, executor);
      server.createContext("/", page::answer);
      server.start();
      return page;
    } catch (IOException e) {
      throw new PlainFailure(
          "cannot listen at %s: %s".formatted(plan.seat().address(), e.getMessage()), e);
    }
  }

  /** From now on there is something to say. */
  void show(Supplier<MemberReport> made) {
    report = Optional.of(made);
  }

  /** Whom the cluster's authority does not know gets no connection. */
  private static final class OnlyWithCertificate extends HttpsConfigurator {
    OnlyWithCertificate(SSLContext tls) {
      super(tls);
    }

    @Override
    public void configure(HttpsParameters connection) {
      SSLParameters tls = getSSLContext().getDefaultSSLParameters();
      tls.setNeedClientAuth(true);
      connection.setSSLParameters(tls);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      Optional<Rejection> refusal = refusal((HttpsExchange) exchange);
      if (refusal.isPresent()) {
        send(exchange, Statuses.code(refusal.get()), Statuses.of(refusal.get()));
      } else {
        send(exchange, OK, report.orElseThrow().get().json());
      }
    }
  }

  private Optional<Rejection> refusal(HttpsExchange exchange) throws IOException {
    X509Certificate certificate =
        (X509Certificate) exchange.getSSLSession().getPeerCertificates()[0];
    UserInfo user = ClientCertificates.user(certificate);
    String path = exchange.getRequestURI().getPath();
    String verb = exchange.getRequestMethod().toLowerCase(Locale.ROOT);
    return authorizer
        .authorize(user, new Authorizer.Attributes.Path(verb, path))
        .or(
            () ->
                path.equals(MemberReport.PATH) && verb.equals("get")
                    ? starting()
                    : Optional.of(new Rejection.NoSuchResource()));
  }

  private Optional<Rejection> starting() {
    return report.isPresent()
        ? Optional.empty()
        : Optional.of(new Rejection.ServiceUnavailable("the worker is starting"));
  }

  private static void send(HttpExchange exchange, int code, ObjectNode json) throws IOException {
    byte[] body = Json.write(json);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(code, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(NOBODY_WAITS);
    executor.shutdownNow();
  }
}
