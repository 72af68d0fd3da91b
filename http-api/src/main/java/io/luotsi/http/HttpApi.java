package io.luotsi.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.http.auth.ClientCertificates;
import io.luotsi.http.guard.Newcomers;
import io.luotsi.http.routes.Backend;
import io.luotsi.http.routes.Router;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.apache.pekko.io.Inet;
import org.apache.pekko.io.TcpSO;
import org.apache.pekko.stream.SystemMaterializer;

/**
 * One listening port of the API. A process may have several over the same backend.
 *
 * <p>Speaks HTTP/2 with whom negotiates it and HTTP/1.1 with everybody else, always over TLS.
 * Requests in flight are answered until {@link #stop}'s deadline; watches end then.
 */
public final class HttpApi {
  /** Lookings for late newcomers within the time that they have. */
  private static final int LOOKS = 8;

  private final ServerBinding binding;
  private final Cancellable looking;

  private HttpApi(ServerBinding binding, Cancellable looking) {
    this.binding = binding;
    this.looking = looking;
  }

  /**
   * Binds the port.
   *
   * @param tls with the server's key, and the cluster's authority as the only one to trust: whose
   *     certificate it did not sign gets no connection
   * @return fails with {@code BindFailedException} if the port is taken
   */
  public static CompletionStage<HttpApi> start(
      ActorSystem<?> system, HttpSettings settings, SSLContext tls, Backend backend) {
    Router router =
        new Router(
            backend,
            settings.bodies(),
            settings.watches(),
            SystemMaterializer.get(system).materializer());
    return start(system, settings, tls, router::handle);
  }

  /** The same port and settings before another handler, to see what they cost by themselves. */
  public static CompletionStage<HttpApi> start(
      ActorSystem<?> system,
      HttpSettings settings,
      SSLContext tls,
      Function<HttpRequest, CompletionStage<HttpResponse>> handler) {
    Newcomers newcomers = new Newcomers(settings.firstRequest(), System::nanoTime);
    Function<HttpRequest, CompletionStage<HttpResponse>> attended =
        request -> {
          newcomers.asks(request);
          return handler.apply(request);
        };
    Duration every = settings.firstRequest().dividedBy(LOOKS);
    return Http.get(system)
        .newServerAt(settings.bindAddress(), settings.port())
        .enableHttps(ClientCertificates.wantedOver(tls))
        .withSettings(serverSettings(settings, system.settings().config(), newcomers))
        .bind(attended::apply)
        .thenApply(
            binding ->
                new HttpApi(
                    binding,
                    system
                        .scheduler()
                        .scheduleWithFixedDelay(
                            every, every, newcomers::look, system.executionContext())));
  }

  /** The port that clients connect to. */
  public int port() {
    return binding.localAddress().getPort();
  }

  public InetSocketAddress address() {
    return binding.localAddress();
  }

  /**
   * Accepts no more, lets answers in flight go out until the deadline, then cuts what is left.
   *
   * @return completes when nothing listens and nobody is connected
   */
  public CompletionStage<Void> stop(Duration deadline) {
    looking.cancel();
    return binding.terminate(deadline).thenAccept(terminated -> {});
  }

  private static ServerSettings serverSettings(
      HttpSettings settings, Config config, Newcomers newcomers) {
    Map<String, Object> overrides =
        Map.ofEntries(
            Map.entry("enable-http2", true),
            Map.entry("preview.enable-http2", true),
            Map.entry("server-header", ""),
            // Either would end quiet watches. Dead peers are found by HTTP/2 pings and TCP probes.
            Map.entry("idle-timeout", "infinite"),
            Map.entry("request-timeout", "infinite"),
            Map.entry("max-connections", settings.maxConnections()),
            Map.entry("backlog", 1_024),
            Map.entry("parsing.max-uri-length", settings.maxHeaderBytes()),
            Map.entry("parsing.max-header-value-length", settings.maxHeaderBytes()),
            Map.entry("parsing.max-header-count", 128),
            // Bodies are counted where they are read, so that the client is told in a Status.
            Map.entry("parsing.max-content-length", "infinite"),
            Map.entry("parsing.uri-parsing-mode", "relaxed"),
            // We look at few headers and as plain text; modelling them all costs more than we do.
            Map.entry("parsing.modeled-header-parsing", false),
            Map.entry("parsing.illegal-header-warnings", false),
            Map.entry("parsing.error-logging-verbosity", "off"),
            Map.entry("parsing.ssl-session-attribute", true),
            Map.entry("remote-address-attribute", true), // for the audit log, and newcomers
            Map.entry("http2.max-concurrent-streams", 250),
            // Most bodies arrive in one frame; those become requests without a stream.
            Map.entry("http2.min-collect-strict-entity-size", 1),
            Map.entry("http2.ping-interval", settings.ping().toMillis() + " ms"),
            Map.entry("http2.ping-timeout", settings.ping().toMillis() + " ms"));
    Config server =
        ConfigFactory.parseMap(overrides, "http-api")
            .withFallback(config.getConfig("pekko.http.server"));
    ServerSettings base =
        ServerSettings.create(server.atPath("pekko.http.server").withFallback(config));
    List<Inet.SocketOption> options = new ArrayList<>();
    options.add(TcpSO.tcpNoDelay(true));
    options.add(TcpSO.keepAlive(true));
    options.add(newcomers);
    if (settings.sharedPort()) {
      options.add(new SharedPort());
    }
    return base.withParserSettings(AnyMethod.readBy(base.getParserSettings()))
        .withSocketOptions(options);
  }

  /** Lets the kernel spread connections over all processes that listen on the port. */
  private static final class SharedPort extends Inet.AbstractSocketOption {
    @Override
    public void beforeServerSocketBind(ServerSocket socket) {
      try {
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
