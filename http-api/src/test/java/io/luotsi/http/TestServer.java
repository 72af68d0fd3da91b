package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.typesafe.config.ConfigFactory;
import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.AccountAuthenticator;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.controller.definition.DefinitionNames;
import io.luotsi.http.audit.AuditLog;
import io.luotsi.http.audit.AuditPolicy;
import io.luotsi.http.audit.AuditTrail;
import io.luotsi.http.auth.StaticTokens;
import io.luotsi.http.codec.RequestBytes;
import io.luotsi.http.discovery.ServedVersion;
import io.luotsi.http.flowcontrol.FlowControl;
import io.luotsi.http.metrics.ApiMetrics;
import io.luotsi.http.routes.Backend;
import io.luotsi.http.routes.HealthChecks;
import io.luotsi.http.routes.LocalPage;
import io.luotsi.http.watch.WatchTimes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** A server on a free port over the real pipeline and a store in memory. */
final class TestServer implements AutoCloseable {
  /** What the process says of itself. */
  static final String PAGE = "/luotsi/member";

  static final String DESK = "/luotsi/members";

  /** Who may come without a certificate. */
  private static final String TOKENS = "t0ken,tina,u-7,\"readers,writers\"\nother,olga,u-8\n";

  private final ActorSystem<Void> system;
  private final TestCertificates certificates = new TestCertificates();
  private final TestApi api;
  private final FakeNode node = new FakeNode();
  private final FlowControl flows;
  private final Optional<Path> folder;
  private final HttpApi http;
  private final HttpClient admin;

  /** What a test may want otherwise. */
  private record Options(
      int port,
      FlowControl.Limits limits,
      Optional<AuditPolicy> audit,
      Optional<Path> folder,
      Duration firstRequest) {
    static final Options USUAL =
        new Options(
            0,
            FlowControl.Limits.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            HttpSettings.defaults("127.0.0.1", 0).firstRequest());
  }

  private TestServer(Options options) {
    this.folder = options.folder();
    this.system =
        ActorSystem.create(
            Behaviors.<Void>empty(),
            "http-test",
            ConfigFactory.parseString("pekko.loglevel = WARNING")
                .withFallback(ConfigFactory.load()));
    this.api = TestApi.guarded(InstantSource.system(), Set.of(PAGE));
    ApiMetrics metrics = new ApiMetrics(ServedVersion.labels());
    metrics.storageObjects(() -> Map.of("pods", 3));
    this.flows =
        new FlowControl(api.store(), options.limits(), metrics.flows(), ForkJoinPool.commonPool());
    HealthChecks checks =
        new HealthChecks(
            List.of(new HealthChecks.Check("ping", () -> true)),
            List.of(
                new HealthChecks.Check("ping", () -> true),
                new HealthChecks.Check("store", () -> true)));
    Backend backend =
        new Backend(
            api.pipeline(),
            api.authorizer(),
            node,
            checks,
            List.of(
                new LocalPage.Document(PAGE, () -> Json.object().put("name", "node-7")),
                new LocalPage.Desk(
                    DESK,
                    () -> Json.object().put("done", 0),
                    query ->
                        CompletableFuture.completedFuture(
                            Json.object().put("done", query.text("what"))))),
            InstantSource.system(),
            StaticTokens.parse(TOKENS)
                .or(new AccountAuthenticator(TestApi.TOKENS, api.store(), InstantSource.system())),
            metrics,
            flows,
            options
                .audit()
                .map(
                    policy ->
                        new AuditTrail(
                            policy,
                            AuditLog.open(
                                auditFile(), new AuditLog.Rotation(1 << 20, 1), metrics.audit()))));
    HttpSettings defaults = HttpSettings.defaults("127.0.0.1", options.port());
    HttpSettings settings =
        new HttpSettings(
            defaults.bindAddress(),
            defaults.port(),
            false,
            defaults.maxConnections(),
            defaults.maxHeaderBytes(),
            defaults.ping(),
            options.firstRequest(),
            new RequestBytes.Limits(RequestBytes.Limits.DEFAULT.maxBytes(), Duration.ofSeconds(2)),
            new WatchTimes(Duration.ofMillis(300), Duration.ofMinutes(30)));
    this.http =
        HttpApi.start(system, settings, certificates.server(), backend)
            .toCompletableFuture()
            .join();
    this.admin = client(certificates.identity("O=system:masters,CN=admin"));
  }

  static TestServer start() {
    return new TestServer(Options.USUAL);
  }

  /** One that writes requests down, in a folder. */
  static TestServer start(AuditPolicy policy, Path folder) {
    Options usual = Options.USUAL;
    return new TestServer(
        new Options(
            0, usual.limits(), Optional.of(policy), Optional.of(folder), usual.firstRequest()));
  }

  Path auditFile() {
    return folder.orElseThrow().resolve("audit.log");
  }

  static TestServer start(FlowControl.Limits limits) {
    Options usual = Options.USUAL;
    return new TestServer(
        new Options(0, limits, usual.audit(), usual.folder(), usual.firstRequest()));
  }

  static TestServer start(int port) {
    Options usual = Options.USUAL;
    return new TestServer(
        new Options(port, usual.limits(), usual.audit(), usual.folder(), usual.firstRequest()));
  }

  /**
   * @param firstRequest within which clients must have asked for something
   */
  static TestServer start(Duration firstRequest) {
    Options usual = Options.USUAL;
    return new TestServer(
        new Options(0, usual.limits(), usual.audit(), usual.folder(), firstRequest));
  }

  /** A client over HTTP/2 that shows {@code identity}. */
  HttpClient client(TestCertificates.Identity identity) {
    return HttpClient.newBuilder().sslContext(certificates.context(identity)).build();
  }

  HttpClient admin() {
    return admin;
  }

  TestCertificates certificates() {
    return certificates;
  }

  TestApi api() {
    return api;
  }

  FlowControl flows() {
    return flows;
  }

  FakeNode node() {
    return node;
  }

  String url() {
    return "https://127.0.0.1:" + http.port();
  }

  int port() {
    return http.port();
  }

  URI uri(String path) {
    return URI.create(url() + path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request = request(path).GET();
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> send(String method, String path, String contentType, String body) {
    return send(
        request(path)
            .header("Content-Type", contentType)
            .method(method, HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8)));
  }

  /** Creates an object, which must succeed. */
  HttpResponse<String> create(String path, String contentType, String body) {
    HttpResponse<String> created = send("POST", path, contentType, body);
    assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
    return created;
  }

  /** Creates a definition, and says of it what the controller would say. */
  void define(String contentType, String body) {
    String path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    String created = create(path, contentType, body).body();
    ObjectNode definition = Json.readObject(created.getBytes(StandardCharsets.UTF_8));
    definition.set(
        "status",
        DefinitionNames.status(definition, List.of(), "2026-01-02T03:04:05Z").orElseThrow());
    String status = path + "/" + definition.at("/metadata/name").asText() + "/status";
    HttpResponse<String> established =
        send("PUT", status, "application/json", definition.toString());
    assertThat(established.statusCode()).as(established.body()).isEqualTo(200);
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    return admin
        .sendAsync(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8))
        .join();
  }

  @Override
  public void close() {
    admin.shutdownNow();
    http.stop(Duration.ofMillis(100)).toCompletableFuture().join();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
