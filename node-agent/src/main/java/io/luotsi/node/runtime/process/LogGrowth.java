package io.luotsi.node.runtime.process;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees the logs grow, all of them on one thread: at a write and then at most every {@value
 * #REST_MILLIS} ms, however fast a container writes. Where the kernel gives out no more watches it
 * looks every {@value #LOOK_MILLIS} ms.
 */
final class LogGrowth implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogGrowth.class);
  private static final int REST_MILLIS = 10;
  private static final int LOOK_MILLIS = 500;

  private final WatchService watches;
  private final Map<WatchKey, LogFile> watched = new ConcurrentHashMap<>();
  private final Map<LogFile, Boolean> looked = new ConcurrentHashMap<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  LogGrowth() throws IOException {
    this.watches = FileSystems.getDefault().newWatchService();
    this.thread = Thread.ofPlatform().name("container-logs").daemon().unstarted(this::run);
    thread.start();
  }

  /** Until it ends. */
  void watch(LogFile file) {
    try {
      WatchKey key =
          file.path().getParent().register(watches, StandardWatchEventKinds.ENTRY_MODIFY);
      watched.put(key, file);
    } catch (IOException e) {
      LOG.warn("cannot watch {} ({}), looking at intervals", file.path(), e.getMessage());
      looked.put(file, true);
    }
    file.sample();
  }

  void forget(LogFile file) {
    looked.remove(file);
    watched
        .entrySet()
        .removeIf(
            entry -> {
              boolean same = entry.getValue().path().equals(file.path());
              if (same) {
                entry.getKey().cancel();
              }
              return same;
            });
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      watches.close();
      thread.join();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (closed.getCount() > 0) {
        WatchKey key = watches.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        looked.keySet().forEach(LogFile::sample);
        while (key != null) {
          key.pollEvents();
          LogFile file = watched.get(key);
          if (file != null) {
            file.sample();
          }
          key.reset();
          key = watches.poll();
        }
        closed.await(REST_MILLIS, TimeUnit.MILLISECONDS);
      }
    } catch (ClosedWatchServiceException | InterruptedException e) {
      // closed
    }
  }
}
