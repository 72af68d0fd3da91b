package io.luotsi.node.runtime.process;

import io.luotsi.core.session.Frame;
import io.luotsi.core.session.SessionRequest.Exec;
import io.luotsi.core.session.SessionRequest.Streams;
import io.luotsi.node.runtime.ContainerRuntime.ExecResult;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Commands beside a container's own program: exec probes and hooks. Each is a session whose client
 * is nobody but us.
 */
final class Commands {
  private static final int OUTPUT_BYTES = 10 << 10;

  /** How long output is waited for after the end: a child that lives on may hold the pipe. */
  private static final Duration LAST_OUTPUT = Duration.ofMillis(200);

  private static final Streams OUTPUT = new Streams(false, true, true, false);

  private Commands() {}

  /**
   * Waits for its end, and kills it if that does not come in time.
   *
   * @param mounts that the command is to see
   */
  static ExecResult run(
      ContainerDirectory.Record container,
      List<String> command,
      Duration timeout,
      MountNamespace mounts)
      throws ContainerRuntimeException {
    ExecSession session =
        ExecSession.start(container, new Exec(container.name(), command, OUTPUT), mounts);
    Output output = new Output();
    session.subscribe(output);
    try {
      int code = session.exited().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      output.whole.completeOnTimeout(null, LAST_OUTPUT.toMillis(), TimeUnit.MILLISECONDS).join();
      return new ExecResult(Optional.of(code), output.text());
    } catch (TimeoutException e) {
      return new ExecResult(Optional.empty(), output.text());
    } catch (ExecutionException e) {
      throw new ContainerRuntimeException("ExecError", String.valueOf(e.getCause()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerRuntimeException("ExecError", "interrupted", e);
    } finally {
      session.abandon();
    }
  }

  /** Keeps the first bytes; the rest is taken and dropped, so that the command is not held up. */
  private static final class Output implements Flow.Subscriber<Frame> {
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private final CompletableFuture<Void> whole = new CompletableFuture<>();

    synchronized String text() {
      return kept.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public synchronized void onNext(Frame frame) {
      if (frame.channel() != Frame.Channel.STATUS) {
        int length = Math.min(frame.bytes().length, OUTPUT_BYTES - kept.size());
        kept.write(frame.bytes(), 0, length);
      }
    }

    @Override
    public void onError(Throwable why) {
      whole.complete(null);
    }

    @Override
    public void onComplete() {
      whole.complete(null);
    }
  }
}
