package io.luotsi.app.remote;

import com.typesafe.config.ConfigFactory;
import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.certificates.Credential;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.Role;
import io.luotsi.core.apiserver.BuiltInAuthorizer;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.apiserver.NodeReferences;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.apiserver.TokenAuthenticator;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.http.HttpApi;
import io.luotsi.http.HttpSettings;
import io.luotsi.http.discovery.ServedVersion;
import io.luotsi.http.flowcontrol.FlowControl;
import io.luotsi.http.metrics.ApiMetrics;
import io.luotsi.http.routes.Backend;
import io.luotsi.http.routes.HealthChecks;
import io.luotsi.http.watch.WatchTimes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A real HTTPS API on a port of its own, over a store in memory that several may share. */
final class TestServer implements AutoCloseable {
  private static final Catalog CATALOG = BuiltInCatalog.load();

  private final ActorSystem<Void> system;
  private final HttpApi http;
  private volatile boolean ready = true;

  private TestServer(ActorSystem<Void> system, TestApi api, SSLContext tls, int port) {
    this.system = system;
    HealthChecks checks =
        new HealthChecks(
            List.of(new HealthChecks.Check("ping", () -> true)),
            List.of(new HealthChecks.Check("store", () -> ready)));
    ApiMetrics metrics = new ApiMetrics(ServedVersion.labels());
    Backend backend =
        new Backend(
            api.pipeline(),
            BuiltInAuthorizer.withoutRoles(Set.of(), NodeReferences.NONE),
            NodeConnection.none(),
            checks,
            List.of(),
            InstantSource.system(),
            TokenAuthenticator.NONE,
            metrics,
            new FlowControl(
                api.store(),
                FlowControl.Limits.DEFAULT,
                metrics.flows(),
                ForkJoinPool.commonPool()),
            Optional.empty());
    HttpSettings defaults = HttpSettings.defaults("127.0.0.1", port);
    this.http =
        HttpApi.start(
                system,
                new HttpSettings(
                    defaults.bindAddress(),
                    defaults.port(),
                    false,
                    defaults.maxConnections(),
                    defaults.maxHeaderBytes(),
                    defaults.ping(),
                    defaults.firstRequest(),
                    defaults.bodies(),
                    new WatchTimes(Duration.ofMillis(300), Duration.ofMinutes(30))),
                tls,
                backend)
            .toCompletableFuture()
            .join();
  }

  /**
   * @param port 0 for any
   */
  static TestServer start(TestApi api, ClusterCertificates certificates, int port) {
    ActorSystem<Void> system =
        ActorSystem.create(
            Behaviors.<Void>empty(),
            "remote-test",
            ConfigFactory.parseString("pekko.loglevel = WARNING, pekko.log-dead-letters = off")
                .withFallback(ConfigFactory.defaultReference()));
    return new TestServer(system, api, tls(certificates, certificates.serving()), port);
  }

  static ClusterCertificates certificates(Path folder) {
    return ClusterCertificates.open(
        folder,
        "node-1",
        Role.CONTROL_PLANE,
        new ClusterCertificates.ServerNames(List.of("localhost"), List.of("127.0.0.1")),
        Instant.now());
  }

  static SSLContext tls(ClusterCertificates certificates, Credential own) {
    return Tls.of(certificates.authority().certificate(), own);
  }

  static HttpsClient client(
      List<String> servers, ClusterCertificates certificates, Credential own) {
    return HttpsClient.open(servers, tls(certificates, own), "test", CATALOG);
  }

  String address() {
    return "127.0.0.1:" + http.port();
  }

  int port() {
    return http.port();
  }

  /** What it says of itself at {@code /readyz}. */
  void ready(boolean is) {
    ready = is;
  }

  @Override
  public void close() {
    http.stop(Duration.ofMillis(1)).toCompletableFuture().join();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
