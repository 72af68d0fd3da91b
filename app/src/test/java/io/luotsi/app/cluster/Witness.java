package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.core.api.Json;
import io.luotsi.history.AcknowledgedWrites;
import io.luotsi.history.Change;
import io.luotsi.history.Entry;
import io.luotsi.history.FinalOrder;
import io.luotsi.history.HistoryFile;
import io.luotsi.history.Linearizability;
import io.luotsi.history.Recorder;
import io.luotsi.history.Violation;
import io.luotsi.history.WatchStreams;
import io.luotsi.history.client.ConfigMaps;
import io.luotsi.history.client.Endpoint;
import io.luotsi.history.client.Progress;
import io.luotsi.history.client.Watcher;
import io.luotsi.history.client.Writers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;

/**
 * Recorded clients of a cluster: writers at each control-plane member's own port and at the shared
 * one, and a watcher that begins at each. Whatever is done to the cluster meanwhile, what they were
 * told must hold in the end; if it does not, or is never asked, the history is left in a file.
 */
final class Witness implements AutoCloseable {
  private static final Path DUMPS = Path.of("target", "histories").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration SETTLED_WITHIN = Duration.ofSeconds(180);
  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final int GROUPS = 2;
  private static final int FIRST_WATCHER = 1_000;

  private final String name;
  private final List<Endpoint> own = new ArrayList<>();
  private final List<Endpoint> all = new ArrayList<>();
  private final Recorder recorder = new Recorder(System::nanoTime);
  private final List<Watcher> watchers = new ArrayList<>();
  private final Writers writers;
  private final long before;
  private boolean held;

  /**
   * Begins to write and to watch.
   *
   * @param name of the scenario, in lower case: part of the keys, so no two of a cluster share one
   */
  Witness(PackagedCluster cluster, String name) {
    this.name = name;
    DataDirectory directory = DataDirectory.at(cluster.data());
    ClusterIdentity identity = directory.identity().orElseThrow();
    SSLContext tls = Tls.admin(directory.pki());
    for (Seat seat : identity.controlPlane()) {
      own.add(endpoint(seat.name(), seat.address(), tls));
    }
    all.addAll(own);
    all.add(endpoint("shared", "127.0.0.1:" + identity.port(), tls));
    before = ConfigMaps.list(all.getLast()).version();
    for (int i = 0; i < own.size(); i++) {
      List<Endpoint> turns = new ArrayList<>(own.subList(i, own.size()));
      turns.addAll(own.subList(0, i));
      watchers.add(Watcher.start(FIRST_WATCHER + i, turns, recorder, before));
    }
    writers =
        Writers.start(
            all,
            recorder,
            new Writers.Settings(prefix(), GROUPS, PAUSE, 1, name.hashCode()),
            System::nanoTime);
  }

  private static Endpoint endpoint(String name, String address, SSLContext tls) {
    return new Endpoint(name, URI.create("https://" + address), tls, PATIENCE);
  }

  /** A ConfigMap that no recorded client writes. */
  static JsonNode configMap(String name) {
    ObjectNode object = Json.object();
    object.putObject("metadata").put("name", name);
    return object;
  }

  private String prefix() {
    return "default/" + name + "-";
  }

  /** Fails unless so many writes that are begun from now on are acknowledged in time. */
  void awaitWrites(int count, Duration within) {
    Progress acknowledged = writers.acknowledged();
    boolean came = acknowledged.awaitBegunAfter(System.nanoTime(), count, within);
    assertThat(came).as("%d more writes are acknowledged within %s", count, within).isTrue();
  }

  int acknowledged() {
    return writers.acknowledged().count();
  }

  /**
   * Ends the clients and holds what they were told against what every member shows.
   *
   * @param leastAcknowledged writes there must have been, for the scenario to mean anything
   * @param leastReconnects of watchers there must have been
   */
  void judge(int leastAcknowledged, int leastReconnects) {
    writers.close();
    ConfigMaps.Listed end = ConfigMaps.list(all.getLast());
    assertThat(watchers)
        .as("watchers come to version %d", end.version())
        .allMatch(watcher -> watcher.awaitPosition(end.version(), SETTLED_WITHIN));
    watchers.forEach(Watcher::close);
    List<Entry> history = recorder.entries();
    FinalOrder order = ConfigMaps.order(own.getFirst(), before, end.version(), SETTLED_WITHIN);

    List<Violation> violations = new ArrayList<>(order.checkGapless("configmaps"));
    violations.addAll(AcknowledgedWrites.check(history, order));
    violations.addAll(Linearizability.check(history));
    violations.addAll(WatchStreams.check(history, order, end.version()));
    for (Endpoint member : own) {
      ConfigMaps.Listed listed = ConfigMaps.list(member);
      violations.addAll(
          order.checkList(
              listed.version(),
              prefix(),
              listed.objects().stream()
                  .filter(object -> object.key().startsWith(prefix()))
                  .toList()));
      List<Change> asItSays =
          ConfigMaps.order(member, before, end.version(), SETTLED_WITHIN).changes();
      assertThat(asItSays)
          .as("all changes, as %s shows them", member.name())
          .isEqualTo(order.changes());
    }
    assertThat(violations).as("broken promises").isEmpty();
    assertThat(writers.strange()).as("answers that nobody may get").isEmpty();
    assertThat(AcknowledgedWrites.count(history)).isGreaterThanOrEqualTo(leastAcknowledged);
    assertThat(WatchStreams.reconnects(history)).isGreaterThanOrEqualTo(leastReconnects);
    held = true;
  }

  @Override
  public void close() throws IOException {
    writers.close();
    watchers.forEach(Watcher::close);
    all.forEach(Endpoint::close);
    if (!held) {
      Path file = Files.createDirectories(DUMPS).resolve(name + ".jsonl");
      HistoryFile.write(file, recorder.entries());
      System.err.println("the history of " + name + " is in " + file);
    }
  }
}
