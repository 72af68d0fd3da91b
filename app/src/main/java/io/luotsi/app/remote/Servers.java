package io.luotsi.app.remote;

import io.luotsi.app.remote.ServerConnection.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of the API, of which one is spoken to: the first that says it is ready, for as long
 * as it answers and is ready, or nobody else is.
 *
 * <p>A server that has been silent for {@link #SILENCE} is asked whether it is ready, so one that
 * is paused or cut off is found out within {@link #SILENCE} and {@link #PATIENCE}, watches or not.
 * A connection is only given out after the server has answered on it: a request is never spent on
 * finding out that nobody is there.
 *
 * <p>Everything is decided on one virtual thread.
 */
final class Servers implements AutoCloseable {
  /** How long a server may be silent before it is asked. */
  static final Duration SILENCE = Duration.ofSeconds(2);

  /** How long it may take to answer that; longer and longer while none of them does. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final Duration MOST_PATIENCE = Duration.ofSeconds(16);

  /** So long after one server was asked the next one is, too. */
  private static final Duration HEAD_START = Duration.ofMillis(250);

  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final Logger LOG = LoggerFactory.getLogger(Servers.class);

  private final List<String> addresses;
  private final SSLContext tls;
  private final Executor executor;
  private final Semaphore wake = new Semaphore(0);
  private final Thread thread;

  // Both under the lock of this.
  private CompletableFuture<ServerConnection> current = new CompletableFuture<>();
  private boolean closed;

  // Touched by the thread alone.
  private Optional<ServerConnection> held = Optional.empty();
  private int preferred;
  private boolean missed;
  private Duration patience = PATIENCE;

  private record Answered(ServerConnection connection, Answer answer) {}

  private Servers(List<String> addresses, SSLContext tls, Executor executor) {
    this.addresses = List.copyOf(addresses);
    this.tls = tls;
    this.executor = executor;
    this.thread = Thread.ofVirtual().name("api-servers").unstarted(this::run);
  }

  /**
   * @param addresses host and port of each, the one to begin with first; at least one
   */
  static Servers start(List<String> addresses, SSLContext tls, Executor executor) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no server to speak to");
    }
    Servers servers = new Servers(addresses, tls, executor);
    servers.thread.start();
    return servers;
  }

  /**
   * The connection to use, as soon as there is one; fails when this is closed. A copy: who waits no
   * longer may complete it.
   */
  synchronized CompletableFuture<ServerConnection> current() {
    return current.copy();
  }

  /**
   * Something went wrong on a connection: whoever asks for the current one waits until it has been
   * found to be well, or another one has been found.
   */
  synchronized void suspect(ServerConnection connection) {
    if (!closed && current.isDone() && current.join() == connection) {
      current = new CompletableFuture<>();
      wake.release();
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      current.completeExceptionally(new IllegalStateException("closed"));
    }
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!isClosed()) {
        if (somebodyAnswers()) {
          ServerConnection connection = held.orElseThrow();
          settle(connection);
          rest(SILENCE.minus(connection.silence()));
        } else {
          miss();
          rest(AGAIN);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("closed");
    } finally {
      held.ifPresent(ServerConnection::abandon);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private void rest(Duration time) throws InterruptedException {
    if (wake.tryAcquire(Math.max(1, time.toMillis()), TimeUnit.MILLISECONDS)) {
      wake.drainPermits();
    }
  }

  private synchronized void settle(ServerConnection connection) {
    if (current.isDone() && !closed && current.join() != connection) {
      current = new CompletableFuture<>();
    }
    current.complete(connection);
    patience = PATIENCE;
    if (missed) {
      LOG.info("{} answers", connection.server());
      missed = false;
    }
  }

  /**
   * Said once, however long it takes. On a host that is too busy to shake hands in time patience is
   * the only way to be heard.
   */
  private void miss() {
    Duration longer = patience.multipliedBy(2);
    patience = longer.compareTo(MOST_PATIENCE) > 0 ? MOST_PATIENCE : longer;
    if (!missed) {
      LOG.warn("none of the API's servers answers: {}", addresses);
      missed = true;
    }
  }

  private synchronized void unsettle() {
    if (current.isDone() && !closed) {
      current = new CompletableFuture<>();
    }
  }

  private synchronized boolean isSuspected() {
    return !current.isDone();
  }

  /** Whether the connection that is held serves, or another one that is held afterwards. */
  private boolean somebodyAnswers() throws InterruptedException {
    if (held.isEmpty()) {
      held = ask(addresses, true);
      return held.isPresent();
    }
    ServerConnection connection = held.get();
    if (!isSuspected() && connection.silence().compareTo(SILENCE) < 0) {
      return true;
    }
    return switch (answer(connection)) {
      case READY -> true;
      case NOT_READY -> {
        held = Optional.of(readyInsteadOf(connection));
        yield true;
      }
      case SILENT -> anotherAnswers(connection);
    };
  }

  /**
   * Looks for another connection, to whichever server. As long as there is none the old one is
   * kept, though nobody is given it: a server that was only paused or slow goes on where it was.
   */
  private boolean anotherAnswers(ServerConnection connection) throws InterruptedException {
    unsettle();
    preferred = (addresses.indexOf(connection.server()) + 1) % addresses.size();
    Optional<ServerConnection> other = ask(addresses, true);
    if (other.isPresent()) {
      LOG.info("{} does not answer any more, {} does", connection.server(), other.get().server());
      held = other;
      connection.abandon();
    }
    return other.isPresent();
  }

  private Answer answer(ServerConnection connection) throws InterruptedException {
    BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    connection.ask(patience).thenAccept(answers::add);
    return answers.take(); // there is one in any case
  }

  private ServerConnection readyInsteadOf(ServerConnection connection) throws InterruptedException {
    List<String> others =
        addresses.stream().filter(address -> !address.equals(connection.server())).toList();
    Optional<ServerConnection> better = others.isEmpty() ? Optional.empty() : ask(others, false);
    better.ifPresent(
        ready -> {
          LOG.info("{} is not ready, {} is", connection.server(), ready.server());
          settle(ready);
          connection.retire();
        });
    return better.orElse(connection);
  }

  /**
   * The first that is ready, all being asked one shortly after the other.
   *
   * @param otherwise whether one that lives will do if none is ready
   */
  private Optional<ServerConnection> ask(List<String> among, boolean otherwise)
      throws InterruptedException {
    BlockingQueue<Answered> answers = new LinkedBlockingQueue<>();
    List<ServerConnection> asked = new ArrayList<>();
    List<ServerConnection> alive = new ArrayList<>();
    Optional<ServerConnection> chosen = Optional.empty();
    int answered = 0;
    try {
      while (chosen.isEmpty() && answered < among.size()) {
        if (asked.size() < among.size()) {
          asked.add(ask(among.get((preferred + asked.size()) % among.size()), answers));
        }
        Answered next =
            asked.size() < among.size()
                ? answers.poll(HEAD_START.toMillis(), TimeUnit.MILLISECONDS)
                : answers.take();
        if (next != null) {
          answered++;
          switch (next.answer()) {
            case READY -> chosen = Optional.of(next.connection());
            case NOT_READY -> alive.add(next.connection());
            case SILENT -> {}
          }
        }
      }
      if (chosen.isEmpty() && otherwise) {
        chosen = alive.stream().findFirst();
      }
    } finally {
      chosen.ifPresent(asked::remove);
      asked.forEach(ServerConnection::abandon);
    }
    return chosen;
  }

  private ServerConnection ask(String address, BlockingQueue<Answered> answers) {
    ServerConnection connection = ServerConnection.to(address, tls, executor);
    connection.ask(patience).thenAccept(answer -> answers.add(new Answered(connection, answer)));
    return connection;
  }
}
