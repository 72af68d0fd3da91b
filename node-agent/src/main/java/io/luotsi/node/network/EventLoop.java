package io.luotsi.node.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread and its selector, which carries any number of connections.
 *
 * <p>Why not Pekko Streams or virtual threads: a proxied connection mostly waits. Here it then
 * holds two channels and nothing else, because all connections of a loop read into one buffer; a
 * stream costs actors and buffers for each direction, a virtual thread that blocks in a read keeps
 * a stack and a buffer of its own. And a passed-on chunk costs one read and one write, no hand-over
 * between threads.
 */
final class EventLoop implements AutoCloseable {
  /** Called on the loop's thread when its channel is ready. */
  @FunctionalInterface
  interface Handler {
    void onReady(SelectionKey key);
  }

  /** Something to be done later; can be called off. */
  static final class Timeout {
    private final long atNanos;
    private final Runnable task;
    private boolean cancelled;

    private Timeout(long atNanos, Runnable task) {
      this.atNanos = atNanos;
      this.task = task;
    }

    void cancel() {
      cancelled = true;
    }
  }

  /** Bytes read at once, by whatever connection is ready. */
  static final int BUFFER_BYTES = 64 * 1024;

  private static final Logger LOG = LoggerFactory.getLogger(EventLoop.class);

  private final Selector selector;
  private final Thread thread;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<Timeout> timeouts =
      new PriorityQueue<>(Comparator.comparingLong((Timeout t) -> t.atNanos));
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private volatile boolean closed;
  private boolean ended;

  private EventLoop(Selector selector, String name) {
    this.selector = selector;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  static EventLoop start(String name) {
    try {
      EventLoop loop = new EventLoop(Selector.open(), name);
      loop.thread.start();
      return loop;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs a task on the loop's thread, soon.
   *
   * @return false if the loop has ended, and the task will not run
   */
  boolean execute(Runnable task) {
    synchronized (tasks) {
      if (ended) {
        return false;
      }
      tasks.add(task);
    }
    if (Thread.currentThread() != thread) {
      selector.wakeup();
    }
    return true;
  }

  /** On the loop's thread only. */
  Timeout after(Duration delay, Runnable task) {
    Timeout timeout = new Timeout(System.nanoTime() + delay.toNanos(), task);
    timeouts.add(timeout);
    return timeout;
  }

  /** On the loop's thread only. */
  SelectionKey register(SelectableChannel channel, int interest, Handler handler)
      throws IOException {
    return channel.register(selector, interest, handler);
  }

  /** Cleared, for the caller to use before it returns; on the loop's thread only. */
  ByteBuffer buffer() {
    return buffer.clear();
  }

  /** Ends the thread, and closes all channels that are registered. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed) {
        selector.select(this::ready, millisToNextTimeout());
        runTasks();
        runTimeouts();
      }
      synchronized (tasks) {
        ended = true;
      }
      runTasks();
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      LOG.error("{} has failed", thread.getName(), e);
    }
  }

  private void ready(SelectionKey key) {
    if (key.isValid()) {
      guarded(() -> ((Handler) key.attachment()).onReady(key));
    }
  }

  private void runTasks() {
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      guarded(task);
    }
  }

  /** What is wrong with one connection must not end the thousands that share its thread. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      LOG.error("bug in {}", thread.getName(), e);
    }
  }

  private void runTimeouts() {
    long now = System.nanoTime();
    while (!timeouts.isEmpty()
        && (timeouts.peek().cancelled || timeouts.peek().atNanos - now <= 0)) {
      Timeout due = timeouts.remove();
      if (!due.cancelled) {
        guarded(due.task);
      }
    }
  }

  /** 0 waits for ever. */
  private long millisToNextTimeout() {
    if (!tasks.isEmpty()) {
      return 1;
    }
    return timeouts.isEmpty()
        ? 0
        : Math.max(1, (timeouts.peek().atNanos - System.nanoTime()) / 1_000_000 + 1);
  }
}
