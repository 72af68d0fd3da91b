package io.luotsi.app.remote;

import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * One HTTP/2 connection to one server, over which all requests and watches go. Given up as a whole:
 * what is under way then fails, and the watches end.
 */
final class ServerConnection implements RemoteCursor.Owner {
  /** What a server says of itself. */
  enum Answer {
    READY,
    /** It lives, and cannot serve everything. */
    NOT_READY,
    SILENT
  }

  /** Longer than any request takes that the server itself gives an end. */
  static final Duration EXCHANGE = Duration.ofSeconds(15);

  private static final Duration CONNECT = Duration.ofSeconds(2);
  private static final int OK = 200;

  /**
   * What a connection holds of a watch that is not read. The default is 16 MiB, of which two fill
   * the share of the whole connection and stop it.
   */
  private static final String WINDOW_BYTES = Integer.toString(256 * 1024);

  static {
    // The JDK's client can be told in no other way; whoever sets it on the command line knows why.
    if (System.getProperty("jdk.httpclient.windowsize") == null) {
      System.setProperty("jdk.httpclient.windowsize", WINDOW_BYTES);
    }
  }

  private final String server;
  private final HttpClient http;
  private final Set<RemoteCursor> cursors = ConcurrentHashMap.newKeySet();
  private volatile long heardNanos = System.nanoTime();
  private volatile boolean given;

  private ServerConnection(String server, HttpClient http) {
    this.server = server;
    this.http = http;
  }

  /**
   * Connects with the first request.
   *
   * @param server host and port
   */
  static ServerConnection to(String server, SSLContext tls, Executor executor) {
    HttpClient http =
        HttpClient.newBuilder().sslContext(tls).connectTimeout(CONNECT).executor(executor).build();
    return new ServerConnection(server, http);
  }

  String server() {
    return server;
  }

  /** Since anything came from the server. */
  Duration silence() {
    return Duration.ofNanos(System.nanoTime() - heardNanos);
  }

  @Override
  public void heard() {
    heardNanos = System.nanoTime();
  }

  /** Asks the server whether it is ready; never fails. */
  CompletableFuture<Answer> ask(Duration within) {
    return start(Request.get("/readyz"), BodyHandlers.discarding(), within)
        .handle(
            (response, failure) ->
                failure != null
                    ? Answer.SILENT
                    : response.statusCode() == OK ? Answer.READY : Answer.NOT_READY);
  }

  <T> CompletableFuture<HttpResponse<T>> send(Request request, BodyHandler<T> handler) {
    return start(request, handler, EXCHANGE);
  }

  private <T> CompletableFuture<HttpResponse<T>> start(
      Request request, BodyHandler<T> handler, Duration within) {
    if (given) {
      return CompletableFuture.failedFuture(new ConnectException("connection given up"));
    }
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create("https://" + server + request.path()))
            .header("Accept", Request.JSON)
            .method(
                request.method(),
                request
                    .body()
                    .map(body -> BodyPublishers.ofByteArray(body.content()))
                    .orElseGet(BodyPublishers::noBody));
    request.body().ifPresent(body -> builder.header("Content-Type", body.mediaType()));
    CompletableFuture<HttpResponse<T>> exchange = http.sendAsync(builder.build(), handler);
    return exchange
        .copy()
        .orTimeout(within.toMillis(), TimeUnit.MILLISECONDS)
        .whenComplete(
            (response, failure) -> {
              if (failure == null) {
                heard();
              } else {
                exchange.cancel(true);
              }
            });
  }

  @Override
  public void opened(RemoteCursor cursor) {
    cursors.add(cursor);
    if (given) {
      cursor.close();
    }
  }

  @Override
  public void closed(RemoteCursor cursor) {
    cursors.remove(cursor);
  }

  /** Lets requests under way be answered, and ends the watches. */
  void retire() {
    given = true;
    cursors.forEach(RemoteCursor::close);
    http.shutdown();
  }

  /** Fails all that is under way. */
  void abandon() {
    given = true;
    http.shutdownNow();
    cursors.forEach(RemoteCursor::close);
  }

  /** Whether a request that failed so has certainly not reached the server. */
  static boolean unsent(Throwable cause) {
    return cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException;
  }
}
