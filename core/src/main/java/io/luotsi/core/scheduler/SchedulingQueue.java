package io.luotsi.core.scheduler;

import io.luotsi.core.scheduler.SchedulingRecorder.Pending;
import io.luotsi.core.scheduler.SchedulingRecorder.Queue;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The pods that wait for a node: active ones by priority and then by time; those that failed a
 * short time ago; and those that no node could take, which stay aside until something happens that
 * could change that, or until {@code maxUnschedulable} has passed.
 *
 * @see "Source: kube-scheduler backend/queue; its in-flight events are not needed, because a cycle
 *     here is one step"
 */
final class SchedulingQueue {

  /** A waiting pod and what was tried with it. */
  static final class Waiting {
    private PodView pod;
    private final long sequence;
    private final Instant entered;
    private int attempts;
    private Instant since;
    private Instant retryAt;
    private Place place = Place.NOWHERE;

    private Waiting(PodView pod, long sequence, Instant now) {
      this.pod = pod;
      this.sequence = sequence;
      this.entered = now;
      this.since = now;
      this.retryAt = now;
    }

    PodView pod() {
      return pod;
    }

    /** When it came into the queue for the first time. */
    Instant entered() {
      return entered;
    }

    /** How often it has been tried. */
    int attempts() {
      return attempts;
    }
  }

  private enum Place {
    ACTIVE,
    BACKOFF,
    UNSCHEDULABLE,
    NOWHERE
  }

  /**
   * @param initialBackoff after the first failure; doubled with each further one
   * @param maxUnschedulable after which a pod is tried again though nothing has happened
   */
  record Timing(Duration initialBackoff, Duration maxBackoff, Duration maxUnschedulable) {}

  private static final Comparator<Waiting> BY_PRIORITY =
      Comparator.<Waiting>comparingInt(w -> -w.pod.shape().priority())
          .thenComparing(w -> w.since)
          .thenComparingLong(w -> w.sequence);
  private static final Comparator<Waiting> BY_RETRY =
      Comparator.<Waiting, Instant>comparing(w -> w.retryAt).thenComparingLong(w -> w.sequence);

  private final Timing timing;
  private final SchedulingRecorder recorder;
  private final Map<String, Waiting> byUid = new HashMap<>();
  private final TreeSet<Waiting> active = new TreeSet<>(BY_PRIORITY);
  private final TreeSet<Waiting> backoff = new TreeSet<>(BY_RETRY);
  private final LinkedHashMap<PodShape, LinkedHashMap<String, Waiting>> unschedulable =
      new LinkedHashMap<>();
  private long sequence;

  SchedulingQueue(Timing timing, SchedulingRecorder recorder) {
    this.timing = timing;
    this.recorder = recorder;
  }

  /** Takes in a pod, new or changed. One that was aside is active again if its demands changed. */
  void put(PodView pod, Instant now) {
    Waiting known = byUid.get(pod.uid());
    if (known == null) {
      Waiting waiting = new Waiting(pod, sequence++, now);
      byUid.put(pod.uid(), waiting);
      enter(waiting, Place.ACTIVE, "UnschedulablePodAdd");
      return;
    }
    boolean demandsChanged = !known.pod.shape().equals(pod.shape());
    Place place = known.place;
    leave(known);
    known.pod = pod;
    if (place == Place.UNSCHEDULABLE && demandsChanged) {
      activate(known, "UnschedulablePodUpdate", now);
    } else {
      enter(known, place);
    }
  }

  Optional<Waiting> remove(String uid) {
    Waiting known = byUid.remove(uid);
    if (known != null) {
      leave(known);
    }
    return Optional.ofNullable(known);
  }

  /** The next pod to be tried; it is no longer in the queue. */
  Optional<Waiting> pop(Instant now) {
    while (!backoff.isEmpty() && !backoff.first().retryAt.isAfter(now)) {
      Waiting ready = backoff.first();
      leave(ready);
      ready.since = now;
      enter(ready, Place.ACTIVE, "BackoffComplete");
    }
    if (active.isEmpty()) {
      return Optional.empty();
    }
    Waiting next = active.first();
    leave(next);
    byUid.remove(next.pod.uid());
    next.attempts++;
    return Optional.of(next);
  }

  /** No node could take the pod: set aside. */
  void setAside(Waiting waiting, Instant now) {
    failed(waiting, now);
    enter(waiting, Place.UNSCHEDULABLE, "ScheduleAttemptFailure");
  }

