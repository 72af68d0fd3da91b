package io.luotsi.node.runtime.process;

import io.luotsi.node.runtime.process.ProcTable.Identity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * Tells when processes end, ours and those another JVM started: one thread that waits for all of
 * them at once by their pidfds. On a kernel without pidfds (before 5.3) it looks every {@value
 * #LOOK_MILLIS} ms.
 */
final class ExitWatch implements AutoCloseable {
  private static final int LOOK_MILLIS = 100;
  private static final int NO_PIDFD = -1;

  private record Watched(Identity process, int pidfd, Runnable onExit) {}

  private final Native.Pipe wake;
  private final Map<Identity, Watched> watched = new HashMap<>();
  private final Thread thread;
  private boolean closed;

  ExitWatch() throws IOException {
    this.wake = Native.pipe();
    this.thread = Thread.ofPlatform().name("container-exits").daemon().unstarted(this::run);
    thread.start();
  }

  /**
   * @param onExit called once, on the watching thread, when the process has ended and, if it was a
   *     child of this JVM, been reaped; at once if it is gone already
   */
  synchronized void watch(Identity process, Runnable onExit) {
    if (closed) {
      return;
    }
    int pidfd = Native.pidfd(process.pid());
    watched.put(process, new Watched(process, pidfd, onExit));
    Native.writeByte(wake.out());
  }

  /** Forgets all; listeners are not called any more. */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      Native.writeByte(wake.out());
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (true) {
      List<Integer> descriptors = new ArrayList<>();
      descriptors.add(wake.in());
      boolean look = false;
      synchronized (this) {
        if (closed) {
          releaseAll();
          return;
        }
        for (Watched one : watched.values()) {
          if (one.pidfd() == NO_PIDFD) {
            look = true;
          } else {
            descriptors.add(one.pidfd());
          }
        }
      }
      if (Native.poll(descriptors, look ? LOOK_MILLIS : -1).contains(0)) {
        drainWake();
      }
      ended().forEach(Runnable::run);
    }
  }

  private void drainWake() {
    try {
      Native.read(wake.in());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Decided by /proc and not by the descriptor: a pidfd of a reused pid is another process's. */
  private synchronized List<Runnable> ended() {
    List<Runnable> listeners = new ArrayList<>();
    Iterator<Watched> all = watched.values().iterator();
    while (all.hasNext()) {
      Watched one = all.next();
      if (!ProcTable.runs(one.process())) {
        all.remove();
        Native.reap(one.process().pid());
        if (one.pidfd() != NO_PIDFD) {
          Native.close(one.pidfd());
        }
        listeners.add(one.onExit());
      }
    }
    return listeners;
  }

  private void releaseAll() {
    watched.values().stream()
        .filter(w -> w.pidfd() != NO_PIDFD)
        .forEach(w -> Native.close(w.pidfd()));
    watched.clear();
    Native.close(wake.in());
    Native.close(wake.out());
  }
}
