package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luotsi.app.certificates.Stranger;
import io.luotsi.app.certificates.Stranger.Outcome;
import io.luotsi.app.cluster.Nodes.Pod;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.MemberReport;
import io.luotsi.core.api.Json;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.history.client.Endpoint;
import io.luotsi.history.client.Endpoint.Answer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three JVMs, any of them expendable. One cluster goes through all of this, in any order: each
 * scenario begins when the cluster is whole, and leaves it so.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ThreeMembersIT {
  private static final int REPLICAS = 6;
  private static final Duration SOON = Duration.ofSeconds(180);

  /** What clients are promised, and what busy cores may add to it. */
  private static final Duration NOT_READY_WITHIN = Duration.ofSeconds(5);

  private static final Duration REPLACED_WITHIN = Duration.ofSeconds(2);
  private static final Duration BUSY_CORES =
      Duration.ofSeconds(Long.getLong("luotsi.test.busy", 5));
  private static final Duration WRITES_GO_ON_WITHIN = Duration.ofSeconds(3).plus(BUSY_CORES);
  private static final Duration STORE_GIVES_UP_AFTER = Duration.ofSeconds(10);

  private static final Duration PAUSED_FOR =
      Duration.ofSeconds(Long.getLong("luotsi.test.pause", 10));

  private PackagedCluster cluster;
  private Members members;

  @BeforeAll
  void start(@TempDir Path temporary) throws Exception {
    cluster = new PackagedCluster(temporary.resolve("data"));
    cluster.must("up", "-d", "--jvms", "3", "--port", "0");
    members = new Members(cluster);
    members.awaitWhole();
    Idle.deploy(members.at("node-1"), REPLICAS);
  }

  @AfterAll
  void end() throws Exception {
    cluster.close();
    cluster.assertNothingLeft();
    members.close();
  }

  /** All members up, all pods ready, and some on each node. */
  private MemberReport whole() {
    members.awaitWhole();
    await().atMost(SOON).untilAsserted(() -> assertReady(pod -> true));
    if (pods().stream().map(Pod::node).distinct().count() < members.names().size()) {
      Idle.spread(members.at(members.leader().orElseThrow().name()));
      await()
          .atMost(SOON)
          .untilAsserted(
              () -> {
                assertReady(pod -> true);
                assertThat(pods()).extracting(Pod::node).containsAll(members.names());
              });
    }
    return members.leader().orElseThrow();
  }

  private List<Pod> pods() {
    return Nodes.pods(members.at(members.leader().orElseThrow().name()));
  }

  private void assertReady(Predicate<Pod> alsoTrue) {
    assertThat(pods()).hasSize(REPLICAS).allMatch(Pod::ready).allMatch(alsoTrue);
  }

  private static Map<Pod, Long> processes(List<Pod> pods) {
    Map<Pod, Long> processes = new HashMap<>();
    pods.forEach(pod -> processes.put(pod, pod.process().orElseThrow()));
    return processes;
  }

  private static boolean runs(Map.Entry<Pod, Long> pod) {
    return pod.getKey().process().equals(Optional.of(pod.getValue()));
  }

  @Test
  @Conformance("Conformance tests minimum number of nodes.")
  void writesWatchesAndPodsGoOnWhenTheLeaderIsKilled() throws Exception {
    MemberReport leader = whole();
    String lost = leader.name();
    Map<Pod, Long> before = processes(pods());
    assertThat(before.keySet()).as("pods of the leader's node").anyMatch(on(lost));
    try (Witness witness = new Witness(cluster, "leader-killed")) {
      witness.awaitWrites(200, SOON);
      members.kill(lost);
      long killed = System.nanoTime();
      witness.awaitWrites(20, WRITES_GO_ON_WITHIN);
      Endpoint next = members.at(members.awaitLeaderAfter(Members.term(leader), SOON).name());
      await().atMost(rest(killed, NOT_READY_WITHIN)).until(() -> !Nodes.ready(next).contains(lost));
      long notReady = System.nanoTime();
      await()
          .atMost(rest(notReady, REPLACED_WITHIN))
          .until(() -> bound(Nodes.pods(next), on(lost).negate()) == REPLICAS);
      await().atMost(SOON).untilAsserted(() -> assertReady(on(lost).negate()));
      assertUntouched(before, on(lost).negate());
      assertThat(healths(next))
          .containsEntry("controller-manager", "True")
          .containsEntry("scheduler", "True")
          .containsEntry("store-" + next.name(), "True")
          .containsEntry("store-" + lost, "False")
          .hasSize(5);
      witness.awaitWrites(200, SOON);

      members.start(lost);
      members.awaitWhole();
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(before.entrySet())
                      .filteredOn(pod -> on(lost).test(pod.getKey()))
                      .as("replaced pods' processes that still run")
                      .noneMatch(ThreeMembersIT::runs));
      assertUntouched(before, on(lost).negate());
      witness.awaitWrites(50, SOON);
      witness.judge(450, 1);
    }
  }

  /** What a member says of the cluster's components: status by name. */
  private static Map<String, String> healths(Endpoint member) {
    Answer answer = member.get("/api/v1/componentstatuses");
    assertThat(answer).isInstanceOf(Answer.Success.class);
    Map<String, String> healths = new HashMap<>();
    Json.readObject(((Answer.Success) answer).text().getBytes(StandardCharsets.UTF_8))
        .path("items")
        .forEach(
            item ->
                healths.put(
                    item.at("/metadata/name").asText(), item.at("/conditions/0/status").asText()));
    return healths;
  }

  private static Predicate<Pod> on(String node) {
    return pod -> pod.node().equals(node);
  }

  private static long bound(List<Pod> pods, Predicate<Pod> where) {
    return pods.stream().filter(pod -> !pod.node().isEmpty()).filter(where).count();
  }

  /** What is left of a promise that began at a moment, with room for busy cores. */
  private static Duration rest(long sinceNanos, Duration promised) {
    return promised.plus(BUSY_CORES).minusNanos(System.nanoTime() - sinceNanos);
  }

  /** Same pod, same process, never restarted. */
  private void assertUntouched(Map<Pod, Long> before, Predicate<Pod> which) {
    assertThat(before.entrySet())
        .filteredOn(pod -> which.test(pod.getKey()))
        .isNotEmpty()
        .allMatch(ThreeMembersIT::runs);
    assertThat(pods()).containsAll(before.keySet().stream().filter(which).toList());
  }

  @Test
  void nothingAcknowledgedIsMissingWhenAllAreKilledAtOnce() throws Exception {
    MemberReport leader = whole();
    Map<Pod, Long> before = processes(pods());
    try (Witness witness = new Witness(cluster, "all-killed")) {
      witness.awaitWrites(200, SOON);
      members.killAtOnce(members.names());
      cluster.must("up", "-d");
      witness.awaitWrites(200, SOON);
      members.awaitWhole();
      assertThat(Members.term(members.leader().orElseThrow())).isGreaterThan(Members.term(leader));
      await().atMost(SOON).untilAsserted(() -> assertReady(pod -> true));
      assertUntouched(before, pod -> true);
      witness.judge(400, members.names().size());
    }
  }

  @Test
  @Tag("long")
  void aLeaderThatWasPausedWritesNothingMoreAndIsAMemberAgainByItself() throws Exception {
    MemberReport leader = whole();
    try (Witness witness = new Witness(cluster, "leader-paused")) {
      witness.awaitWrites(200, SOON);
      members.pause(leader.name());
      long paused = System.nanoTime();
      witness.awaitWrites(20, WRITES_GO_ON_WITHIN);
      members.awaitLeaderAfter(Members.term(leader), SOON);
      while (System.nanoTime() - paused < PAUSED_FOR.toNanos()) {
        witness.awaitWrites(5, SOON);
      }
      members.resume(leader.name());
      members.awaitWhole();
      assertThat(Members.term(members.leader().orElseThrow())).isGreaterThan(Members.term(leader));
      assertThat(members.report(leader.name()).orElseThrow().pid()).isEqualTo(leader.pid());
      witness.awaitWrites(100, SOON);
      witness.judge(300, 0);
    }
  }

  @Test
  @Tag("long")
  void oneOfThreeServesWhatItHasAndGoesOnWhenOneIsBack() throws Exception {
    String leader = whole().name();
    List<String> others = members.controlPlane().stream().filter(n -> !n.equals(leader)).toList();
    String survivor = others.getFirst();
    Endpoint api = members.at(survivor);
    try (Witness witness = new Witness(cluster, "one-left");
        Endpoint patient = api.another(STORE_GIVES_UP_AFTER.plus(BUSY_CORES))) {
      witness.awaitWrites(100, SOON);
      Pod pod = pods().stream().filter(on(survivor)).findFirst().orElseThrow();
      long process = pod.process().orElseThrow();
      members.killAtOnce(List.of(leader, others.getLast()));

      CompletableFuture<Answer> write =
          patient.send("POST", "/api/v1/namespaces/default/configmaps", Witness.configMap("alone"));
      CompletableFuture<Answer> read =
          CompletableFuture.supplyAsync(
              () -> patient.get("/api/v1/namespaces/default/pods/" + pod.name()));
      assertThat(Nodes.pods(api)).extracting(Pod::uid).contains(pod.uid());
      assertThat(ProcessHandle.of(process).orElseThrow().destroyForcibly()).isTrue();
      await().atMost(SOON).until(() -> pod.process().filter(now -> now != process).isPresent());
      assertThat(write.join()).satisfies(ThreeMembersIT::isClear);
      assertThat(read.join()).satisfies(ThreeMembersIT::isClear);

      members.start(leader);
      witness.awaitWrites(50, SOON);
      members.start(others.getLast());
      members.awaitWhole();
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(pods())
                      .filteredOn(now -> now.uid().equals(pod.uid()))
                      .singleElement()
                      .matches(now -> now.restarts() == pod.restarts() + 1));
      witness.judge(150, 2);
    }
  }

  /** A Status with a message: try again, or nobody knows. */
  private static void isClear(Answer answer) {
    switch (answer) {
      case Answer.Success success -> throw new AssertionError("cannot be: " + success);
      case Answer.Refusal refusal -> {
        assertThat(refusal.reason()).isEqualTo("TooManyRequests");
        assertThat(refusal.message()).isNotBlank();
      }
      case Answer.Silence silence -> assertThat(silence.what()).matches("504 .+");
    }
  }

  @Tag("long")
  @Test
  void strangersAtThePortsBetweenMembersAreRefusedAndNobodyNotices() throws Exception {
    MemberReport leader = whole();
    List<Stranger> strangers = Stranger.ofRaft(cluster.data().resolve("pki"));
    Seat seat = members.seat(leader.name());
    int before = members.log(leader.name()).size();
    List<Outcome> outcomes = new ArrayList<>();
    try (Witness witness = new Witness(cluster, "strangers")) {
      witness.awaitWrites(100, SOON);
      for (Stranger stranger : strangers) {
        outcomes.add(stranger.connect(seat.raftPort(), SOON));
        if (!stranger.who().equals(Stranger.WORKER)) {
          outcomes.add(stranger.connect(seat.arteryPort(), SOON));
        }
      }
      witness.awaitWrites(100, SOON);
      witness.judge(200, 0);
    }
    assertThat(outcomes).hasSize(13 + 12).containsOnly(Outcome.REFUSED);
    members.awaitWhole();
    assertThat(members.leader().orElseThrow().pid()).isEqualTo(leader.pid());
    List<String> said = members.log(leader.name()).stream().skip(before).toList();
    assertThat(said).as("stack traces").noneMatch(line -> line.startsWith("\t"));
    assertThat(said)
        .filteredOn(line -> line.matches(".*(MemberTrust|SSL|[Hh]andshake).*"))
        .as("a line each, if any")
        .hasSizeBetween(1, outcomes.size());
  }

  @Test
  void logsOfAnyPodAreReadThroughAnyMember() {
    whole();
    for (Pod pod : pods()) {
      String path = "/api/v1/namespaces/default/pods/" + pod.name() + "/log?tailLines=3";
      for (String name : members.names()) {
        // A container counts as running before it has said anything.
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(members.at(name).get(path))
                        .as("logs of a pod of %s through %s", pod.node(), name)
                        .isInstanceOfSatisfying(
                            Answer.Success.class,
                            logs -> assertThat(logs.text()).startsWith(Idle.SAYS)));
      }
    }
  }
}
