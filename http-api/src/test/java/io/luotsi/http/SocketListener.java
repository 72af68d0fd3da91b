package io.luotsi.http;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Listens on a WebSocket of the JDK's until it is closed. */
abstract class SocketListener implements WebSocket.Listener {
  /** The code that it was closed with. */
  final CompletableFuture<Integer> closed = new CompletableFuture<>();

  /**
   * @param uri with {@code https}
   * @param protocol none is offered if it is empty
   */
  final WebSocket connect(HttpClient client, URI uri, String protocol) throws Exception {
    WebSocket.Builder builder = client.newWebSocketBuilder().connectTimeout(Duration.ofSeconds(10));
    if (!protocol.isEmpty()) {
      builder.subprotocols(protocol);
    }
    return builder
        .buildAsync(URI.create(uri.toString().replace("https:", "wss:")), this)
        .get(15, TimeUnit.SECONDS);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed.complete(code);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.completeExceptionally(error);
  }
}
