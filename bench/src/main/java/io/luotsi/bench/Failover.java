package io.luotsi.bench;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.member.MemberReport;
import io.luotsi.history.Entry.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Kills and pauses whoever leads, one round after the other, and looks often. */
final class Failover {
  private static final int REPLICAS = 6;
  private static final Duration WITHIN = Duration.ofSeconds(90);

  /** Each look is some requests, which those who are looked at have to answer. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(50);

  private static final String DEPLOYMENT =
      """
      {"metadata": {"name": "bench"},
       "spec": {"replicas": %d, "selector": {"matchLabels": {"app": "bench"}},
        "template": {"metadata": {"labels": {"app": "bench"}},
         "spec": {"terminationGracePeriodSeconds": 1, "containers": [
          {"name": "idle", "image": "luotsi.io/host",
           "command": ["/bin/sh", "-c", "exec sleep 1000000"]}]}}}}
      """;

  /** All that is measured from the signal on, if the fault is a kill. */
  private static final Set<Measure> OF_KILL = EnumSet.complementOf(EnumSet.of(Measure.BACK));

  /** A paused member's watcher is not cut off. */
  private static final Set<Measure> OF_PAUSE =
      EnumSet.complementOf(EnumSet.of(Measure.BACK, Measure.WATCH));

  private final Jvms jvms;
  private final int rate;
  private final Duration pause;
  private final Consumer<String> progress;
  private int round;

  Failover(Jvms jvms, int rate, Duration pause, Consumer<String> progress) {
    this.jvms = jvms;
    this.rate = rate;
    this.pause = pause;
    this.progress = progress;
  }

  FailoverReport run(int kills, int pauses) throws Exception {
    await("all members together", () -> jvms.leaderOfWhole().isPresent());
    jvms.create(
        "/apis/apps/v1/namespaces/default/deployments", Jvms.json(DEPLOYMENT.formatted(REPLICAS)));
    List<Round> killed = new ArrayList<>();
    for (int i = 0; i < kills; i++) {
      killed.add(kill());
      tell("kill", i + 1, kills, killed.getLast());
    }
    List<Round> paused = new ArrayList<>();
    for (int i = 0; i < pauses; i++) {
      paused.add(pause());
      tell("pause", i + 1, pauses, paused.getLast());
    }
    List<String> targets = new ArrayList<>(jvms.names());
    targets.add(Jvms.SHARED);
    return FailoverReport.of(
        new FailoverReport.Settings(jvms.names().size(), targets, rate, pause.toSeconds()),
        killed,
        paused);
  }

  private void tell(String fault, int number, int of, Round done) {
    progress.accept(
        "%s %d of %d: %s %s%s"
            .formatted(
                fault,
                number,
                of,
                done.leader(),
                done.millis(),
                done.broken().isEmpty() ? "" : " BROKEN " + done.broken()));
  }

  private Round kill() throws Exception {
    MemberReport leader = awaitWhole();
    try (Clients clients = new Clients(jvms, round++, rate)) {
      clients.awaitSteady();
      long killed = jvms.kill(leader.name());
      Observation observation = new Observation(clients, leader, killed);
      observation.follow(OF_KILL);
      long started = System.nanoTime();
      jvms.start(leader.name());
      awaitWhole();
      observation.saw(Measure.BACK, System.nanoTime() - started);
      return observation.round();
    }
  }

  private Round pause() throws Exception {
    MemberReport leader = awaitWhole();
    long pid = jvms.pid(leader.name());
    try (Clients clients = new Clients(jvms, round++, rate)) {
      clients.awaitSteady();
      long paused = jvms.pause(leader.name());
      Observation observation = new Observation(clients, leader, paused);
      try {
        observation.follow(OF_PAUSE);
        await("the end of the pause", () -> System.nanoTime() - paused > pause.toNanos());
      } finally {
        jvms.resume(pid);
      }
      long resumed = System.nanoTime();
      awaitWhole();
      observation.saw(Measure.BACK, System.nanoTime() - resumed);
      return observation.round();
    }
  }

  /** Waits until nothing is missing, pods included. */
  private MemberReport awaitWhole() {
    List<MemberReport> leaders = new ArrayList<>();
    await(
        "all members together",
        () -> {
          Optional<MemberReport> leader = jvms.leaderOfWhole();
          leader
              .filter(found -> Sight.of(jvms, found.name()).readyPodsOutside("") == REPLICAS)
              .ifPresent(leaders::add);
          return !leaders.isEmpty();
        });
    return leaders.getLast();
  }

  private static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + WITHIN.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new PlainFailure("waited in vain for " + what);
      }
      LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
    }
  }

  /** What is seen of one fault. */
  private final class Observation {
    private final Clients clients;
    private final MemberReport victim;
    private final long since;
    private final List<String> others;
    private final Map<Measure, Long> millis = new EnumMap<>(Measure.class);

    Observation(Clients clients, MemberReport victim, long since) {
      this.clients = clients;
      this.victim = victim;
      this.since = since;
      this.others = jvms.names().stream().filter(name -> !name.equals(victim.name())).toList();
    }

    void saw(Measure measure, long nanos) {
      millis.putIfAbsent(measure, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private void sawAt(Measure measure, OptionalLong at) {
      at.ifPresent(nanos -> saw(measure, nanos - since));
    }

    void follow(Set<Measure> wanted) {
      try (Election election = Election.watch(jvms::report, others, victim)) {
        await(
            wanted + " after " + victim.name() + " was lost",
            () -> {
              look(election);
              return millis.keySet().containsAll(wanted);
            });
      }
    }

    private void look(Election election) {
      sawAt(Measure.STANDS, election.stands());
      sawAt(Measure.LEADS, election.leads());
      for (String other : others) {
        sawAt(Measure.NEXT_WRITE, clients.firstWriteAfter(since, other));
      }
      sawAt(Measure.NEXT_SHARED_WRITE, clients.firstWriteAfter(since, Jvms.SHARED));
      sawAt(Measure.WATCH, clients.seenAfterReconnect(victim.name(), since));
      Sight sight = Sight.of(jvms, others.getFirst());
      long now = System.nanoTime();
      if (sight.unreadyNodes().contains(victim.name())) {
        saw(Measure.NOT_READY, now - since);
      }
      if (millis.containsKey(Measure.NOT_READY)
          && sight.readyPodsOutside(victim.name()) >= REPLICAS) {
        saw(Measure.REPLACED, now - since);
      }
    }

    Round round() {
      List<String> broken = clients.judge();
      return new Round(
          victim.name(),
          Round.inOrder(millis),
          clients.count(Type.OK),
          clients.count(Type.FAIL),
          clients.count(Type.INFO),
          broken);
    }
  }
}
