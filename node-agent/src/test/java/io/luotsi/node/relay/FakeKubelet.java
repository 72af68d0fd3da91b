package io.luotsi.node.relay;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/** A node whose containers have said what the test wants, and that counts what was taken of it. */
final class FakeKubelet implements NodeConnection {
  final AtomicLong taken = new AtomicLong();
  final CountDownLatch cancelled = new CountDownLatch(1);
  volatile Optional<LogRequest> asked = Optional.empty();
  private volatile Outcome<Flow.Publisher<ByteBuffer>> answer =
      Outcome.done(new Chunks(Long.MAX_VALUE, n -> new byte[1_000]));

  void answers(Outcome<Flow.Publisher<ByteBuffer>> changed) {
    answer = changed;
  }

  /** A log of so many chunks of random bytes, of {@code bytes} or a few less each. */
  void says(long chunks, int bytes) {
    answer = Outcome.done(new Chunks(chunks, n -> chunk(n, bytes)));
  }

  /** The same bytes for the same number. */
  static byte[] chunk(long number, int bytes) {
    Random random = new Random(number);
    byte[] chunk = new byte[bytes - random.nextInt(10)];
    random.nextBytes(chunk);
    return chunk;
  }

  @Override
  public CompletionStage<Outcome<Flow.Publisher<ByteBuffer>>> logs(
      String nodeName, ObjectKey pod, String podUid, String container, LogOptions options) {
    asked =
        Optional.of(
            new LogRequest(nodeName, pod.namespace(), pod.name(), podUid, container, options));
    return CompletableFuture.completedFuture(answer);
  }

  /** What a session is asked for with, and answered by. */
  volatile Optional<SessionRequest> wanted = Optional.empty();

  private volatile Outcome<Session> session =
      Outcome.rejected(new Rejection.Unclassified("container not found (\"main\")"));

  void sessions(Outcome<Session> changed) {
    session = changed;
  }

  @Override
  public CompletionStage<Outcome<Session>> session(
      String nodeName, ObjectKey pod, String podUid, SessionRequest request) {
    wanted = Optional.of(request);
    return CompletableFuture.completedFuture(session);
  }

  /** Gives exactly what is asked for, on the thread that asks, and then ends. */
  private final class Chunks implements Flow.Publisher<ByteBuffer> {
    private final long count;
    private final LongFunction<byte[]> content;

    Chunks(long count, LongFunction<byte[]> content) {
      this.count = count;
      this.content = content;
    }

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            private long given;

            @Override
            public void request(long n) {
              for (long i = 0; i < n && given < count; i++) {
                taken.incrementAndGet();
                subscriber.onNext(ByteBuffer.wrap(content.apply(given++)));
              }
              if (given == count) {
                subscriber.onComplete();
              }
            }

            @Override
            public void cancel() {
              cancelled.countDown();
            }
          });
    }
  }
}
