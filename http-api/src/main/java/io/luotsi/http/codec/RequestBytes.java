package io.luotsi.http.codec;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Reads a request's body whole, within limits. */
public final class RequestBytes {
  /**
   * @param maxBytes of one body; more is refused with 413
   * @param patience for a body that has begun; later is refused with 400
   */
  public record Limits(int maxBytes, Duration patience) {
    /** Upstream's. */
    public static final Limits DEFAULT = new Limits(3 * 1024 * 1024, Duration.ofSeconds(60));
  }

  private final Limits limits;
  private final Materializer materializer;

  public RequestBytes(Limits limits, Materializer materializer) {
    this.limits = limits;
    this.materializer = materializer;
  }

  /** Takes what is already there at once; only a body that still arrives costs a stream. */
  public CompletionStage<Outcome<byte[]>> read(RequestEntity entity) {
    if (entity instanceof HttpEntity.Strict strict) {
      ByteString data = strict.getData();
      return CompletableFuture.completedFuture(
          data.size() > limits.maxBytes()
              ? Outcome.rejected(tooLarge())
              : Outcome.done(data.toArrayUnsafe()));
    }
    OptionalLong length = entity.getContentLengthOption();
    if (length.isPresent() && length.getAsLong() > limits.maxBytes()) {
      entity.getDataBytes().runWith(Sink.cancelled(), materializer);
      return CompletableFuture.completedFuture(Outcome.rejected(tooLarge()));
    }
    return collect(entity.withoutSizeLimit().getDataBytes());
  }

  private CompletionStage<Outcome<byte[]>> collect(Source<ByteString, Object> bytes) {
    return bytes
        .completionTimeout(limits.patience())
        .scan(ByteString.emptyByteString(), ByteString::concat)
        // One chunk beyond the limit is all we ever hold of a body that is too long.
        .takeWhile(soFar -> soFar.size() <= limits.maxBytes(), true)
        .runWith(Sink.last(), materializer)
        .handle(
            (body, failure) -> {
              if (failure != null) {
                return failed(failure);
              }
              return body.size() > limits.maxBytes()
                  ? Outcome.rejected(tooLarge())
                  : Outcome.done(body.toArrayUnsafe());
            });
  }

  private Outcome<byte[]> failed(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return Outcome.rejected(
        cause instanceof TimeoutException || failure instanceof TimeoutException
            ? new Rejection.BadRequest(
                "the request's body did not arrive within " + limits.patience().toSeconds() + "s")
            : new Rejection.BadRequest("the request's body was cut off"));
  }

  private Rejection tooLarge() {
    return new Rejection.RequestEntityTooLarge(
        "Request entity too large: limit is " + limits.maxBytes());
  }
}
