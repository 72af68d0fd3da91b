package io.luotsi.history.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;

/**
 * One address of a cluster's API. Requests are sent once and never again, over HTTP/1.1, so that
 * each has a connection to itself and a time-out gives that up.
 */
public final class Endpoint implements AutoCloseable {
  static final JsonMapper JSON = new JsonMapper();

  private static final Duration CONNECT_WITHIN = Duration.ofSeconds(5);
  private static final int FIRST_ERROR = 400;
  private static final int TIMEOUT = 504;

  /** What a client hears. */
  public sealed interface Answer {
    /** With what was sent back. */
    record Success(int code, String text) implements Answer {
      /** The text as JSON; a missing node if it is none. */
      public JsonNode body() {
        return parse(text);
      }
    }

    /**
     * Not done, and a {@code Status} that says why.
     *
     * @param reason of the Status; what was sent in its place if it is none
     */
    record Refusal(int code, String reason, String message) implements Answer {}

    /** Done or not: the connection broke, or nobody answered in time, or the server said 504. */
    record Silence(String what) implements Answer {}
  }

  private final String name;
  private final URI base;
  private final SSLContext tls;
  private final Duration patience;
  private final HttpClient client;

  /**
   * @param name for people
   * @param base such as {@code https://127.0.0.1:17443}
   * @param patience how long to wait for an answer
   */
  public Endpoint(String name, URI base, SSLContext tls, Duration patience) {
    this.name = name;
    this.base = base;
    this.tls = tls;
    this.patience = patience;
    this.client = newClient();
  }

  private HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(tls)
        .connectTimeout(CONNECT_WITHIN)
        .build();
  }

  public String name() {
    return name;
  }

  /** The same address, with connections of its own and another patience. */
  public Endpoint another(Duration otherPatience) {
    return new Endpoint(name, base, tls, otherPatience);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path));
  }

  /** For streams: the caller reads and closes. */
  HttpClient client() {
    return client;
  }

  /** Waits for the answer. */
  public Answer get(String path) {
    return send(request(path).GET()).join();
  }

  /** Never fails; completes within the patience, or a little later. */
  public CompletableFuture<Answer> send(String method, String path, JsonNode body) {
    String type = method.equals("PATCH") ? "application/merge-patch+json" : "application/json";
    return send(
        request(path)
            .header("Content-Type", type)
            .method(method, BodyPublishers.ofString(body.toString())));
  }

  /** As the other, without a body. */
  public CompletableFuture<Answer> delete(String path) {
    return send(request(path).DELETE());
  }

  private CompletableFuture<Answer> send(HttpRequest.Builder request) {
    return client
        .sendAsync(request.timeout(patience).build(), BodyHandlers.ofString())
        .handle((response, failure) -> failure == null ? read(response) : explain(failure));
  }

  private static Answer explain(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ConnectException) { // nothing was sent
      return new Answer.Refusal(0, "ConnectionRefused", String.valueOf(cause.getMessage()));
    }
    return new Answer.Silence(String.valueOf(cause));
  }

  private static Answer read(HttpResponse<String> response) {
    int code = response.statusCode();
    if (code < FIRST_ERROR) {
      return new Answer.Success(code, response.body());
    }
    JsonNode body = parse(response.body());
    if (!body.path("kind").asText().equals("Status")) {
      return new Answer.Refusal(code, "no Status: " + response.body(), response.body());
    }
    if (code == TIMEOUT) {
      return new Answer.Silence("504 " + body.path("message").asText());
    }
    return new Answer.Refusal(code, body.path("reason").asText(), body.path("message").asText());
  }

  private static JsonNode parse(String body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
