package io.luotsi.bench.api;

import io.luotsi.app.BadInput;
import io.luotsi.app.PlainFailure;
import io.luotsi.bench.Kernel;
import io.luotsi.bench.store.Waiting;
import io.luotsi.core.api.Json;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnectOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.TCPSSLOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * An address that is measured, with what a client shows to enter. Connections are those of a client
 * of its own, over TLS.
 */
final class ApiTarget implements AutoCloseable {
  private static final int CREATED = 201;
  private static final int OK = 200;
  private static final int EVENT_LOOPS = 2;
  private static final int BODY_BYTES = 1 << 20;

  private final Side side;
  private final URI server;
  private final OptionalLong pid;
  private final PemTrustOptions trust;
  private final PemKeyCertOptions own;
  private final Vertx vertx =
      Vertx.vertx(
          new VertxOptions()
              .setEventLoopPoolSize(EVENT_LOOPS)
              .setFileSystemOptions(
                  new FileSystemOptions()
                      .setClassPathResolvingEnabled(false)
                      .setFileCachingEnabled(false)));
  private final Map<Protocol, HttpClientAgent> agents;

  /** Kept, because Vert.x closes the connections of one that nobody refers to. */
  private final NetClient plain;

  /**
   * @param pid of the server; empty if it is not known, and its memory and processor time are not
   *     measured
   * @param authority whom to trust, PEM
   * @param certificate what to show, PEM
   * @param key of the certificate, PEM
   */
  ApiTarget(Side side, URI server, OptionalLong pid, Path authority, Path certificate, Path key) {
    this.side = side;
    this.server = server;
    this.pid = pid;
    this.trust = new PemTrustOptions().addCertPath(authority.toString());
    this.own =
        new PemKeyCertOptions().setCertPath(certificate.toString()).setKeyPath(key.toString());
    this.agents =
        Map.of(
            Protocol.HTTP_1, agent(Protocol.HTTP_1),
            Protocol.HTTP_2, agent(Protocol.HTTP_2));
    this.plain =
        vertx.createNetClient(
            secured(new NetClientOptions()).setHostnameVerificationAlgorithm("HTTPS"));
  }

  /**
   * Who a kubeconfig's only user is at its only cluster.
   *
   * @param folder where its certificates are written to
   * @throws BadInput if it cannot be read, or does not name certificates
   */
  static ApiTarget of(Side side, Path kubeconfig, OptionalLong pid, Path folder) {
    try {
      Object text =
          new Load(LoadSettings.builder().build()).loadFromString(Files.readString(kubeconfig));
      Map<?, ?> config = Json.mapper().convertValue(text, Map.class);
      var json = Json.mapper().valueToTree(config);
      var cluster = json.at("/clusters/0/cluster");
      var user = json.at("/users/0/user");
      Path authority = folder.resolve(side.label() + "-ca.pem");
      Path certificate = folder.resolve(side.label() + "-client.pem");
      Path key = folder.resolve(side.label() + "-client-key.pem");
      write(authority, cluster.path("certificate-authority-data").asText());
      write(certificate, user.path("client-certificate-data").asText());
      write(key, user.path("client-key-data").asText());
      URI server = URI.create(cluster.path("server").asText());
      return new ApiTarget(side, server, pid, authority, certificate, key);
    } catch (IOException | IllegalArgumentException e) {
      throw new BadInput("cannot use the kubeconfig " + kubeconfig + ": " + e.getMessage(), e);
    }
  }

  private static void write(Path file, String base64) throws IOException {
    if (base64.isEmpty()) {
      throw new IOException("it must hold its certificates and key (…-data)");
    }
    Files.write(file, Base64.getDecoder().decode(base64));
  }

  private HttpClientAgent agent(Protocol protocol) {
    HttpClientOptions options =
        secured(new HttpClientOptions())
            .setProtocolVersion(protocol.version())
            .setKeepAlive(true)
            .setMaxChunkSize(BODY_BYTES)
            .setHttp2ConnectionWindowSize(64 * BODY_BYTES);
    options.getInitialSettings().setInitialWindowSize(4 * BODY_BYTES);
    return vertx.httpClientBuilder().with(options.setUseAlpn(protocol == Protocol.HTTP_2)).build();
  }

