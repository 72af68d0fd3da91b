package io.luotsi.app.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luotsi.app.cluster.Nodes.Pod;
import io.luotsi.app.member.MemberReport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members with a replica and two that are nodes only: three of five may die. */
@Tag("long")
class WorkersIT {
  private static final int REPLICAS = 8;
  private static final Duration SOON = Duration.ofSeconds(180);

  @TempDir Path temporary;

  @Test
  void writesGoOnWhenBothWorkersAndTheLeaderAreKilled() throws Exception {
    try (PackagedCluster cluster = new PackagedCluster(temporary.resolve("data"))) {
      cluster.must("up", "-d", "--jvms", "3", "--workers", "2", "--port", "0");
      try (Members members = new Members(cluster);
          Witness witness = new Witness(cluster, "workers-killed")) {
        members.awaitWhole();
        Idle.deploy(members.at("node-1"), REPLICAS);
        MemberReport leader = members.leader().orElseThrow();
        List<String> victims = new ArrayList<>(members.names());
        victims.removeAll(members.controlPlane());
        assertThat(victims).containsExactly("worker-1", "worker-2");
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(pods(members))
                        .hasSize(REPLICAS)
                        .allMatch(Pod::ready)
                        .anyMatch(pod -> victims.contains(pod.node())));
        assertThat(members.report("worker-1").orElseThrow().groups()).as("replicas").isEmpty();
        victims.add(leader.name());
        witness.awaitWrites(100, SOON);
        members.killAtOnce(victims);
        witness.awaitWrites(100, SOON);
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(pods(members))
                        .hasSize(REPLICAS)
                        .allMatch(Pod::ready)
                        .noneMatch(pod -> victims.contains(pod.node())));
        for (String victim : victims) {
          members.start(victim);
        }
        members.awaitWhole();
        witness.judge(200, 1);
      }
      cluster.must("down");
      cluster.assertNothingLeft();
    }
  }

  private static List<Pod> pods(Members members) {
    return Nodes.pods(members.at(members.leader().orElseThrow().name()));
  }
}
