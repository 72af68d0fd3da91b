package io.luotsi.bench.api;

import com.typesafe.config.ConfigFactory;
import io.luotsi.app.Logging;
import io.luotsi.bench.store.ThrowawayCertificate;
import io.luotsi.http.HttpApi;
import io.luotsi.http.HttpSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpMethods;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.util.ByteString;

/**
 * The product's HTTP and TLS settings before a handler that sends back what it got, and whatever is
 * asked for: what HTTP costs by itself, and so the most that the product can reach.
 */
final class EmptyServer implements AutoCloseable {
  /** Where its port stands. */
  static final String PORT = "port";

  /** Where the settings are with which a member serves the API. */
  private static final String MEMBER = "io/luotsi/app/member/";

  private static final int ENTITY_BYTES = 1 << 20;
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration STOP = Duration.ofMillis(100);

  private final ActorSystem<Void> system;
  private final HttpApi http;
  private final HttpEntity.Strict stored;

  private EmptyServer(ThrowawayCertificate certificate)
      throws IOException, GeneralSecurityException {
    this.stored = json(ByteString.fromArray(Bodies.configMap("stored", "empty")));
    this.system =
        ActorSystem.create(
            Behaviors.<Void>empty(),
            "empty",
            ConfigFactory.parseString("pekko.actor.provider = local")
                .withFallback(ConfigFactory.parseResources(MEMBER + "local-system.conf"))
                .withFallback(ConfigFactory.parseResources(MEMBER + "pekko.conf"))
                .withFallback(ConfigFactory.defaultReference())
                .resolve());
    this.http =
        HttpApi.start(
                system, HttpSettings.defaults("127.0.0.1", 0), certificate.context(), this::answer)
            .toCompletableFuture()
            .join();
  }

  static EmptyServer start(ThrowawayCertificate certificate)
      throws IOException, GeneralSecurityException {
    return new EmptyServer(certificate);
  }

  int port() {
    return http.port();
  }

  private CompletionStage<HttpResponse> answer(HttpRequest request) {
    if (!request.method().equals(HttpMethods.POST)) {
      request.discardEntityBytes(system);
      return CompletableFuture.completedFuture(HttpResponse.create().withEntity(stored));
    }
    return request
        .entity()
        .toStrict(PATIENCE.toMillis(), ENTITY_BYTES, system)
        .thenApply(
            entity ->
                HttpResponse.create()
                    .withStatus(StatusCodes.CREATED)
                    .withEntity(json(entity.getData())));
  }

  private static HttpEntity.Strict json(ByteString bytes) {
    return HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes);
  }

  @Override
  public void close() {
    http.stop(STOP).toCompletableFuture().join();
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }

  /**
   * A process of its own, which ends when its input does.
   *
   * @param arguments the folder with the certificate, where the port is written to
   */
  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    Logging.quiet();
    Path folder = Path.of(arguments[0]);
    EmptyServer server = start(ThrowawayCertificate.in(folder));
    Path writing = folder.resolve(PORT + ".new");
    Files.writeString(writing, Integer.toString(server.port()));
    Files.move(writing, folder.resolve(PORT), StandardCopyOption.ATOMIC_MOVE);
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(0);
  }
}
