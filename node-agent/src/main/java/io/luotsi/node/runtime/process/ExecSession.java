package io.luotsi.node.runtime.process;

import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest.Exec;
import io.luotsi.core.session.SessionStatus;
import io.luotsi.core.session.TerminalSize;
import io.luotsi.node.runtime.ContainerRuntimeException;
import io.luotsi.node.runtime.process.ProcTable.Identity;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An exec'd command's end of its session. One thread waits at once for the command's output, for
 * room in its input, for its end and for its client; nothing is read that the client has not asked
 * for, and at most {@value #WINDOW} frames of the client wait to be written.
 *
 * <p>It ends when the command has ended and nobody has its output open any more, as upstream's
 * runtimes do. If the client is gone before, all of the command's session is killed.
 */
final class ExecSession implements Session {
  static final int WINDOW = 4;

  private static final Logger LOG = LoggerFactory.getLogger(ExecSession.class);
  private static final int MOST_DESCRIPTORS = 5;
  private static final int NO_PIDFD = -1;

  /** How often it is looked whether the command has ended, on kernels without pidfds. */
  private static final int LOOK_MILLIS = 50;

  /** After which a session that nobody takes is given up. */
  private static final Duration UNCLAIMED = Duration.ofSeconds(10);

  private static final long KILL_ROUND_NANOS = 5_000_000;
  private static final Duration KILL_FOR = Duration.ofSeconds(10);
  private static final byte[] NOTHING = {};

  private final Exec exec;
  private final ExecProcess process;
  private final Bell bell;
  private final Queue<Frame> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicLong demand = new AtomicLong();
  private final CompletableFuture<Integer> exited = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final long beganNanos = System.nanoTime();
  private volatile Optional<Flow.Subscription> upstream = Optional.empty();
  private volatile Optional<Flow.Subscriber<? super Frame>> client = Optional.empty();
  private volatile boolean gone;
  private boolean over;

  // The rest is the thread's own.
  private int stdin;
  private int stdout;
  private int stderr;
  private byte[] pending = NOTHING;
  private int written;
  private OptionalInt exitCode = OptionalInt.empty();

  private ExecSession(Exec exec, ExecProcess process, Bell bell) {
    this.exec = exec;
    this.process = process;
    this.bell = bell;
    this.stdin = process.stdin();
    this.stdout = process.stdout();
    this.stderr = process.stderr();
  }

  /**
   * Starts the command.
   *
   * @param mounts that it is to see
   * @throws ContainerRuntimeException if it cannot be run
   */
  static ExecSession start(ContainerDirectory.Record container, Exec exec, MountNamespace mounts)
      throws ContainerRuntimeException {
    Bell bell;
    try {
      bell = new Bell();
    } catch (IOException e) {
      throw new ContainerRuntimeException("ExecError", String.valueOf(e.getMessage()), e);
    }
    try {
      ExecProcess process = mounts.run(() -> ExecProcess.start(container, exec));
      ExecSession session = new ExecSession(exec, process, bell);
      Thread.ofPlatform().name("exec-" + process.pid()).daemon().start(session::run);
      return session;
    } catch (IOException e) {
      bell.close();
      throw new ContainerRuntimeException("ExecError", String.valueOf(e.getMessage()), e);
    } catch (ContainerRuntimeException e) {
      bell.close();
      throw e;
    }
  }

  /**
   * The command's exit code, as soon as it has ended; its output may still be held open. Fails if
   * nobody will ever know.
   */
  CompletableFuture<Integer> exited() {
    return exited;
  }

  /** As if its client had gone away. */
  void abandon() {
    gone = true;
    bell.ring();
  }

  @Override
  public CompletionStage<Void> ended() {
    return ended;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super Frame> other) {
    boolean late;
    synchronized (this) {
      late = over;
      if (!late) {
        client = Optional.of(other); // before it asks for anything, and may be told the end
      }
    }
    other.onSubscribe(
        new Flow.Subscription() {
          @Override
          public void request(long frames) {
            demand.accumulateAndGet(frames, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
            bell.ring();
          }

          @Override
          public void cancel() {
            abandon();
          }
        });
    if (late) {
      other.onError(new IOException("the session has ended"));
    }
    bell.ring();
  }

  @Override
  public void onSubscribe(Flow.Subscription other) {
    upstream = Optional.of(other);
    other.request(WINDOW);
  }

  @Override
  public void onNext(Frame frame) {
    inbox.add(frame);
    bell.ring();
  }

  @Override
  public void onError(Throwable why) {
    abandon();
  }

  @Override
  public void onComplete() {
    abandon();
  }

  private void run() {
    int pidfd = Native.pidfd(process.pid());
    Optional<IOException> failure = Optional.of(new IOException("the session was given up"));
    try (Descriptors descriptors = new Descriptors(MOST_DESCRIPTORS, Frame.MAX_BYTES)) {
      while (!gone && !isOver()) {
        serve(descriptors, pidfd);
      }
      failure = gone ? failure : Optional.empty();
    } catch (IOException e) {
      failure = Optional.of(e);
    } finally {
      killUnlessEnded();
      if (pidfd != NO_PIDFD) {
        Native.close(pidfd);
      }
      closeStreams();
      bell.close();
      synchronized (this) {
        over = true;
      }
      ended.complete(null);
      exited.completeExceptionally(new IOException("the command was given up"));
      tell(failure);
    }
  }

  private void tell(Optional<IOException> failure) {
    if (failure.isEmpty()) {
      client.ifPresent(c -> c.onNext(SessionStatus.ofExit(exec.command(), exitCode.orElseThrow())));
      client.ifPresent(Flow.Subscriber::onComplete);
    } else {
      client.ifPresent(c -> c.onError(failure.get()));
    }
    upstream.ifPresent(Flow.Subscription::cancel);
  }

  /** There must be demand for the status as well. */
  private boolean isOver() {
    return exitCode.isPresent()
        && stdout == ExecProcess.NONE
        && stderr == ExecProcess.NONE
        && demand.get() > 0;
  }

  /** One round: whatever can be done now, and then whatever happens next. */
  private void serve(Descriptors descriptors, int pidfd) throws IOException {
    takeInput();
    boolean asked = demand.get() > 0;
    descriptors.clear();
    int rung = descriptors.add(bell.descriptor(), Descriptors.READABLE);
    int ending = exitCode.isPresent() ? -1 : waitFor(descriptors, pidfd, Descriptors.READABLE);
    int room = isPending() ? waitFor(descriptors, stdin, Descriptors.WRITABLE) : -1;
    int said = asked ? waitFor(descriptors, stdout, Descriptors.READABLE) : -1;
    int complained = asked ? waitFor(descriptors, stderr, Descriptors.READABLE) : -1;
    descriptors.poll(patience(pidfd));
    if (descriptors.isReady(rung)) {
      bell.hush();
    }
    if (exitCode.isEmpty() && (pidfd == NO_PIDFD || descriptors.isReady(ending))) {
      exitCode = Native.exitCode(process.pid());
      exitCode.ifPresent(exited::complete);
    }
    if (descriptors.isReady(room)) {
      write(descriptors);
    }
    if (descriptors.isReady(said) && !pass(descriptors, stdout, Channel.STDOUT)) {
      stdout = ExecProcess.NONE; // closed with the rest: a terminal's master is stdin, too
    }
    if (descriptors.isReady(complained)
        && demand.get() > 0
        && !pass(descriptors, stderr, Channel.STDERR)) {
      Native.close(stderr);
      stderr = ExecProcess.NONE;
    }
  }

  private static int waitFor(Descriptors descriptors, int descriptor, short events) {
    return descriptor < 0 ? -1 : descriptors.add(descriptor, events);
  }

  private int patience(int pidfd) {
    if (client.isEmpty()) {
      gone = System.nanoTime() - beganNanos > UNCLAIMED.toNanos();
      return gone ? 0 : (int) UNCLAIMED.toMillis() / 10;
    }
    return pidfd == NO_PIDFD && exitCode.isEmpty() ? LOOK_MILLIS : -1;
  }

  private boolean isPending() {
    return written < pending.length;
  }

  private void takeInput() {
    while (!isPending()) {
      Frame next = inbox.poll();
      if (next == null) {
        return;
      }
      switch (next.channel()) {
        case STDIN -> {
          if (stdin != ExecProcess.NONE) { // else nobody reads it, and it is lost, as upstream
            pending = next.bytes();
            written = 0;
          }
        }
        case STDIN_END -> endStdin();
        case RESIZE ->
            process
                .terminal()
                .ifPresent(t -> TerminalSize.parse(next.bytes()).ifPresent(t::resize));
        case STDOUT, STDERR, STATUS -> {
          // not for a client to say
        }
      }
      upstream.ifPresent(other -> other.request(1));
    }
  }

  /** A terminal has no end of input, only a character for it, which is the client's to send. */
  private void endStdin() {
    if (process.terminal().isEmpty() && stdin != ExecProcess.NONE) {
      Native.close(stdin);
      stdin = ExecProcess.NONE;
    }
  }

  private void write(Descriptors descriptors) throws IOException {
    int count = descriptors.write(stdin, pending, written);
    if (count == Descriptors.BROKEN) {
      pending = NOTHING;
      written = 0;
      endStdin();
    } else {
      written += count;
    }
  }

  /**
   * @return whether there may be more to come
   */
  private boolean pass(Descriptors descriptors, int from, Channel as) throws IOException {
    int count = descriptors.read(from);
    if (count > 0) {
      demand.decrementAndGet();
      Frame frame = new Frame(as, descriptors.taken(count));
      client.ifPresent(c -> c.onNext(frame));
    }
    return count != 0;
  }

  /** What the command has left behind in its container when it ended is the container's. */
  private void killUnlessEnded() {
    long deadline = System.nanoTime() + KILL_FOR.toNanos();
    while (exitCode.isEmpty() && System.nanoTime() < deadline) {
      List<Identity> left = ProcTable.ofSession(process.pid());
      left.forEach(p -> Native.kill(p.pid(), Native.SIGKILL));
      if (left.isEmpty()) {
        exitCode = Native.exitCode(process.pid());
      }
      if (exitCode.isEmpty()) {
        LockSupport.parkNanos(KILL_ROUND_NANOS);
      }
    }
    if (exitCode.isEmpty()) {
      LOG.warn("process {}, exec'd for somebody who has gone, cannot be killed", process.pid());
    }
  }

  private void closeStreams() {
    if (process.terminal().isPresent()) {
      Native.close(process.terminal().get().master());
      return;
    }
    endStdin();
    if (process.stdout() != ExecProcess.NONE) {
      Native.close(process.stdout());
    }
    if (stderr != ExecProcess.NONE) {
      Native.close(stderr);
    }
  }
}