  private <T extends TCPSSLOptions> T secured(T options) {
    options.setSsl(true).setTcpNoDelay(true).setTrustOptions(trust).setKeyCertOptions(own);
    return options;
  }

  Side side() {
    return side;
  }

  /** A connection of its own, on which requests are sent. */
  HttpClientConnection connect(Protocol protocol) {
    return Waiting.get(
        "a connection to " + server,
        connecting(protocol).toCompletionStage().toCompletableFuture());
  }

  Future<HttpClientConnection> connecting(Protocol protocol) {
    return agents
        .get(protocol)
        .connect(new HttpConnectOptions().setHost(server.getHost()).setPort(server.getPort()));
  }

  /** A connection for bytes, over TLS, that offers no protocol: HTTP/1.1. */
  NetSocket connectPlainly() {
    return Waiting.get(
        "a connection to " + server,
        plain
            .connect(server.getPort(), server.getHost())
            .toCompletionStage()
            .toCompletableFuture());
  }

  String host() {
    return server.getHost();
  }

  /**
   * Creates one object, and waits.
   *
   * @throws PlainFailure if it is refused
   */
  void create(HttpClientConnection connection, String path, byte[] body) {
    Waiting.get("POST " + path, creating(connection, path, body));
  }

  /** Completes when it is created; fails if it is refused. */
  CompletableFuture<Void> creating(HttpClientConnection connection, String path, byte[] body) {
    return Exchange.of(
            connection,
            path,
            body,
            response ->
                response
                    .body()
                    .map(
                        answer -> {
                          if (response.statusCode() != CREATED) {
                            throw new PlainFailure(
                                "POST %s: %d %s".formatted(path, response.statusCode(), answer));
                          }
                          return (Void) null;
                        }))
        .toCompletionStage()
        .toCompletableFuture();
  }

  /** Completes when something that is there is read over a connection of its own; fails if not. */
  CompletableFuture<Void> asking(Protocol protocol, String path) {
    return connecting(protocol)
        .compose(
            connection ->
                Exchange.of(
                        connection,
                        path,
                        null,
                        response -> response.body().map(body -> response.statusCode()))
                    .eventually(connection::close))
        .map(
            status -> {
              if (status != OK) {
                throw new PlainFailure("GET %s: %d".formatted(path, status));
              }
              return (Void) null;
            })
        .toCompletionStage()
        .toCompletableFuture();
  }

  boolean isMeasured() {
    return pid.isPresent();
  }

  /** Milliseconds of processor time of the server so far; 0 if its process is not known. */
  long processorMillis() {
    return of(Kernel::processorMillis);
  }

  /** Resident memory of the server now, MiB; 0 if its process is not known. */
  long residentMiB() {
    return of(process -> Kernel.memory(process).residentMiB());
  }

  void forgetPeak() {
    of(
        process -> {
          Kernel.forgetPeak(process);
          return 0;
        });
  }

  /** The highest resident memory since {@link #forgetPeak}, MiB; 0 if it is not known. */
  long peakMiB() {
    return of(Kernel::peakMiB);
  }

  private interface Question {
    long ask(long pid) throws IOException;
  }

  private long of(Question question) {
    try {
      return pid.isPresent() ? question.ask(pid.getAsLong()) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException("the server's process is gone", e);
    }
  }

  /**
   * Lets a JVM give back what it does not use, so that resident memory tells what it holds. Others
   * are left alone.
   */
  void collectGarbage() throws IOException, InterruptedException {
    Path tool = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    if (side == Side.REFERENCE || pid.isEmpty()) {
      return;
    }
    new ProcessBuilder(tool.toString(), Long.toString(pid.getAsLong()), "GC.run")
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  @Override
  public void close() {
    Waiting.get("the client's end", vertx.close().toCompletionStage().toCompletableFuture());
  }
}
