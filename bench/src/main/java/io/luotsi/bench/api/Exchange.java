package io.luotsi.bench.api;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientConnection;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One request, and what is made of its answer. */
final class Exchange {
  private Exchange() {}

  /**
   * Sends a POST of JSON, or a GET.
   *
   * <p>Who takes the answer is known before the request leaves. Whoever looked for the answer only
   * after it was sent, from another thread than the connection's, could find that its body had come
   * and gone, and wait for ever.
   *
   * @param body of a POST; null for a GET
   * @param answer called on the connection's thread before any of the body has arrived
   */
  static <T> Future<T> of(
      HttpClientConnection connection,
      String path,
      byte @Nullable [] body,
      Function<HttpClientResponse, Future<T>> answer) {
    return connection
        .request(body == null ? HttpMethod.GET : HttpMethod.POST, path)
        .compose(
            request -> {
              Future<T> answered = request.response().compose(answer);
              if (body == null) {
                request.end();
              } else {
                request.putHeader("Content-Type", "application/json").end(Buffer.buffer(body));
              }
              return answered;
            });
  }
}
