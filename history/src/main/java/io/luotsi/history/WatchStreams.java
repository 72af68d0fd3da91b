package io.luotsi.history;

import io.luotsi.history.Entry.Type;
import io.luotsi.history.Violation.Promise;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Whether every watcher has seen every change once, in order, over however many connections: each
 * connection begins where the one before had come to.
 */
public final class WatchStreams {
  private WatchStreams() {}

  /** How many connections showed something, less the first such of each watcher. */
  public static long reconnects(List<Entry> history) {
    Map<Integer, Integer> showed = new TreeMap<>();
    Set<Integer> fresh = new HashSet<>();
    for (Entry entry : history) {
      if (isBeginning(entry)) {
        fresh.add(entry.process());
      } else if (entry.operation() == Operation.WATCH
          && entry.type() == Type.OK
          && fresh.remove(entry.process())) {
        showed.merge(entry.process(), 1, Integer::sum);
      }
    }
    return showed.values().stream().mapToLong(connections -> connections - 1).sum();
  }

  private static boolean isBeginning(Entry entry) {
    return entry.operation() == Operation.WATCH && entry.type() == Type.INVOKE;
  }

  /**
   * @param order from before the first watch to after the last thing that any of them saw
   * @param through the version that each must have come to at least
   */
  public static List<Violation> check(List<Entry> history, FinalOrder order, long through) {
    Map<Integer, Watcher> watchers = new TreeMap<>();
    for (Entry entry : history) {
      if (entry.operation() == Operation.WATCH) {
        watchers
            .computeIfAbsent(entry.process(), process -> new Watcher(process, entry, order))
            .on(entry);
      }
    }
    List<Violation> violations = new ArrayList<>();
    for (Watcher watcher : watchers.values()) {
      watcher.endAt(through);
      violations.addAll(watcher.violations);
    }
    return violations;
  }

  /** Walks along the final order with one watcher. */
  private static final class Watcher {
    private final int process;
    private final List<Change> expected;
    private final List<Violation> violations = new ArrayList<>();
    private int next;
    private long position;

    Watcher(int process, Entry first, FinalOrder order) {
      if (!isBeginning(first)) {
        throw new IllegalArgumentException("watcher " + process + " sees before it begins");
      }
      this.process = process;
      this.position = first.version();
      this.expected =
          order.changes().stream()
              .filter(change -> change.version() > first.version())
              .filter(change -> change.key().startsWith(first.key()))
              .toList();
      if (first.version() < order.after()) {
        wrong("begins at %d, before the order it is compared with", first.version());
      }
    }

    void on(Entry entry) {
      switch (entry.type()) {
        case INVOKE -> {
          if (entry.version() != position) {
            wrong("goes on from %d, having come to %d", entry.version(), position);
          }
        }
        case OK -> {
          if (entry.value().equals(Entry.BOOKMARK)) {
            bookmark(entry.version());
          } else {
            event(entry);
          }
        }
        case FAIL -> wrong("is refused after %d: %s", position, entry.value());
        case INFO -> {} // cut off: it goes on with its next connection
      }
    }

    private void event(Entry seen) {
      if (seen.version() <= position) {
        wrong("sees %s %s @%d again or late", seen.value(), seen.key(), seen.version());
        return;
      }
      missing(seen.version() - 1);
      position = seen.version();
      if (next == expected.size()) {
        wrong("sees %s %s @%d, which did not happen", seen.value(), seen.key(), seen.version());
        return;
      }
      Change change = expected.get(next);
      boolean same =
          change.version() == seen.version()
              && change.kind().name().equals(seen.value())
              && change.key().equals(seen.key())
              && change.uid().equals(seen.uid());
      if (same) {
        next++;
      } else {
        wrong("sees %s %s @%d in place of %s", seen.value(), seen.key(), seen.version(), change);
        next += change.version() == seen.version() ? 1 : 0;
      }
    }

    private void bookmark(long version) {
      if (version < position) {
        wrong("is told that it has come to %d, having come to %d", version, position);
        return;
      }
      missing(version);
      position = version;
    }

    /** Whatever is expected up to a version, and was not seen, is missing. */
    private void missing(long version) {
      int first = next;
      while (next < expected.size() && expected.get(next).version() <= version) {
        next++;
      }
      if (next > first) {
        wrong("never sees %d changes from %s on", next - first, expected.get(first));
      }
    }

    void endAt(long through) {
      missing(through);
    }

    private void wrong(String format, Object... arguments) {
      violations.add(
          new Violation(Promise.WATCHED, "watcher " + process, format.formatted(arguments)));
    }
  }
}
