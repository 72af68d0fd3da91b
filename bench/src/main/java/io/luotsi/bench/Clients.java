package io.luotsi.bench;

import io.luotsi.app.PlainFailure;
import io.luotsi.history.AcknowledgedWrites;
import io.luotsi.history.Entry;
import io.luotsi.history.FinalOrder;
import io.luotsi.history.Operation;
import io.luotsi.history.Recorder;
import io.luotsi.history.WatchStreams;
import io.luotsi.history.client.ConfigMaps;
import io.luotsi.history.client.Endpoint;
import io.luotsi.history.client.OpenLoop;
import io.luotsi.history.client.Progress;
import io.luotsi.history.client.Watcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** The recorded clients of one round: writers at every port, and a watcher at each member. */
final class Clients implements AutoCloseable {
  private static final int KEYS = 100;
  private static final int STEADY = 20;
  private static final Duration WITHIN = Duration.ofSeconds(60);

  private final Jvms jvms;
  private final Recorder recorder = new Recorder(System::nanoTime);
  private final Map<String, Watcher> watchers = new LinkedHashMap<>();
  private final Map<String, Integer> watcherNumbers = new LinkedHashMap<>();
  private final OpenLoop writers;
  private final long before;

  Clients(Jvms jvms, int round, int rate) {
    this.jvms = jvms;
    before = ConfigMaps.list(jvms.shared()).version();
    List<Endpoint> own = jvms.names().stream().map(jvms::at).toList();
    for (int i = 0; i < own.size(); i++) {
      List<Endpoint> turns = new ArrayList<>(own.subList(i, own.size()));
      turns.addAll(own.subList(0, i));
      String name = own.get(i).name();
      watcherNumbers.put(name, -1 - i);
      watchers.put(name, Watcher.start(-1 - i, turns, recorder, before));
    }
    List<Endpoint> targets = new ArrayList<>(own);
    targets.add(jvms.shared());
    writers =
        OpenLoop.start(
            targets,
            recorder,
            new OpenLoop.Settings("default/round-" + round + "-", KEYS, rate),
            System::nanoTime);
  }

  /** Waits until writes are acknowledged everywhere. */
  void awaitSteady() {
    long now = System.nanoTime();
    for (String target : targets()) {
      if (!writers.acknowledged(target).awaitBegunAfter(now, STEADY, WITHIN)) {
        throw new PlainFailure("no writes are acknowledged at " + target);
      }
    }
  }

  private List<String> targets() {
    List<String> targets = new ArrayList<>(jvms.names());
    targets.add(Jvms.SHARED);
    return targets;
  }

  /** When the first of the writes begun after a moment was acknowledged at a port. */
  OptionalLong firstWriteAfter(long nanos, String target) {
    return writers.acknowledged(target).begunAfter(nanos).stream()
        .mapToLong(Progress.Step::doneNanos)
        .min();
  }

  /** When the watcher that began at a member saw something on its next connection. */
  OptionalLong seenAfterReconnect(String member, long nanos) {
    int watcher = watcherNumbers.get(member);
    boolean again = false;
    for (Entry entry : recorder.entries()) {
      boolean own = entry.process() == watcher && recorder.nanosOf(entry) > nanos;
      if (own && entry.operation() == Operation.WATCH && entry.type() == Entry.Type.INVOKE) {
        again = true;
      } else if (own && again && entry.type() == Entry.Type.OK) {
        return OptionalLong.of(recorder.nanosOf(entry));
      }
    }
    return OptionalLong.empty();
  }

  /** Writes that ended so. */
  long count(Entry.Type type) {
    return recorder.entries().stream()
        .filter(entry -> entry.operation() != Operation.WATCH && entry.type() == type)
        .count();
  }

  /** Ends the clients and holds what they were told against what every member shows. */
  List<String> judge() {
    writers.close();
    ConfigMaps.Listed end = ConfigMaps.list(jvms.shared());
    List<String> broken = new ArrayList<>(writers.strange());
    watchers.forEach(
        (name, watcher) -> {
          if (!watcher.awaitPosition(end.version(), WITHIN)) {
            broken.add("the watcher of " + name + " does not come to " + end.version());
          }
          watcher.close();
        });
    List<Entry> history = recorder.entries();
    for (String name : jvms.names()) {
      FinalOrder order = ConfigMaps.order(jvms.at(name), before, end.version(), WITHIN);
      order.checkGapless("configmaps").forEach(v -> broken.add(name + " shows " + v));
      AcknowledgedWrites.check(history, order).forEach(v -> broken.add(name + " shows " + v));
      WatchStreams.check(history, order, end.version())
          .forEach(v -> broken.add(name + " shows " + v));
    }
    return broken;
  }

  @Override
  public void close() {
    writers.close();
    watchers.values().forEach(Watcher::close);
  }
}
