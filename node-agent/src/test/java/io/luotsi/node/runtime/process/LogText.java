package io.luotsi.node.runtime.process;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** Reads a whole log; one buffer at a time, as a slow client would. */
public final class LogText implements Flow.Subscriber<ByteBuffer> {
  private final StringBuffer text = new StringBuffer();
  private final CompletableFuture<String> whole = new CompletableFuture<>();
  private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();

  public static String read(Flow.Publisher<ByteBuffer> log) throws Exception {
    LogText reader = new LogText();
    log.subscribe(reader);
    return reader.whole.get(10, TimeUnit.SECONDS);
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription.complete(given);
    given.request(1);
  }

  @Override
  public void onNext(ByteBuffer item) {
    text.append(StandardCharsets.UTF_8.decode(item));
    subscription.join().request(1);
  }

  @Override
  public void onError(Throwable failure) {
    whole.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    whole.complete(text.toString());
  }
}
