package io.luotsi.bench.store;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One whole run: both sides on this machine, in turns, measured from this JVM. Processes and files
 * are gone when it ends.
 */
final class StoreRun {
  /** Memory is read after so many times the length of a measurement. */
  private static final int SETTLES = 2;

  private static final int KILLED_FROM = 3;
  private static final String HELD = "secrets";
  private static final double WRITES = 10_000;
  private static final double MILLIS = 1_000;

  private final StorePlan plan;
  private final Optional<Path> etcd;
  private final Workplace workplace;
  private final Consumer<String> progress;
  private final Samples samples = new Samples();
  private final Ports ports = new Ports();
  private final ThrowawayCertificate certificate;
  private int folders;

  private StoreRun(
      StorePlan plan, Optional<Path> etcd, Workplace workplace, Consumer<String> progress)
      throws IOException, GeneralSecurityException {
    this.plan = plan;
    this.etcd = etcd;
    this.workplace = workplace;
    this.progress = progress;
    this.certificate = ThrowawayCertificate.create(workplace.folder());
  }

  /**
   * @param etcd the binary to compare with; empty for Luotsi alone
   * @param directory where the files of this run go; empty for the folder of temporary files
   * @param progress hears a line now and then
   */
  static Samples run(
      StorePlan plan, Optional<Path> etcd, Optional<Path> directory, Consumer<String> progress)
      throws IOException, GeneralSecurityException {
    try (Workplace workplace = Workplace.create(directory)) {
      StoreRun run = new StoreRun(plan, etcd, workplace, progress);
      for (int members : plan.members()) {
        run.withClusters(members, clusters -> run.measureWrites(members, clusters));
      }
      if (plan.objects() > 0 || plan.watchers() > 0) {
        run.withClusters(1, run::measureVolume);
      }
      if (plan.kills() > 0 && plan.killedMembers() >= KILLED_FROM) {
        run.withClusters(plan.killedMembers(), run::measureLosses);
      }
      return run.samples;
    }
  }

  private interface Step {
    void measure(List<StoreCluster> clusters);
  }

  /** Fresh clusters of both sides, for one step. */
  private void withClusters(int members, Step step) throws IOException {
    List<StoreCluster> clusters = new ArrayList<>();
    try {
      clusters.add(
          StoreCluster.start(
              LuotsiServers.blueprint(folder(Side.LUOTSI), members, certificate, ports),
              workplace));
      if (etcd.isPresent()) {
        clusters.add(
            StoreCluster.start(
                EtcdServers.blueprint(etcd.get(), folder(Side.ETCD), members, certificate, ports),
                workplace));
      }
      step.measure(clusters);
    } finally {
      clusters.forEach(StoreCluster::close);
    }
  }

  private Path folder(Side side) {
    return workplace.folder().resolve(side.label() + "-" + ++folders);
  }

  /** Both sides, each round beginning with the other. */
  private void inTurns(
      int rounds, List<StoreCluster> clusters, Consumer<StoreCluster> measurement) {
    for (int round = 0; round < rounds; round++) {
      (round % 2 == 0 ? clusters : clusters.reversed()).forEach(measurement);
    }
  }

  private void measureWrites(int members, List<StoreCluster> clusters) {
    Duration time = Duration.ofSeconds(plan.seconds());
    List<Written> written = new ArrayList<>();
    for (StoreCluster cluster : clusters) {
      String leader = cluster.leader();
      Written own = new Written(cluster, leader, new OwnObjects());
      written.add(own);
      progress.accept(
          "%s, %s: led by %s; warming up"
              .formatted(cluster.side().label(), StorePlan.members(members), leader));
      for (int clients : plan.clients().reversed()) { // compilers are at work
        Writes.run(own.client(), own.objects(), clients, time);
      }
    }
    for (int round = 0; round < plan.rounds(); round++) {
      List<Written> turn = round % 2 == 0 ? written : written.reversed();
      for (int clients : plan.clients()) {
        turn.forEach(own -> measureWrites(own, members, clients, time));
      }
    }
  }

