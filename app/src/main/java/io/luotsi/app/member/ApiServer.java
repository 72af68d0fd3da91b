package io.luotsi.app.member;

import io.luotsi.app.BadInput;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.settings.ClusterSettings;
import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.AccountAuthenticator;
import io.luotsi.core.apiserver.Api;
import io.luotsi.core.apiserver.Authorizer;
import io.luotsi.core.apiserver.BuiltInAuthorizer;
import io.luotsi.core.apiserver.Components;
import io.luotsi.core.apiserver.Identities;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.apiserver.PipelineClient;
import io.luotsi.core.apiserver.PipelineParts;
import io.luotsi.core.apiserver.PipelineSettings;
import io.luotsi.core.apiserver.PodReferences;
import io.luotsi.core.apiserver.RequestPipeline;
import io.luotsi.core.apiserver.TokenAuthenticator;
import io.luotsi.core.apiserver.TokenParts;
import io.luotsi.core.apiserver.UserInfo;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.custom.ServedTypes;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.rbac.StoredPolicy;
import io.luotsi.core.store.Store;
import io.luotsi.core.token.AccountTokens;
import io.luotsi.http.HttpApi;
import io.luotsi.http.HttpSettings;
import io.luotsi.http.audit.AuditLog;
import io.luotsi.http.audit.AuditTrail;
import io.luotsi.http.flowcontrol.FlowControl;
import io.luotsi.http.metrics.ApiMetrics;
import io.luotsi.http.routes.Backend;
import io.luotsi.http.routes.HealthChecks;
import io.luotsi.http.routes.LocalPage;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The request pipeline and its HTTPS facade, in an ActorSystem that is no member of the cluster.
 */
