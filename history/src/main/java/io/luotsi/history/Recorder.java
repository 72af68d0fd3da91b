package io.luotsi.history;

import io.luotsi.history.Entry.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** Writes down what concurrent clients begin and hear. Safe for any number of threads. */
public final class Recorder {
  /** Something begun; ended at most once. */
  public final class Begun {
    private final Entry beginning;

    private Begun(Entry beginning) {
      this.beginning = beginning;
    }

    /** What was begun. */
    public Entry beginning() {
      return beginning;
    }

    /** Done: call after the answer has come. */
    public void ok(String uid, String value, long version) {
      end(Type.OK, uid, value, version);
    }

    /** Done, by an answer that tells neither uid nor version. */
    public void ok() {
      end(Type.OK, "", "", 0);
    }

    /** Certainly not done. */
    public void fail(String reason) {
      end(Type.FAIL, "", reason, 0);
    }

    /** Nobody knows. */
    public void unknown(String reason) {
      end(Type.INFO, "", reason, 0);
    }

    private void end(Type type, String uid, String value, long version) {
      Entry b = beginning;
      add(b.process(), type, b.operation(), b.key(), uid, value, version);
    }
  }

  private final LongSupplier nanoTime;
  private final long started;
  private final Consumer<Entry> heard;
  private final List<Entry> entries = new ArrayList<>();

  /**
   * @param nanoTime a clock that never goes back, in nanoseconds
   */
  public Recorder(LongSupplier nanoTime) {
    this(nanoTime, nanoTime.getAsLong(), entry -> {});
  }

  /**
   * @param nanoTime a clock that never goes back, in nanoseconds
   * @param started when the recording began, by that clock; recorders that share a clock and a
   *     beginning make histories that {@link HistoryFile#merge} puts together
   * @param heard is told each entry before whoever begins or ends something goes on, in order
   */
  public Recorder(LongSupplier nanoTime, long started, Consumer<Entry> heard) {
    this.nanoTime = nanoTime;
    this.started = started;
    this.heard = heard;
  }

  /** Call before the request leaves. See {@link Entry} for the arguments. */
  public Begun begin(
      int process, Operation operation, String key, String uid, String value, long version) {
    return new Begun(add(process, Type.INVOKE, operation, key, uid, value, version));
  }

  /** A watcher has seen a change. */
  public void saw(int process, Change change) {
    String kind = change.kind().name();
    add(process, Type.OK, Operation.WATCH, change.key(), change.uid(), kind, change.version());
  }

  /** A watcher was told how far it has come. */
  public void sawBookmark(int process, long version) {
    add(process, Type.OK, Operation.WATCH, "", "", Entry.BOOKMARK, version);
  }

  private synchronized Entry add(
      int process,
      Type type,
      Operation operation,
      String key,
      String uid,
      String value,
      long version) {
    long time = nanoTime.getAsLong() - started;
    Entry entry = new Entry(process, type, operation, key, uid, value, version, time);
    entries.add(entry);
    heard.accept(entry);
    return entry;
  }

  /** When the entry was written, in the clock's own nanoseconds. */
  public long nanosOf(Entry entry) {
    return started + entry.time();
  }

  /** All so far, in order. */
  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }
}
