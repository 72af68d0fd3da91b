package io.luotsi.app.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.core.api.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Requests to a cluster's HTTPS API as its administrator. Blocks the calling thread. */
public final class ApiConnection implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int MULTIPLE_CHOICES = 300;
  private static final int NOT_FOUND = 404;

  private final String server;
  private final HttpClient client;

  private ApiConnection(String server, HttpClient client) {
    this.server = server;
    this.client = client;
  }

  /**
   * @param address host and port of the API
   */
  public static ApiConnection open(DataDirectory directory, String address) {
    HttpClient client =
        HttpClient.newBuilder()
            .sslContext(Tls.admin(directory.pki()))
            .connectTimeout(CONNECT_TIMEOUT)
            .build();
    return new ApiConnection("https://" + address, client);
  }

  /** Status code of a GET without a look at the body; empty if nobody answers. */
  public Optional<Integer> probe(String path, Duration timeout) {
    try {
      HttpRequest request = request(path).timeout(timeout).GET().build();
      return Optional.of(client.send(request, BodyHandlers.discarding()).statusCode());
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** The object at the path; empty if there is none. */
  public Optional<ObjectNode> find(String path) {
    HttpResponse<byte[]> response = send(request(path).GET().build());
    return response.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(accepted(response));
  }

  /**
   * @throws PlainFailure with the server's message if it does not answer with success
   */
  public ObjectNode get(String path) {
    return accepted(send(request(path).GET().build()));
  }

  /** Creates. */
  public ObjectNode post(String path, ObjectNode body) {
    return accepted(
        send(
            request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(Json.write(body)))
                .build()));
  }

  /** Changes what {@code patch} says and leaves the rest. */
  public ObjectNode mergePatch(String path, ObjectNode patch) {
    return accepted(
        send(
            request(path)
                .header("Content-Type", "application/merge-patch+json")
                .method("PATCH", BodyPublishers.ofByteArray(Json.write(patch)))
                .build()));
  }

  /**
   * Follows a watch on the calling thread until the server ends it or the thread is interrupted.
   *
   * @param path with {@code watch=true} in its query
   * @param events hears each event: its type and the object
   */
  public void watch(String path, Consumer<JsonNode> events) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(server + path)).GET().build();
    try (Stream<String> lines = client.send(request, BodyHandlers.ofLines()).body()) {
      lines.forEach(line -> events.accept(Json.readObject(line.getBytes(StandardCharsets.UTF_8))));
    } catch (IOException | UncheckedIOException e) {
      // The server has gone or the watch was closed: what is known stays known.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(server + path)).timeout(REQUEST_TIMEOUT);
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return client.send(request, BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new PlainFailure("the API at " + server + " does not answer: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static ObjectNode accepted(HttpResponse<byte[]> response) {
    int code = response.statusCode();
    if (code < OK || code >= MULTIPLE_CHOICES) {
      throw new PlainFailure(
          "%s %s: %s"
              .formatted(
                  response.request().method(),
                  response.request().uri().getPath(),
                  Json.readObject(response.body()).path("message").asText("HTTP " + code)));
    }
    return Json.readObject(response.body());
  }

  private static PlainFailure interrupted() {
    Thread.currentThread().interrupt();
    return new PlainFailure("interrupted");
  }
}