final class ApiServer {
  private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);

  /** What answers may still take when the server stops. */
  private static final Duration IN_FLIGHT = Duration.ofSeconds(1);

  /**
   * What is served besides the store.
   *
   * @param nodes carries logs from the kubelets
   * @param components that ComponentStatuses tell of
   */
  record Front(
      NodeConnection nodes,
      HealthChecks health,
      List<LocalPage> pages,
      ApiMetrics metrics,
      Components components) {}

  private final ActorSystem<Void> system;
  private final ExecutorService executor;
  private final RequestPipeline api;
  private final Backend backend;
  private final List<HttpApi> listeners = new CopyOnWriteArrayList<>();

  private ApiServer(
      ActorSystem<Void> system, ExecutorService executor, RequestPipeline api, Backend backend) {
    this.system = system;
    this.executor = executor;
    this.api = api;
    this.backend = backend;
  }

  /**
   * The pipeline, for everybody inside; nobody outside hears of it yet.
   *
   * @param system becomes the API server's own
   * @param builtIn the kinds that are served beside those that are defined
   * @throws PlainFailure if the cluster's static tokens cannot be read
   */
  static ApiServer open(
      ActorSystem<Void> system, MemberPlan plan, BuiltInCatalog builtIn, Store store, Front front) {
    ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    Authorizer authorizer =
        new BuiltInAuthorizer(
            Set.of(MemberReport.PATH), new PodReferences(store), new StoredPolicy(store));
    AccountTokens accounts = new AccountTokens(plan.certificates().accounts());
    TokenAuthenticator tokens =
        DataDirectory.of(plan.directory())
            .tokens()
            .or(new AccountAuthenticator(accounts, store, InstantSource.system()));
    RequestPipeline api =
        new RequestPipeline(
            new PipelineParts(
                new ServedTypes(store, builtIn),
                store,
                authorizer,
                InstantSource.system(),
                Identities.random(() -> ThreadLocalRandom.current().nextLong()),
                executor,
                new PipelineSettings(
                    plan.identity().ranges().serviceRange(),
                    plan.identity().ranges().podRange(),
                    plan.settings().api().disabledAdmission()),
                new TokenParts(accounts, tokens),
                front.components()));
    FlowControl flows =
        new FlowControl(store, plan.settings().api().flows(), front.metrics().flows(), executor);
    system
        .scheduler()
        .scheduleWithFixedDelay(
            FlowControl.ADJUSTMENT,
            FlowControl.ADJUSTMENT,
            flows::adjust,
            system.executionContext());
    Backend backend =
        new Backend(
            api,
            authorizer,
            front.nodes(),
            front.health(),
            pages(plan, front, accounts),
            InstantSource.system(),
            tokens,
            front.metrics(),
            flows,
            audit(plan, front.metrics()));
    return new ApiServer(system, executor, api, backend);
  }

  private static Optional<AuditTrail> audit(MemberPlan plan, ApiMetrics metrics) {
    try {
      ClusterSettings.Audit audit = plan.audit();
      return audit
          .policy()
          .map(
              policy ->
                  new AuditTrail(
                      policy, AuditLog.open(plan.auditLog(), audit.rotation(), metrics.audit())));
    } catch (IllegalArgumentException e) {
      throw new BadInput(String.valueOf(e.getMessage()), e);
    }
  }

  private static List<LocalPage> pages(MemberPlan plan, Front front, AccountTokens accounts) {
    List<LocalPage> pages = new ArrayList<>(front.pages());
    pages.add(
        new LocalPage.Fixed(
            AccountTokens.DISCOVERY_PATH,
            "application/json",
            Json.write(AccountTokens.discovery(plan.apiAddress()))));
    pages.add(
        new LocalPage.Fixed(
            AccountTokens.KEYS_PATH, "application/jwk-set+json", Json.write(accounts.keys())));
    return pages;
  }

  /**
   * Listens; what the store cannot answer yet is answered with Retry-After.
   *
   * @return true
   * @throws PlainFailure if the port has been taken
   */
  boolean listen(MemberPlan plan, SSLContext tls) {
    try {
      for (MemberPlan.Listener listener : plan.apiListeners()) {
        listeners.add(
            HttpApi.start(system, httpSettings(plan, listener), tls, backend)
                .toCompletableFuture()
                .join());
      }
      return true;
    } catch (CompletionException e) {
      throw new PlainFailure(
          "cannot listen at %s: %s".formatted(plan.apiListeners(), e.getCause().getMessage()), e);
    }
  }

  static SSLContext tls(MemberPlan plan) {
    return Tls.of(plan.certificates().authority().certificate(), plan.certificates().serving());
  }

  private static HttpSettings httpSettings(MemberPlan plan, MemberPlan.Listener listener) {
    HttpSettings defaults = HttpSettings.defaults(listener.address(), listener.port());
    return new HttpSettings(
        defaults.bindAddress(),
        defaults.port(),
        listener.shared(),
        plan.settings().api().maxConnections(),
        defaults.maxHeaderBytes(),
        defaults.ping(),
        defaults.firstRequest(),
        defaults.bodies(),
        defaults.watches());
  }

  Api api() {
    return api;
  }

  /** The API as that user sees it. */
  ApiClient client(UserInfo user) {
    return new PipelineClient(api, user);
  }

  /**
   * The API as that user sees it.
   *
   * @param fieldManager what managedFields calls the user
   */
  ApiClient client(UserInfo user, String fieldManager) {
    return new PipelineClient(api, user, fieldManager);
  }

  /** Where the API and all that needs no cluster runs. */
  ActorSystem<Void> system() {
    return system;
  }

  /** Stops listening and ends its ActorSystem, and with it whatever else runs there. */
  void stop() {
    try {
      CompletableFuture.allOf(
              listeners.stream()
                  .map(listener -> listener.stop(IN_FLIGHT).toCompletableFuture())
                  .toArray(CompletableFuture<?>[]::new))
          .get(IN_FLIGHT.toSeconds() + 1, TimeUnit.SECONDS);
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().get(1, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      LOG.info("the API server is cut off");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      LOG.warn("the API server did not stop in order", e.getCause());
    }
    backend.audit().ifPresent(trail -> trail.log().close());
    executor.shutdownNow();
  }
}
