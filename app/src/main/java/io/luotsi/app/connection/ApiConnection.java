package io.luotsi.app.connection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.OwnFiles;
import io.luotsi.core.api.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Requests to a cluster's HTTPS API as its administrator. Blocks the calling thread. */
public final class ApiConnection implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
  private static final int OK = 200;
  private static final int MULTIPLE_CHOICES = 300;
  private static final int NOT_FOUND = 404;
  private static final int MAX_STATUS_BYTES = 64 << 10;

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

  /**
   * Asks another server of the same cluster, while the calling thread goes on.
   *
   * @param address host and port
   * @return fails if there is no success within {@code time}
   */
  public CompletableFuture<byte[]> ask(String address, String path, Duration time) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + address + path)).timeout(time).GET().build();
    return client
        .sendAsync(request, BodyHandlers.ofByteArray())
        .thenApply(
            response -> {
              accepted(response);
              return response.body();
            })
        .orTimeout(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * Has another server of the same cluster do something.
   *
   * @param address host and port
   * @return what it answers; empty if it does not, or not with success
   */
  public Optional<byte[]> act(String address, String pathAndQuery, Duration time) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("https://" + address + pathAndQuery))
            .timeout(time)
            .POST(BodyPublishers.noBody())
            .build();
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      return response.statusCode() == OK ? Optional.of(response.body()) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  /** Deletes what is at the path, if it is there. */
  public void delete(String path) {
    HttpResponse<byte[]> response = send(request(path).DELETE().build());
    if (response.statusCode() != NOT_FOUND) {
      accepted(response);
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

  /**
   * Writes what is at the path into a file, as it comes.
   *
   * @throws PlainFailure if the server does not answer with success, or stops halfway
   */
  public void download(String path, Path file) {
    HttpRequest request = HttpRequest.newBuilder(URI.create(server + path)).GET().build();
    try {
      HttpResponse<InputStream> response = client.send(request, BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() != OK) {
          accepted(response.request(), response.statusCode(), body.readNBytes(MAX_STATUS_BYTES));
        }
        OwnFiles.write(file, body);
      }
    } catch (IOException e) {
      throw new PlainFailure("cannot save " + server + path + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
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
    return accepted(response.request(), response.statusCode(), response.body());
  }

  private static ObjectNode accepted(HttpRequest request, int code, byte[] body) {
    if (code < OK || code >= MULTIPLE_CHOICES) {
      throw new PlainFailure(
          "%s %s: %s"
              .formatted(
                  request.method(),
                  request.uri().getPath(),
                  Json.readObject(body).path("message").asText("HTTP " + code)));
    }
    return Json.readObject(body);
  }

  private static PlainFailure interrupted() {
    Thread.currentThread().interrupt();
    return new PlainFailure("interrupted");
  }
}