  /** Something went wrong that has nothing to do with the nodes: try again soon. */
  void retry(Waiting waiting, Instant now) {
    failed(waiting, now);
    enter(waiting, Place.BACKOFF, "ScheduleAttemptFailure");
  }

  private void failed(Waiting waiting, Instant now) {
    waiting.since = now;
    waiting.retryAt = now.plus(backoffAfter(waiting.attempts));
    byUid.put(waiting.pod.uid(), waiting);
  }

  private Duration backoffAfter(int attempts) {
    Duration duration = timing.initialBackoff();
    for (int i = 1; i < attempts && duration.compareTo(timing.maxBackoff()) < 0; i++) {
      duration = duration.multipliedBy(2);
    }
    return duration.compareTo(timing.maxBackoff()) < 0 ? duration : timing.maxBackoff();
  }

  /**
   * Something happened: the pods of the shapes that it may help are tried again.
   *
   * @param event what, in upstream's words
   */
  void move(Predicate<PodShape> helped, String event, Instant now) {
    List<Waiting> moved = new ArrayList<>();
    Iterator<Map.Entry<PodShape, LinkedHashMap<String, Waiting>>> shapes =
        unschedulable.entrySet().iterator();
    while (shapes.hasNext()) {
      Map.Entry<PodShape, LinkedHashMap<String, Waiting>> shape = shapes.next();
      if (helped.test(shape.getKey())) {
        moved.addAll(shape.getValue().values());
        shapes.remove();
      }
    }
    moved.forEach(waiting -> activate(waiting, event, now));
  }

  /** Tries again what has been aside for too long. */
  void flush(Instant now) {
    List<Waiting> old = new ArrayList<>();
    Instant before = now.minus(timing.maxUnschedulable());
    unschedulable
        .values()
        .forEach(
            pods -> pods.values().stream().filter(w -> !w.since.isAfter(before)).forEach(old::add));
    old.forEach(
        waiting -> {
          leave(waiting);
          activate(waiting, "UnschedulableTimeout", now);
        });
  }

  private void activate(Waiting waiting, String event, Instant now) {
    enter(waiting, waiting.retryAt.isAfter(now) ? Place.BACKOFF : Place.ACTIVE, event);
  }

  boolean hasUnschedulable() {
    return !unschedulable.isEmpty();
  }

  boolean hasActive() {
    return !active.isEmpty();
  }

  /** When the first pod in backoff may be tried. */
  Optional<Instant> nextRetry() {
    return backoff.isEmpty() ? Optional.empty() : Optional.of(backoff.first().retryAt);
  }

  int size() {
    return byUid.size();
  }

  /**
   * @param gated pods that are not let in
   */
  Pending pending(int gated) {
    int aside = byUid.size() - active.size() - backoff.size();
    return new Pending(active.size(), backoff.size(), aside, gated);
  }

  private void enter(Waiting waiting, Place place, String event) {
    recorder.incoming(
        switch (place) {
          case ACTIVE -> Queue.ACTIVE;
          case BACKOFF -> Queue.BACKOFF;
          case UNSCHEDULABLE -> Queue.UNSCHEDULABLE;
          case NOWHERE -> throw new IllegalArgumentException("no queue");
        },
        event);
    enter(waiting, place);
  }

  private void enter(Waiting waiting, Place place) {
    waiting.place = place;
    switch (place) {
      case ACTIVE -> active.add(waiting);
      case BACKOFF -> backoff.add(waiting);
      case UNSCHEDULABLE ->
          unschedulable
              .computeIfAbsent(waiting.pod.shape(), s -> new LinkedHashMap<>())
              .put(waiting.pod.uid(), waiting);
      case NOWHERE -> {}
    }
  }

  private void leave(Waiting waiting) {
    switch (waiting.place) {
      case ACTIVE -> active.remove(waiting);
      case BACKOFF -> backoff.remove(waiting);
      case UNSCHEDULABLE -> {
        LinkedHashMap<String, Waiting> pods = unschedulable.get(waiting.pod.shape());
        pods.remove(waiting.pod.uid());
        if (pods.isEmpty()) {
          unschedulable.remove(waiting.pod.shape());
        }
      }
      case NOWHERE -> {}
    }
    waiting.place = Place.NOWHERE;
  }
}
