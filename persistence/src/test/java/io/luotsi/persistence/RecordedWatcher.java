package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.history.Change;
import io.luotsi.history.Operation;
import io.luotsi.history.Recorder;
import java.util.List;

/** Follows one member's store from a version on, in a thread of its own, and records it. */
final class RecordedWatcher {
  private final WatchCursor cursor;
  private final Recorder recorder;
  private final int process;
  private final Thread thread;
  private long version;

  RecordedWatcher(ReplicatedStore store, Recorder recorder, int process, long from) {
    this.recorder = recorder;
    this.process = process;
    this.version = from;
    recorder.begin(process, Operation.WATCH, "default/", "", "", from);
    this.cursor = store.watch(CONFIG_MAPS, from).orElseThrow();
    this.thread = Thread.ofVirtual().start(this::follow);
  }

  private void follow() {
    while (true) {
      Outcome<List<WatchEvent>> next = cursor.next().toCompletableFuture().join();
      List<WatchEvent> events = next.orElseThrow();
      if (events.isEmpty()) { // closed
        return;
      }
      events.forEach(event -> recorder.saw(process, change(event)));
      synchronized (this) {
        version = events.getLast().version();
        notifyAll();
      }
    }
  }

  static Change change(WatchEvent event) {
    Change.Kind kind =
        switch (event) {
          case WatchEvent.Added added -> Change.Kind.ADDED;
          case WatchEvent.Modified modified -> Change.Kind.MODIFIED;
          case WatchEvent.Deleted deleted -> Change.Kind.DELETED;
        };
    return new Change(
        event.version(),
        kind,
        RecordedClients.nameOf(event.object().key()),
        event.object().uid(),
        RecordedClients.valueOf(event.object()));
  }

  /** Waits until everything up to a version was seen, and ends. */
  void endAt(long last) throws InterruptedException {
    synchronized (this) {
      while (version < last) {
        wait();
      }
    }
    cursor.close();
    thread.join();
  }
}
