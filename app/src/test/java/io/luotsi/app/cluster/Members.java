package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luotsi.app.certificates.Tls;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.MemberReport;
import io.luotsi.history.client.Endpoint;
import io.luotsi.history.client.Endpoint.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;

/**
 * The JVMs of a packaged cluster: what each says of itself at its own port, and what people do to
 * them.
 */
final class Members implements AutoCloseable {
  static final Duration WHOLE_WITHIN = Duration.ofSeconds(240);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final PackagedCluster cluster;
  private final ClusterIdentity identity;
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();

  Members(PackagedCluster cluster) {
    this.cluster = cluster;
    DataDirectory directory = DataDirectory.at(cluster.data());
    this.identity = directory.identity().orElseThrow();
    SSLContext tls = Tls.admin(directory.pki());
    for (Seat seat : identity.seats()) {
      URI address = URI.create("https://" + seat.address());
      endpoints.put(seat.name(), new Endpoint(seat.name(), address, tls, PATIENCE));
    }
  }

  /** In the order of their seats. */
  List<String> names() {
    return List.copyOf(endpoints.keySet());
  }

  List<String> controlPlane() {
    return identity.controlPlane().stream().map(Seat::name).toList();
  }

  /** The API at a member's own port; the caller need not close it. */
  Endpoint at(String name) {
    return endpoints.get(name);
  }

  /** What the member says of itself; empty if it does not answer. */
  Optional<MemberReport> report(String name) {
    return switch (at(name).get(MemberReport.PATH)) {
      case Answer.Success success ->
          Optional.of(MemberReport.parse(success.text().getBytes(StandardCharsets.UTF_8)));
      case Answer.Refusal refusal -> Optional.empty();
      case Answer.Silence silence -> Optional.empty();
    };
  }

  /** Of all that answer. */
  List<MemberReport> reports() {
    List<MemberReport> reports = new ArrayList<>();
    names().forEach(name -> report(name).ifPresent(reports::add));
    return reports;
  }

  /** Who says that it leads; an old leader that wakes does not count beside a newer one. */
  Optional<MemberReport> leader() {
    return reports().stream()
        .filter(report -> !report.groups().isEmpty())
        .filter(report -> report.groups().getFirst().role().equals("leader"))
        .max((one, other) -> Long.compare(term(one), term(other)));
  }

  static long term(MemberReport report) {
    return report.groups().getFirst().term();
  }

  /** Waits for a leader of a term after {@code term}. */
  MemberReport awaitLeaderAfter(long term, Duration within) {
    return await()
        .atMost(within)
        .until(() -> leader().filter(leader -> term(leader) > term), Optional::isPresent)
        .orElseThrow();
  }

  Seat seat(String name) {
    return identity.seat(name);
  }

  /** What the member has logged so far. */
  List<String> log(String name) throws IOException {
    return Files.readAllLines(
        DataDirectory.at(cluster.data()).member(name).log().resolve("luotsi.0.log"));
  }

  /** Waits until all members are in one cluster, have all that is committed, and are Ready. */
  void awaitWhole() {
    await().atMost(WHOLE_WITHIN).untilAsserted(this::assertWhole);
  }

  private void assertWhole() {
    List<MemberReport> reports = reports();
    assertThat(reports).extracting(MemberReport::name).containsExactlyElementsOf(names());
    assertThat(reports).allMatch(MemberReport::up);
    assertThat(reports).extracting(MemberReport::incarnation).containsOnly(incarnation(reports));
    MemberReport leader = leader().orElseThrow(() -> new AssertionError("nobody leads"));
    assertThat(leader.groups().getFirst().peers())
        .hasSize(controlPlane().size() - 1)
        .allMatch(peer -> peer.lag() < 100);
    assertThat(leader.doing()).contains("controllers", "scheduler");
    assertThat(Nodes.ready(at(leader.name()))).containsAll(names());
  }

  private static long incarnation(List<MemberReport> reports) {
    return reports.getFirst().incarnation();
  }

  private ProcessHandle process(String name) {
    long pid = report(name).orElseThrow(() -> new AssertionError(name + " does not answer")).pid();
    return ProcessHandle.of(pid).orElseThrow();
  }

  /** {@code luotsi kill}: the very process that answered is dead afterwards. */
  void kill(String name) throws Exception {
    ProcessHandle process = process(name);
    cluster.must("kill", name);
    process.onExit().get(10, TimeUnit.SECONDS);
    assertThat(process.isAlive()).as(name + " is dead").isFalse();
  }

  /** SIGKILL to several at once, faster than a command for each. */
  void killAtOnce(List<String> names) throws Exception {
    List<ProcessHandle> processes = names.stream().map(this::process).toList();
    assertThat(processes).allMatch(ProcessHandle::destroyForcibly);
    for (ProcessHandle process : processes) {
      process.onExit().get(10, TimeUnit.SECONDS);
    }
  }

  void start(String name) throws Exception {
    assertThat(report(name)).as(name + " before it is started").isEmpty();
    cluster.must("start", name);
  }

  /** {@code luotsi pause}: it does not answer afterwards, and is not dead. */
  void pause(String name) throws Exception {
    ProcessHandle process = process(name);
    cluster.must("pause", name);
    assertThat(report(name)).as(name + " is paused").isEmpty();
    assertThat(process.isAlive()).isTrue();
  }

  void resume(String name) throws Exception {
    cluster.must("resume", name);
  }

  @Override
  public void close() {
    endpoints.values().forEach(Endpoint::close);
  }
}