  /** Whom writes are measured at: clients of both sides speak with the leader. */
  private record Written(StoreCluster cluster, String leader, OwnObjects objects) {
    StoreClient client() {
      return cluster.client(leader);
    }
  }

  private void measureWrites(Written own, int members, int clients, Duration time) {
    Side side = own.cluster().side();
    long serverBefore = own.cluster().processorMillis();
    long clientBefore = ownProcessorMillis();
    Writes.Result result = Writes.run(own.client(), own.objects(), clients, time);
    double perTenThousand = WRITES / MILLIS / result.latencies().count();
    double server = (own.cluster().processorMillis() - serverBefore) * perTenThousand;
    double client = (ownProcessorMillis() - clientBefore) * perTenThousand;
    double p99 = result.latencies().percentileMillis(0.99);
    samples.add(side, Measures.writes(clients).with(members), result.perSecond());
    samples.add(
        side, Measures.p50(clients).with(members), result.latencies().percentileMillis(0.5));
    samples.add(side, Measures.p99(clients).with(members), p99);
    samples.add(side, Measures.serverProcessor(clients).with(members), server);
    samples.add(side, Measures.clientProcessor(clients).with(members), client);
    progress.accept(
        "%s, %s, %s: %,.0f writes/s, p99 %.2f ms"
            .formatted(
                side.label(),
                StorePlan.members(members),
                StorePlan.clients(clients),
                result.perSecond(),
                p99));
  }

  private static long ownProcessorMillis() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO).toMillis();
  }

  private void measureVolume(List<StoreCluster> clusters) {
    List<Volume> volumes = new ArrayList<>();
    if (plan.objects() > 0) {
      for (StoreCluster cluster : clusters) {
        progress.accept("%s: %,d objects".formatted(cluster.side().label(), plan.objects()));
        Volume volume = new Volume(cluster, plan.objects(), samples);
        volume.load(Duration.ofSeconds(SETTLES * (long) plan.seconds()));
        volumes.add(volume);
      }
      for (int round = 0; round < plan.rounds(); round++) {
        (round % 2 == 0 ? volumes : volumes.reversed()).forEach(Volume::list);
      }
      Duration time = Duration.ofSeconds(plan.seconds());
      for (int round = 0; round < plan.rounds(); round++) {
        (round % 2 == 0 ? volumes : volumes.reversed()).forEach(volume -> volume.write(time));
      }
    }
    if (plan.watchers() > 0) {
      inTurns(
          plan.rounds(),
          clusters,
          cluster -> {
            progress.accept("%s: %,d watchers".formatted(cluster.side().label(), plan.watchers()));
            FanOut.run(cluster, plan.watchers(), samples);
          });
    }
    for (int round = 0; round < plan.rounds(); round++) {
      (round % 2 == 0 ? volumes : volumes.reversed()).forEach(Volume::restart);
    }
  }

  /** With next to nothing in the store, and with all objects. */
  private void measureLosses(List<StoreCluster> clusters) {
    List<LeaderLosses> losses =
        clusters.stream().map(cluster -> new LeaderLosses(cluster, samples)).toList();
    measureLosses(clusters, losses, 0);
    if (plan.objects() > 0) {
      for (StoreCluster cluster : clusters) {
        progress.accept("%s: %,d objects".formatted(cluster.side().label(), plan.objects()));
        Loading.create(cluster.client(cluster.leader()), HELD, plan.objects());
      }
      measureLosses(clusters, losses, plan.objects());
    }
  }

  private void measureLosses(List<StoreCluster> clusters, List<LeaderLosses> losses, int objects) {
    for (LeaderLosses.Way way : LeaderLosses.Way.values()) {
      for (int number = 1; number <= plan.kills(); number++) {
        for (int i = 0; i < clusters.size(); i++) {
          double millis = losses.get(i).lose(way, Measures.lost(way, objects));
          progress.accept(
              "%s, %s %d of %d, %,d objects: %.0f ms"
                  .formatted(
                      clusters.get(i).side().label(),
                      way.signal(),
                      number,
                      plan.kills(),
                      objects,
                      millis));
        }
      }
    }
  }
}
