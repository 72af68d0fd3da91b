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
    if (length.isPresent() && length.getAsLong() > mostToRead()) {
      return CompletableFuture.completedFuture(Outcome.rejected(tooLarge()));
    }
    return collect(entity.withoutSizeLimit().getDataBytes());
  }

  /**
   * A body that is too long is read somewhat further and thrown away: a client that still sends
   * does not look for an answer, and a reset would hide it.
   */
  private long mostToRead() {
    return 4L * limits.maxBytes();
  }

  /**
   * @param bytes empty once there are too many
   */
  private record SoFar(ByteString bytes, long count) {}

  private CompletionStage<Outcome<byte[]>> collect(Source<ByteString, Object> bytes) {
    return bytes
        .completionTimeout(limits.patience())
        .scan(new SoFar(ByteString.emptyByteString(), 0), this::add)
        .takeWhile(soFar -> soFar.count() <= mostToRead(), true)
        .runWith(Sink.last(), materializer)
        .handle(
            (body, failure) -> {
              if (failure != null) {
                return failed(failure);
              }
              return body.count() > limits.maxBytes()
                  ? Outcome.rejected(tooLarge())
                  : Outcome.done(body.bytes().toArrayUnsafe());
            });
  }

  private SoFar add(SoFar before, ByteString more) {
    long count = before.count() + more.size();
    return count > limits.maxBytes()
        ? new SoFar(ByteString.emptyByteString(), count)
        : new SoFar(before.bytes().concat(more), count);
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
