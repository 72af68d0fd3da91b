package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What clients were told, and whether it is what happened. */
final class History {
  /** A write that was reported done. */
  record Acknowledged(String kind, String name, String uid, long version) {
    static Acknowledged of(String kind, StoredObject object) {
      return new Acknowledged(kind, object.key().name(), object.uid(), object.resourceVersion());
    }

    static Acknowledged of(WatchEvent event) {
      String kind =
          switch (event) {
            case WatchEvent.Added added -> "created";
            case WatchEvent.Modified modified -> "updated";
            case WatchEvent.Deleted deleted -> "deleted";
          };
      return of(kind, event.object());
    }

    /** Reads what {@link #toLine} wrote. */
    static Acknowledged parse(String line) {
      String[] words = line.split(" ");
      return new Acknowledged(words[0], words[1], words[2], Long.parseLong(words[3]));
    }

    String toLine() {
      return kind + " " + name + " " + uid + " " + version;
    }
  }

  /** A write that was reported as certainly not done; no other has its kind, name and uid. */
  record Refused(String kind, String name, String uid) {
    String toLine() {
      return "refused " + kind + " " + name + " " + uid;
    }
  }

  private History() {}

  /** Every event up to {@code last}, by version, as a watcher from the beginning sees them. */
  static Map<Long, Acknowledged> events(ReplicatedStore store, long last) throws Exception {
    Map<Long, Acknowledged> events = new TreeMap<>();
    try (WatchCursor cursor = store.watch(CONFIG_MAPS, 0).orElseThrow()) {
      while (cursor.version() < last) {
        for (WatchEvent event : Drafts.await(cursor.next()).orElseThrow()) {
          assertThat(events.put(event.version(), Acknowledged.of(event))).isNull();
        }
      }
    }
    return events;
  }

  /**
   * Fails unless every acknowledged write is the event at its version, no two had the same version,
   * and no version is missing but the first, which is the registry's own creation.
   */
  static void check(Map<Long, Acknowledged> events, Collection<Acknowledged> acknowledged) {
    long last = events.size() + 1L;
    assertThat(events.keySet()).first().isEqualTo(2L);
    assertThat(events.keySet()).last().isEqualTo(last);
    assertThat(acknowledged).extracting(Acknowledged::version).doesNotHaveDuplicates();
    for (Acknowledged write : acknowledged) {
      assertThat(events.get(write.version())).as("event %s", write.version()).isEqualTo(write);
    }
  }

  /** Fails if something happened that was reported as not done. */
  static void checkRefused(Map<Long, Acknowledged> events, Collection<Refused> refused) {
    Set<Refused> done = new HashSet<>();
    events.values().forEach(each -> done.add(new Refused(each.kind(), each.name(), each.uid())));
    assertThat(refused).doesNotContainAnyElementsOf(done);
  }

  /** Of all events up to each version, what {@link #digest} makes of them. */
  static Map<Long, Integer> digests(Map<Long, Acknowledged> events) {
    Map<Long, Integer> digests = new HashMap<>();
    int digest = 0;
    for (Map.Entry<Long, Acknowledged> event : new TreeMap<>(events).entrySet()) {
      digest = digest(digest, event.getValue());
      digests.put(event.getKey(), digest);
    }
    return digests;
  }

  /** The same in every process. */
  static int digest(int before, Acknowledged event) {
    return 31 * before + event.toLine().hashCode();
  }

  /** A watcher that follows the present, in a thread of its own, as an informer does. */
  static final class Watcher {
    private final WatchCursor cursor;
    private final List<Acknowledged> seen = new ArrayList<>();
    private final Thread thread;

    Watcher(ReplicatedStore store) {
      cursor = store.watch(CONFIG_MAPS, 0).orElseThrow();
      thread = Thread.ofVirtual().start(this::follow);
    }

    private void follow() {
      while (true) {
        Outcome<List<WatchEvent>> next = cursor.next().toCompletableFuture().join();
        List<WatchEvent> events = next.orElseThrow();
        if (events.isEmpty()) { // closed
          return;
        }
        synchronized (seen) {
          events.forEach(event -> seen.add(Acknowledged.of(event)));
          seen.notifyAll();
        }
      }
    }

    /** Waits until it has seen so many events, and gives all in the order in which they came. */
    List<Acknowledged> seen(int atLeast) throws InterruptedException {
      long deadline = System.nanoTime() + 20_000_000_000L;
      synchronized (seen) {
        while (seen.size() < atLeast && System.nanoTime() < deadline) {
          seen.wait(1_000);
        }
        return List.copyOf(seen);
      }
    }

    void end() throws InterruptedException {
      cursor.close();
      thread.join();
    }
  }
}
