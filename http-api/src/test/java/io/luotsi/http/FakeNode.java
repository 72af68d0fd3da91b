package io.luotsi.http;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.NodeConnection;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.Function;

/**
 * Kubelets that have the logs a test gave them, remember what they were asked, and begin the
 * sessions that a test makes for them.
 */
final class FakeNode implements NodeConnection {
  private final Map<String, Flow.Publisher<ByteBuffer>> logs = new ConcurrentHashMap<>();
  private volatile Function<SessionRequest, Outcome<Session>> sessions =
      request -> Outcome.rejected(new Rejection.Unclassified("container not found (\"a\")"));
  private volatile Optional<LogOptions> asked = Optional.empty();

  void log(String container, Flow.Publisher<ByteBuffer> bytes) {
    logs.put(container, bytes);
  }

  /** A log of these lines, which ends. */
  void log(String container, String... lines) {
    log(
        container,
        subscriber -> {
          SubmissionPublisher<ByteBuffer> publisher = new SubmissionPublisher<>();
          publisher.subscribe(subscriber);
          for (String line : lines) {
            publisher.submit(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
          }
          publisher.close();
        });
  }

  Optional<LogOptions> asked() {
    return asked;
  }

  @Override
  public CompletionStage<Outcome<Flow.Publisher<ByteBuffer>>> logs(
      String nodeName, ObjectKey pod, String podUid, String container, LogOptions options) {
    asked = Optional.of(options);
    Flow.Publisher<ByteBuffer> log = logs.get(container);
    return CompletableFuture.completedFuture(
        log == null
            ? Outcome.rejected(new Rejection.ServiceUnavailable("node " + nodeName + " is away"))
            : Outcome.done(log));
  }

  /** What sessions are answered by from now on. */
  void sessions(Function<SessionRequest, Outcome<Session>> changed) {
    sessions = changed;
  }

  @Override
  public CompletionStage<Outcome<Session>> session(
      String nodeName, ObjectKey pod, String podUid, SessionRequest request) {
    return CompletableFuture.completedFuture(sessions.apply(request));
  }
}
