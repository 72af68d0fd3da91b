package io.luotsi.core.informer;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Keys that want work: each at most once, none worked on twice at the same time, failures later and
 * later. A plain data structure for one actor, whose timers say when {@link #advance} is due; the
 * semantics are client-go's {@code workqueue}.
 *
 * <p>Bounded by the number of distinct keys.
 */
public final class WorkQueue<K> {
  private record Delayed<K>(K key, Instant due, long order) {}

  private final Backoff backoff;
  private final QueueRecorder recorder;
  private final Set<K> ready = new LinkedHashSet<>();
  private final Set<K> working = new LinkedHashSet<>();
  private final Set<K> again = new LinkedHashSet<>();
  private final Map<K, Integer> failures = new HashMap<>();
  private final Map<K, Delayed<K>> delayed = new HashMap<>();
  private final PriorityQueue<Delayed<K>> byDue =
      new PriorityQueue<>(
          Comparator.comparing((Delayed<K> entry) -> entry.due())
              .thenComparingLong(Delayed::order));
  private long order;

  public WorkQueue(Backoff backoff, QueueRecorder recorder) {
    this.backoff = backoff;
    this.recorder = recorder;
  }

  /** Wants work on {@code key}; while it is worked on, once more after that. */
  public void add(K key) {
    if ((working.contains(key) ? again : ready).add(key)) {
      recorder.added(key);
    }
  }

  /** Wants work on {@code key} at {@code due}; of several such wishes the earliest counts. */
  public void addAt(K key, Instant due) {
    recorder.retried();
    Delayed<K> known = delayed.get(key);
    if (known == null || due.isBefore(known.due())) {
      Delayed<K> entry = new Delayed<>(key, due, order++);
      delayed.put(key, entry);
      byDue.add(entry); // the entry it replaces is passed over when it comes up
    }
  }

  /**
   * The next key in order of arrival, from now on worked on until {@link #succeeded}, {@link
   * #failed} or {@link #done}.
   */
  public Optional<K> poll() {
    var keys = ready.iterator();
    if (!keys.hasNext()) {
      return Optional.empty();
    }
    K key = keys.next();
    keys.remove();
    working.add(key);
    recorder.taken(key);
    return Optional.of(key);
  }

  /** Work has ended and its failures are forgotten. */
  public void succeeded(K key) {
    failures.remove(key);
    done(key);
  }

  /**
   * Work has failed and is wanted again after the key's backoff.
   *
   * @return how long that is
   */
  public Duration failed(K key, Instant now) {
    Duration wait = backoff.after(failures.merge(key, 1, Integer::sum));
    done(key);
    addAt(key, now.plus(wait));
    return wait;
  }

  /** Work has ended; failures so far go on counting. */
  public void done(K key) {
    working.remove(key);
    recorder.done(key);
    if (again.remove(key)) {
      ready.add(key);
    }
  }

  /** Makes ready what is due. */
  public void advance(Instant now) {
    while (!byDue.isEmpty() && !byDue.peek().due().isAfter(now)) {
      Delayed<K> entry = byDue.poll();
      if (delayed.remove(entry.key(), entry)) {
        add(entry.key());
      }
    }
  }

  /** When {@link #advance} has something to do next. */
  public Optional<Instant> nextDue() {
    while (!byDue.isEmpty() && delayed.get(byDue.peek().key()) != byDue.peek()) {
      byDue.poll();
    }
    return Optional.ofNullable(byDue.peek()).map(Delayed::due);
  }

  /** Keys ready for work. */
  public int size() {
    return ready.size();
  }

  /** Keys worked on. */
  public int inWork() {
    return working.size();
  }

  /** Failures in a row so far. */
  public int failures(K key) {
    return failures.getOrDefault(key, 0);
  }
}
