package io.luotsi.app.membership;

import static io.luotsi.app.membership.RaftTrio.SOON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.certificates.ClusterCertificates.ServerNames;
import io.luotsi.app.certificates.Credential;
import io.luotsi.app.certificates.Stranger;
import io.luotsi.app.certificates.Stranger.Outcome;
import io.luotsi.app.certificates.TestMembers;
import io.luotsi.app.directory.Role;
import io.luotsi.persistence.raft.ClusterState;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members, and at the ports between them whoever has no business there. */
class StrangersTest {
  /** As long as anybody may say nothing, and what busy cores add to it. */
  private static final Duration REFUSED_WITHIN = TestMembers.HANDSHAKE_WITHIN.multipliedBy(3);

  /** Who is still connected then may speak. */
  private static final Duration LET_IN_AFTER = Duration.ofSeconds(2);

  private static final int CROWD = 150;

  @TempDir Path directory;

  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private RaftTrio members;
  private ClusterCertificates api;

  @BeforeEach
  void found() throws IOException {
    api =
        ClusterCertificates.open(
            directory.resolve("pki"),
            "node-1",
            Role.CONTROL_PLANE,
            new ServerNames(List.of("localhost"), List.of()),
            Instant.now());
    members = new RaftTrio(directory);
    Trio.NAMES.forEach(members.trio::start);
    await().atMost(SOON).until(() -> members.trio.areOneCluster("a", "b", "c"));
  }

  @AfterEach
  void stop() {
    members.close();
    executor.shutdownNow();
  }

  private CompletableFuture<Outcome> connect(Stranger stranger, int port, Duration patience) {
    return CompletableFuture.supplyAsync(() -> stranger.connect(port, patience), executor)
        .orTimeout(REFUSED_WITHIN.multipliedBy(2).toSeconds(), TimeUnit.SECONDS);
  }

  private List<Integer> ports() {
    return Trio.NAMES.stream()
        .flatMap(name -> Stream.of(members.raftPort(name), members.trio.wires.innerPort(name)))
        .toList();
  }

  @Test
  void whoHasNoBusinessThereIsRefusedAndNobodyNotices() throws Exception {
    Credential authority = TestMembers.membersAuthority();
    List<CompletableFuture<Outcome>> letIn = connectMembers();
    Map<String, CompletableFuture<Outcome>> refused = new TreeMap<>();
    for (int port : ports()) {
      for (Stranger stranger : Stranger.all(authority, api)) {
        refused.put(stranger.who() + " at " + port, connect(stranger, port, REFUSED_WITHIN));
      }
    }
    for (String name : Trio.NAMES) {
      int port = members.raftPort(name);
      refused.put(
          "a worker at Raft's " + port, connect(Stranger.worker(authority), port, REFUSED_WITHIN));
    }
    refused.forEach(
        (who, outcome) -> assertThat(outcome.join()).as(who).isEqualTo(Outcome.REFUSED));
    assertThat(refused).hasSize(6 * 15 + 3);
    assertThat(letIn.stream().map(CompletableFuture::join)).containsOnly(Outcome.LET_IN).hasSize(9);
    assertWritesGoOn();
    // So many handshakes at once may cost a leader on few cores; nobody is given up for them.
    members.trio.living().forEach(one -> assertThat(one.lives().begun).hasSize(1));
  }

  /** Members, where they may speak. */
  private List<CompletableFuture<Outcome>> connectMembers() {
    Stranger controlPlane = Stranger.controlPlane(TestMembers.membersAuthority());
    Stranger worker = Stranger.worker(TestMembers.membersAuthority());
    return Trio.NAMES.stream()
        .flatMap(
            name ->
                Stream.of(
                    connect(controlPlane, members.raftPort(name), LET_IN_AFTER),
                    connect(controlPlane, members.trio.wires.innerPort(name), LET_IN_AFTER),
                    connect(worker, members.trio.wires.innerPort(name), LET_IN_AFTER)))
        .toList();
  }

  @Test
  void aCrowdThatSaysNothingIsLetGoAndKeepsNoMemberOut() throws Exception {
    Stranger silent = Stranger.withoutCertificate().getFirst();
    List<CompletableFuture<Outcome>> crowd =
        Stream.generate(() -> connect(silent, members.trio.wires.innerPort("b"), REFUSED_WITHIN))
            .limit(CROWD)
            .toList();
    members.kill("a");
    members.trio.start("a");
    await().atMost(SOON).until(() -> members.trio.areOneCluster("a", "b", "c"));
    assertThat(crowd.stream().map(CompletableFuture::join))
        .hasSize(CROWD)
        .containsOnly(Outcome.REFUSED);
    assertWritesGoOn();
  }

  private void assertWritesGoOn() throws Exception {
    ClusterState.Member nobody =
        new ClusterState.Member("pekko://luotsi@127.0.0.1:1", System.nanoTime());
    members
        .trio
        .get(members.leader())
        .authority()
        .down(nobody)
        .toCompletableFuture()
        .get(SOON.toSeconds(), TimeUnit.SECONDS);
    await()
        .atMost(SOON)
        .until(
            () ->
                members.trio.living().stream()
                    .allMatch(one -> one.authority().decided().isDown(nobody)));
    await().atMost(SOON).until(() -> members.trio.areOneCluster("a", "b", "c"));
  }
}
