package io.luotsi.node.relay;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;

/** Reads a log as fast as the test asks for it. */
final class Collected implements Flow.Subscriber<ByteBuffer> {
  final CompletableFuture<byte[]> whole = new CompletableFuture<>();
  final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  final AtomicLong chunks = new AtomicLong();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final long first;
  private final boolean more;

  private Collected(long first, boolean more) {
    this.first = first;
    this.more = more;
  }

  /** Asks for all, one chunk after the other. */
  static Collected all() {
    return new Collected(1, true);
  }

  /** Asks for so many chunks and no more. */
  static Collected first(long chunks) {
    return new Collected(chunks, false);
  }

  @Override
  public void onSubscribe(Flow.Subscription begun) {
    subscription.complete(begun);
    begun.request(first);
  }

  @Override
  public void onNext(ByteBuffer chunk) {
    byte[] copy = new byte[chunk.remaining()];
    chunk.get(copy);
    bytes.writeBytes(copy);
    chunks.incrementAndGet();
    if (more) {
      subscription.join().request(1);
    }
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    whole.complete(bytes.toByteArray());
  }
}
